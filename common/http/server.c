#include "http/server.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "http/call.h"
#include "http/endless.h"
#include "http/fast.h"
#include "http/lane.h"
#include "http/listen.h"
#include "http/scan.h"
#include "http/stream.h"
#include "http/upload.h"
#include "http/waits.h"
#include "pg/coalesce.h"
#include "pg/pipeline.h"

enum {
    LANES = 2,
    /* Longer than the 60 s a gateway keeps an idle connection, so that it is never we who close one
     * under a request. */
    IDLE_TIMEOUT_S = 75,
    CONNECTION_MEMORY = 32 * 1024, /* request line and headers, and the answer's headers */
    DRAIN_POLL_MS = 2,
    OTHER_FILES = 512, /* beside connections: database, broker */
    LAST_MS = 500,     /* for handlers under way once no more are taken */
};

struct server {
    struct call_conf call;
    struct router *router;
    struct proxies *proxies;
    struct lane *lanes[LANES];
    struct streams *streams;
    struct uploads *uploads;
    struct endless *endless;
    struct waits *waits;        /* NULL without reads */
    struct pg_pipeline *reads;  /* NULL without a fast route that reads */
    struct pg_coalesce *writes; /* NULL without one that writes */
    int fast_queue;             /* at most this many requests asked */
    atomic_int asked;           /* handed to reads or writes and not resumed */
    struct MHD_Daemon *daemon;
    int listen_fd, port;
    atomic_bool draining; /* answers carry Connection: close */
    atomic_bool closed;   /* nothing is suspended any more */
    atomic_int under_way; /* requests whose headers were read and whose answer is not out */
    atomic_int suspended; /* of those, handed to a lane */
};

/* A request as libmicrohttpd sees it. Made when its first line is read, dropped when it is done
 * with; between suspend and resume it belongs to the lane. */
struct exchange {
    struct call *call;
    struct server *server;
    struct MHD_Connection *connection;
    enum {
        STAGE_HEADERS,   /* nothing was looked at yet */
        STAGE_BODY,      /* being read */
        STAGE_UPLOAD,    /* being read, or suspended, by upload */
        STAGE_SUSPENDED, /* a lane has it, and makes the response */
        STAGE_ASKED,     /* the database has it; the response is made after the resume */
        STAGE_QUEUED,    /* the answer is libmicrohttpd's */
    } stage;
    int64_t read_until_us;
    bool streams;                  /* holds a place of server->streams */
    struct upload *upload;         /* of STAGE_UPLOAD */
    struct MHD_Response *response; /* set by the lane */
};

/* The process's /metrics shows the server started last; there is one but in tests. */
static struct {
    pthread_mutex_t lock;
    struct server *server;
} shown = {PTHREAD_MUTEX_INITIALIZER, NULL};

static void show_depth(void *unused)
{
    static const char *const names[LANES] = {"workers", "second"};
    (void)unused;
    pthread_mutex_lock(&shown.lock);
    for (int i = 0; shown.server != NULL && i < LANES; i++)
        if (shown.server->lanes[i] != NULL)
            metric_set("http_queue_depth", LABEL("lane", names[i]),
                       (double)lane_depth(shown.server->lanes[i]));
    if (shown.server != NULL) {
        metric_set("http_queue_depth", LABEL("lane", "fast"), shown.server->asked);
        metric_set("http_requests_under_way", NO_LABELS, shown.server->under_way);
    }
    pthread_mutex_unlock(&shown.lock);
}

static void show(struct server *server)
{
    static bool registered;
    pthread_mutex_lock(&shown.lock);
    shown.server = server;
    bool first = !registered;
    registered = true;
    pthread_mutex_unlock(&shown.lock);
    if (first)
        metrics_on_print(show_depth, NULL);
}

static void library_panic(void *cls, const char *file, unsigned line, const char *reason)
{
    (void)cls;
    panic_at(file, (int)line, "libmicrohttpd: %s", reason != NULL ? reason : "unknown reason");
}

