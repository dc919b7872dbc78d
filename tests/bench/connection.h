/* connection - one keep-alive HTTP connection of the load generator: a request out, its answer in.
 * Never blocks. An answer must carry Content-Length (those of the suite do).
 * Threads: one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { CONNECTION_HEAD_MAX = 16384 };

struct answer {
    int status;
    bool retry_after;
};

enum connection_result {
    CONNECTION_MORE,   /* wait for the next readiness */
    CONNECTION_ANSWER, /* the request under way is answered; idle again */
    CONNECTION_LOST,   /* closed or broken; open it again */
};

struct connection {
    int fd;
    bool busy, closing; /* a request is under way; the peer said Connection: close */
    char *out;
    size_t out_len, out_done;
    char in[CONNECTION_HEAD_MAX];
    size_t in_len, body_left;
    bool in_body;
    int64_t intended_us; /* when the request under way was to be sent */
    struct answer answer;
};

/* Connects (blocking, once) and switches to non-blocking; false with errno. */
bool connection_open(struct connection *connection, const struct sockaddr *to, socklen_t len);
void connection_close(struct connection *connection);
/* Sends connection->out, out_len bytes of it, as the next request. */
enum connection_result connection_send(struct connection *connection, int64_t intended_us);
/* Goes on after readiness in either direction. */
enum connection_result connection_step(struct connection *connection);
