#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool connection_open(struct connection *connection, const struct sockaddr *to, socklen_t len)
{
    int on = 1, fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    if (connect(fd, to, len) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        close(fd);
        return false;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->fd = fd;
    connection->busy = connection->closing = connection->in_body = false;
    connection->in_len = connection->body_left = connection->out_done = 0;
    return true;
}

void connection_close(struct connection *connection)
{
    if (connection->fd >= 0)
        close(connection->fd);
    connection->fd = -1;
}

static enum connection_result write_rest(struct connection *connection)
{
    while (connection->out_done < connection->out_len) {
        ssize_t sent = send(connection->fd, connection->out + connection->out_done,
                            connection->out_len - connection->out_done, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR ? CONNECTION_MORE : CONNECTION_LOST;
        connection->out_done += (size_t)sent;
    }
    return CONNECTION_MORE;
}

enum connection_result connection_send(struct connection *connection, int64_t intended_us)
{
    connection->busy = true;
    connection->out_done = 0;
    connection->intended_us = intended_us;
    return write_rest(connection);
}

/* The value of a header in the head, whose lines end in CRLF and which ends in a NUL. */
static const char *header(const char *head, const char *name)
{
    size_t len = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, len) == 0 && line[len] == ':')
            return line + len + 1 + strspn(line + len + 1, " ");
    }
    return NULL;
}

static bool read_head(struct connection *connection, char *end)
{
    char *head = connection->in;
    *end = '\0';
    const char *length = header(head, "Content-Length"), *option = header(head, "Connection");
    if (strncmp(head, "HTTP/1.1 ", 9) != 0 || length == NULL)
        return false;
    connection->answer = (struct answer){.status = atoi(head + 9),
                                         .retry_after = header(head, "Retry-After") != NULL};
    connection->closing = option != NULL && strncasecmp(option, "close", 5) == 0;
    connection->body_left = strtoul(length, NULL, 10);
    connection->in_body = true;
    return true;
}

/* Looks at what has come; bodies are only counted. */
static enum connection_result take_in(struct connection *connection)
{
    if (!connection->in_body) {
        char *end = memmem(connection->in, connection->in_len, "\r\n\r\n", 4);
        if (end == NULL)
            return connection->in_len == sizeof connection->in ? CONNECTION_LOST : CONNECTION_MORE;
        size_t head_len = (size_t)(end - connection->in) + 4;
        if (!read_head(connection, end))
            return CONNECTION_LOST;
        connection->in_len -= head_len;
    }
    if (connection->in_len < connection->body_left) {
        connection->body_left -= connection->in_len;
        connection->in_len = 0;
        return CONNECTION_MORE;
    }
    connection->in_len = connection->body_left = 0;
    connection->in_body = connection->busy = false;
    return CONNECTION_ANSWER;
}

enum connection_result connection_step(struct connection *connection)
{
    if (connection->out_done < connection->out_len && write_rest(connection) == CONNECTION_LOST)
        return CONNECTION_LOST;
    for (;;) {
        ssize_t got = recv(connection->fd, connection->in + connection->in_len,
                           sizeof connection->in - connection->in_len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == EAGAIN ? CONNECTION_MORE : CONNECTION_LOST;
        if (got == 0)
            return CONNECTION_LOST;
        bool full = (size_t)got == sizeof connection->in - connection->in_len;
        connection->in_len += (size_t)got;
        enum connection_result result = take_in(connection);
        if (result != CONNECTION_MORE || !full)
            return result;
    }
}