/* Mostly clients that went away: one line a second is plenty, the rest is for debugging. */
static void library_log(void *cls, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));
static void library_log(void *cls, const char *fmt, va_list args)
{
    static _Atomic int64_t last_us;
    char text[300];
    (void)cls;
    vsnprintf(text, sizeof text, fmt, args);
    text[strcspn(text, "\n")] = '\0';
    int64_t now = time_mono_us(), before = last_us;
    bool often = now - before < US_PER_S || !atomic_compare_exchange_strong(&last_us, &before, now);
    log_write(often ? LOG_DEBUG : LOG_INFO, "http_library", LOG_FIELDS(L_STR("text", text)));
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
    struct answer *answer = &exchange->call->answer;
    struct MHD_Response *response;
    if (answer->stream != NULL) {
        response =
            streams_response(exchange->server->streams, exchange->connection, answer->stream);
    } else if (answer->endless != NULL) {
        response =
            endless_response(exchange->server->endless, exchange->connection, answer->endless);
    } else if (answer->owned != NULL) {
        response =
            MHD_create_response_from_buffer(answer->len, answer->owned, MHD_RESPMEM_MUST_FREE);
        answer->owned = NULL;
    } else {
        response = MHD_create_response_from_buffer(answer->len, (void *)(uintptr_t)answer->body,
                                                   MHD_RESPMEM_PERSISTENT);
    }
    if (response == NULL)
        panic("no memory for an answer");
    for (size_t i = 0; i < answer->header_count; i++)
        if (MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value) !=
            MHD_YES)
            log_error("answer_header_refused", L_STR("header", answer->headers[i].name));
    if (exchange->server->draining)
        MHD_add_response_header(response, "Connection", "close");
    return response;
}

static enum MHD_Result queue_response(struct exchange *exchange)
{
    exchange->stage = STAGE_QUEUED;
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, exchange->call->answer.status, exchange->response);
    MHD_destroy_response(exchange->response);
    exchange->response = NULL;
    return result;
}

/* On the thread of the pipeline or the coalescer. */
static void on_asked(struct pg_ask *ask)
{
    struct call *call = (struct call *)(void *)((char *)ask - offsetof(struct call, ask));
    MHD_resume_connection(call->connection);
}

/* Lets a call whose connection is suspended ask again; true: it is no longer the caller's. */
static bool wait_again(struct exchange *exchange, int after_ms)
{
    struct server *server = exchange->server;
    struct call *call = exchange->call;
    if (server->draining)
        return false;
    exchange->stage = STAGE_ASKED;
    call->connection = exchange->connection;
    call->ask.done = on_asked;
    atomic_fetch_add(&server->asked, 1);
    if (waits_add(server->waits, &call->ask, after_ms))
        return true;
    atomic_fetch_sub(&server->asked, 1);
    return false;
}

static enum MHD_Result answer_inline(struct exchange *exchange)
{
    call_run(exchange->call);
    exchange->response = make_response(exchange);
    return queue_response(exchange);
}

/* The database has answered, and libmicrohttpd has the exchange again: an answer, or a wait. */
static enum MHD_Result answer_asked(struct exchange *exchange)
{
    int after_ms;
    bool again = call_try(exchange->call, &after_ms);
    if (again) {
        atomic_fetch_add(&exchange->server->suspended, 1); /* before draining is read */
        MHD_suspend_connection(exchange->connection);
        if (wait_again(exchange, after_ms))
            return MHD_YES;
        exchange->stage = STAGE_SUSPENDED; /* sent after the resume, as what a lane made */
    }
    call_end(exchange->call);
    exchange->response = make_response(exchange);
    if (!again)
        return queue_response(exchange);
    MHD_resume_connection(exchange->connection);
    return MHD_YES;
}

/* On a lane's thread. After the resume the exchange is libmicrohttpd's again. */
static void run_in_lane(void *item)
{
    int after_ms;
    struct exchange *exchange = item;
    if (exchange->server->closed)
        call_shed(exchange->call, "stopping", "the service is stopping");
    if (call_try(exchange->call, &after_ms)) {
        if (wait_again(exchange, after_ms))
            return;
        exchange->stage = STAGE_SUSPENDED;
    }
    call_end(exchange->call);
    exchange->response = make_response(exchange);
    MHD_resume_connection(exchange->connection);
}

