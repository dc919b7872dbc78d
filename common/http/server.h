/* server - libmicrohttpd behind a route table: suspended connections, bounded worker lanes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "http/http.h"

struct server;
struct server_conf {
    const char *address; /* numeric IPv4 or IPv6 */
    int port;
    int http_threads;      /* epoll threads; never block */
    int connections;       /* at once, over all threads */
    int worker_threads[2]; /* per lane; lane 1 may be 0 */
    int queue;             /* waiting requests a lane; past it 503 with Retry-After */
    int request_timeout_ms;
    const char *trusted_proxies; /* comma-separated addresses whose X-Forwarded-For counts */
    const struct route *routes;
    size_t route_count;
    struct svc *svc;
    struct verifier *verifier; /* NULL: no ROUTE_USER route */
    /* For ROUTE_FAST routes; NULL without any: how their connections are made, how many requests
     * may wait for them, and the pool for those that run alone. */
    const struct pg_conf *fast_db;
    int fast_queue;
    struct pg_pool *db;
};
/* Binds and serves; port 0 takes a free one. ERR_UNAVAILABLE names a busy port. Panics on a
 * malformed or ambiguous table. */
must_check bool server_start(const struct server_conf *conf, struct server **out, struct err *err);
int server_port(const struct server *server);
/* Stops accepting connections and waits up to drain_ms for the requests under way. What still comes
 * on kept connections is answered as ever, with Connection: close, so that a gateway's open
 * connections see no error. true when all were answered. false with handlers still running leaves
 * the server in place, since their threads cannot be ended: the process must exit then. */
bool server_stop(struct server *server, int drain_ms);
