#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t fill(const char *address, int port, union any_address *out)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, address, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        return sizeof out->v4;
    }
    if (inet_pton(AF_INET6, address, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        return sizeof out->v6;
    }
    return 0;
}

bool listen_open(const char *address, int port, int *out, struct err *err)
{
    union any_address where;
    socklen_t len = fill(address, port, &where);
    if (len == 0)
        return err_set(err, ERR_INVALID, "%.60s is not a numeric address", address);
    int fd = socket(where.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "no socket: %s", strerror(errno));
    /* Not SO_REUSEPORT: a second daemon on one port is a mistake to be told. */
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &where.any, len) != 0 || listen(fd, BACKLOG) != 0) {
        int why = errno;
        close(fd);
        if (why == EADDRINUSE)
            return err_set(err, ERR_UNAVAILABLE, "port %d at %.60s is already in use", port,
                           address);
        return err_set(err, ERR_UNAVAILABLE, "cannot listen at %.60s port %d: %s", address, port,
                       strerror(why));
    }
    *out = fd;
    return true;
}

int listen_port(int fd)
{
    union any_address where;
    socklen_t len = sizeof where;
    if (getsockname(fd, &where.any, &len) != 0)
        return -1;
    return ntohs(where.any.sa_family == AF_INET6 ? where.v6.sin6_port : where.v4.sin_port);
}