/* Hands the call's statement to the database. false: refused, to be answered now. */
static bool ask_database(struct exchange *exchange)
{
    struct server *server = exchange->server;
    struct call *call = exchange->call;
    if (!call_ask(call))
        return false;
    if (atomic_fetch_add(&server->asked, 1) >= server->fast_queue) {
        atomic_fetch_sub(&server->asked, 1);
        call->asked = false;
        call_shed(call, "queue_full", "too many requests are waiting");
        return false;
    }
    call->connection = exchange->connection;
    call->ask.done = on_asked;
    exchange->stage = STAGE_ASKED;
    MHD_suspend_connection(exchange->connection);
    if (call->match.route->fast->kind == FAST_READ)
        pg_pipeline_ask(server->reads, &call->ask);
    else
        pg_coalesce_ask(server->writes, &call->ask);
    return true;
}

/* Whether the answer may be a stream, when the route's answers are. */
static bool may_stream(struct exchange *exchange)
{
    const struct route *route = exchange->call->match.route;
    if (!(route->flags & ROUTE_STREAMS))
        return true;
    exchange->streams = streams_enter(exchange->server->streams);
    return exchange->streams;
}

static enum MHD_Result dispatch(struct exchange *exchange)
{
    struct server *server = exchange->server;
    call_complete(exchange->call);
    enum route_lane lane = call_lane(exchange->call);
    if (lane == ROUTE_INLINE)
        return answer_inline(exchange);
    /* Counted before closed is read: server_stop sets that first and then waits for the count. */
    atomic_fetch_add(&server->suspended, 1);
    if (server->closed) {
        call_shed(exchange->call, "stopping", "the service is stopping");
    } else if (lane == ROUTE_FAST) {
        if (ask_database(exchange))
            return MHD_YES;
    } else if (!may_stream(exchange) || !lane_reserve(server->lanes[lane])) {
        call_shed(exchange->call, "queue_full", "too many requests are waiting");
    } else {
        exchange->stage = STAGE_SUSPENDED;
        MHD_suspend_connection(exchange->connection);
        lane_push(server->lanes[lane], exchange);
        return MHD_YES;
    }
    atomic_fetch_sub(&server->suspended, 1);
    return answer_inline(exchange);
}

/* Whether the body may come: an upload needs a place. */
static bool may_upload(struct exchange *exchange)
{
    struct server *server = exchange->server;
    if (!call_uploads(exchange->call))
        return true;
    exchange->stage = STAGE_UPLOAD;
    exchange->upload = upload_new(server->uploads, exchange->call, exchange->connection);
    if (exchange->upload == NULL)
        call_shed(exchange->call, "queue_full", "too many uploads are under way");
    return exchange->upload != NULL;
}

static enum MHD_Result go_on_uploading(struct exchange *exchange, const char *data, size_t *len)
{
    switch (upload_go(exchange->upload, data, len)) {
    case UPLOAD_ON:
        return MHD_YES;
    case UPLOAD_CUT:
        return MHD_NO;
    case UPLOAD_ANSWER:
        break;
    }
    exchange->response = make_response(exchange);
    return queue_response(exchange);
}

/* Answering in this first call makes libmicrohttpd close the connection, so only a request whose
 * body is not wanted is answered here. */
static enum MHD_Result on_headers(struct exchange *exchange, const char *method)
{
    char peer[INET6_ADDRSTRLEN];
    struct call_headers headers;
    atomic_fetch_add(&exchange->server->under_way, 1);
    exchange->stage = STAGE_BODY;
    int64_t timeout_us = exchange->server->call.timeout_us;
    exchange->read_until_us = timeout_us > 0 ? time_mono_us() + timeout_us : INT64_MAX;
    scan_headers(exchange->connection, &headers);
    scan_peer(exchange->connection, peer, sizeof peer);
    if (call_admit(exchange->call, method, &headers, peer) == CALL_READ_BODY &&
        may_upload(exchange))
        return MHD_YES;
    call_complete(exchange->call);
    return answer_inline(exchange);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **con_cls)
{
    struct exchange *exchange = *con_cls;
    (void)cls, (void)connection, (void)url, (void)version;
    switch (exchange->stage) {
    case STAGE_HEADERS:
        return on_headers(exchange, method);
    case STAGE_BODY:
        if (*len == 0)
            return dispatch(exchange);
        /* A body that trickles in would hold its buffer for ever: the idle timeout sees life. */
        if (!call_body_add(exchange->call, data, *len) || time_mono_us() > exchange->read_until_us)
            return MHD_NO;
        *len = 0;
        return MHD_YES;
    case STAGE_UPLOAD:
        return go_on_uploading(exchange, data, len);
    case STAGE_SUSPENDED:
        atomic_fetch_sub(&exchange->server->suspended, 1);
        return queue_response(exchange);
    case STAGE_ASKED:
        atomic_fetch_sub(&exchange->server->asked, 1);
        atomic_fetch_sub(&exchange->server->suspended, 1);
        return answer_asked(exchange);
    case STAGE_QUEUED:
        break;
    }
    return MHD_YES;
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct server *server = cls;
    struct exchange *exchange = xcalloc(1, sizeof *exchange);
    exchange->server = server;
    exchange->connection = connection;
    exchange->call = call_new(&server->call, target);
    return exchange;
}

static void on_done(void *cls, struct MHD_Connection *connection, void **con_cls,
                    enum MHD_RequestTerminationCode how)
{
    struct exchange *exchange = *con_cls;
    (void)cls, (void)connection, (void)how;
    if (exchange == NULL)
        return;
    *con_cls = NULL;
    struct server *server = exchange->server;
    /* The client may be gone before a resumed request is looked at again. */
    if (exchange->stage == STAGE_SUSPENDED || exchange->stage == STAGE_ASKED)
        atomic_fetch_sub(&server->suspended, 1);
    if (exchange->stage == STAGE_ASKED)
        atomic_fetch_sub(&server->asked, 1);
    if (exchange->response != NULL)
        MHD_destroy_response(exchange->response);
    bool counted = exchange->stage != STAGE_HEADERS;
    if (exchange->streams)
        streams_leave(server->streams);
    upload_free(exchange->upload);
    call_free(exchange->call);
    free(exchange);
    if (counted)
        atomic_fetch_sub(&server->under_way, 1);
}

/* libmicrohttpd must leave the path alone: uri.c splits before it decodes. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

static struct MHD_Daemon *start_daemon(struct server *server, const struct server_conf *conf)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (strchr(conf->address, ':') != NULL)
        flags |= MHD_USE_IPv6;
    struct MHD_OptionItem pool[] = {
        {conf->http_threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, conf->http_threads,
         NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    MHD_set_panic_func(library_panic, NULL);
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, library_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)server->listen_fd, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_done, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)conf->connections, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT,
        1, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

static void check_table(const struct server_conf *conf)
{
    for (size_t i = 0; i < conf->route_count; i++) {
        const struct route *route = &conf->routes[i];
        if (route->auth == ROUTE_USER && conf->verifier == NULL)
            panic("route %s needs a verifier", route->path);
        if (route->lane == ROUTE_FAST
                ? conf->fast_db == NULL || conf->fast_queue < 1
                : route->lane < ROUTE_INLINE || route->lane > ROUTE_SECOND ||
                      (route->lane >= 0 && conf->worker_threads[route->lane] < 1))
            panic("route %s: lane %d is not there", route->path, (int)route->lane);
    }
}

static bool has_fast(const struct server_conf *conf, enum fast_kind kind)
{
    for (size_t i = 0; i < conf->route_count; i++)
        if (conf->routes[i].fast != NULL &&
            (conf->routes[i].fast->kind == kind || /* who waits looks again by reading */
             (kind == FAST_READ && conf->routes[i].fast->again != NULL)))
            return true;
    return false;
}

static void start_lanes(struct server *server, const struct server_conf *conf)
{
    for (int i = 0; i < LANES; i++)
        if (conf->worker_threads[i] > 0)
            server->lanes[i] = lane_new(&(struct lane_conf){
                .threads = conf->worker_threads[i], .queue = conf->queue, .run = run_in_lane});
    server->streams = streams_new(conf->svc, &server->suspended, &server->closed);
    server->uploads = uploads_new(&server->suspended, &server->closed);
    server->endless = endless_new(&server->suspended);
    server->fast_queue = conf->fast_queue;
    if (has_fast(conf, FAST_READ))
        server->reads = pg_pipeline_new(conf->fast_db);
    if (server->reads != NULL)
        server->waits = waits_new(server->reads);
    if (has_fast(conf, FAST_WRITE))
        server->writes = pg_coalesce_new(conf->fast_db);
}

static void server_free(struct server *server)
{
    for (int i = 0; i < LANES; i++)
        lane_free(server->lanes[i]);
    streams_free(server->streams);
    uploads_free(server->uploads);
    endless_free(server->endless);
    waits_free(server->waits);
    pg_pipeline_free(server->reads);
    pg_coalesce_free(server->writes);
    router_free(server->router);
    proxies_free(server->proxies);
    if (server->listen_fd >= 0)
        close(server->listen_fd);
    free(server);
}

/* A shell's usual limit is 1024 files, fewer than the connections that may come. */
static void allow_files(int connections)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)connections + OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
        log_warn("too_few_files", L_INT("limit", (int64_t)limit.rlim_cur),
                 L_INT("wanted", (int64_t)wanted));
}

bool server_start(const struct server_conf *conf, struct server **out, struct err *err)
{
    check_table(conf);
    struct server *server = xcalloc(1, sizeof *server);
    server->listen_fd = -1;
    allow_files(conf->connections);
    server->router = router_new(conf->routes, conf->route_count);
    if (!proxies_new(conf->trusted_proxies, &server->proxies, err) ||
        !listen_open(conf->address, conf->port, &server->listen_fd, err))
        goto fail;
    server->port = listen_port(server->listen_fd);
    server->call = (struct call_conf){.router = server->router,
                                      .proxies = server->proxies,
                                      .verifier = conf->verifier,
                                      .svc = conf->svc,
                                      .db = conf->db,
                                      .run_alone = fast_alone,
                                      .timeout_us = (int64_t)conf->request_timeout_ms * 1000};
    start_lanes(server, conf);
    server->daemon = start_daemon(server, conf);
    if (server->daemon == NULL) {
        err_set(err, ERR_UNAVAILABLE, "the HTTP server did not start; the log says why");
        goto fail;
    }
    show(server);
    *out = server;
    return true;
fail:
    server_free(server);
    return false;
}

int server_port(const struct server *server)
{
    return server->port;
}

static bool wait_for_zero(const atomic_int *count, int64_t until_us)
{
    while (*count > 0) {
        if (time_mono_us() >= until_us)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = DRAIN_POLL_MS * 1000000L}, NULL);
    }
    return true;
}

bool server_stop(struct server *server, int drain_ms)
{
    int64_t until = time_mono_us() + (int64_t)drain_ms * 1000;
    server->draining = true;
    if (server->waits != NULL)
        waits_hurry(server->waits);
    MHD_quiesce_daemon(server->daemon);
    close(server->listen_fd);
    server->listen_fd = -1;
    endless_end(server->endless);
    bool all = wait_for_zero(&server->under_way, until);
    /* libmicrohttpd aborts when it is stopped with a suspended connection: from here on none is
     * added, and those there must come back. */
    server->closed = true;
    if (!wait_for_zero(&server->suspended, time_mono_us() + LAST_MS * INT64_C(1000))) {
        log_error("http_stop_incomplete", L_INT("handlers", server->suspended));
        return false;
    }
    show(NULL);
    MHD_stop_daemon(server->daemon);
    server_free(server);
    return all;
}
