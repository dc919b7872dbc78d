/* The server over loopback: keep-alive, lanes, shedding, bodies not read, clients gone, stopping.
 */
#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "http/server.h"
#include "tests/fake_verifier.h"

/* Slow handlers wait at this gate; the test opens it. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    int waiting, done;
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0, 0};

static bool quick(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)err;
    return resp_json(resp, 200, json_pack("{s:I}", "got", (json_int_t)req->raw_len));
}

static bool slow(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)err;
    pthread_mutex_lock(&gate.lock);
    gate.waiting++;
    pthread_cond_broadcast(&gate.changed);
    while (!gate.open)
        pthread_cond_wait(&gate.changed, &gate.lock);
    gate.waiting--;
    gate.done++;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
    return resp_json(resp, 200, json_pack("{s:s}", "was", "slow"));
}

static const struct route routes[] = {
    {.method = "GET", .path = "/inline", .handler = quick, .lane = ROUTE_INLINE},
    {.method = "GET", .path = "/quick", .handler = quick},
    {.method = "POST", .path = "/quick", .handler = quick, .max_body = 1000},
    {.method = "GET", .path = "/slow", .handler = slow},
};

static void set_gate(bool open)
{
    pthread_mutex_lock(&gate.lock);
    gate.open = open;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static void await(const int *count, int want)
{
    pthread_mutex_lock(&gate.lock);
    while (*count < want)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static struct server *start(int workers, int queue, int timeout_ms)
{
    struct server *server;
    struct err err = {0};
    struct server_conf conf = {.address = "127.0.0.1",
                               .http_threads = 2,
                               .connections = 64,
                               .worker_threads = {workers, 0},
                               .queue = queue,
                               .request_timeout_ms = timeout_ms,
                               .routes = routes,
                               .route_count = LENGTH(routes)};
    set_gate(false);
    gate.done = 0;
    if (!server_start(&conf, &server, &err))
        fail_msg("%s", err.text);
    return server;
}

static int dial(const struct server *server)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)server_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval limit = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void put(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* One answer: its status; the whole text in out. -1: the connection ended before it. */
static int take(int fd, char *out, size_t size)
{
    size_t n = 0;
    char *end = NULL;
    out[0] = '\0';
    while (n + 1 < size) {
        end = strstr(out, "\r\n\r\n");
        const char *length = strcasestr(out, "\r\nContent-Length:");
        if (end != NULL && strncmp(out, "HTTP/1.1 100", 12) == 0) {
            n -= (size_t)(end + 4 - out);
            memmove(out, end + 4, n + 1);
            continue;
        }
        if (end != NULL &&
            n >= (size_t)(end + 4 - out) + (length != NULL ? (size_t)atoi(length + 17) : 0))
            return atoi(out + 9);
        ssize_t got = recv(fd, out + n, 1, 0);
        if (got <= 0)
            return -1;
        n += (size_t)got;
        out[n] = '\0';
    }
    return -1;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

static void keeps_connections(void **state)
{
    char out[4096];
    (void)state;
    struct server *server = start(2, 8, 5000);
    int fd = dial(server);
    for (int i = 0; i < 20; i++) {
        put(fd, i % 2 ? GET("/inline") : GET("/quick"));
        assert_int_equal(take(fd, out, sizeof out), 200);
        assert_null(strcasestr(out, "Connection: close"));
    }
    put(fd, GET("/nowhere"));
    assert_int_equal(take(fd, out, sizeof out), 404);
    /* A refused request with a short body keeps its connection too. */
    put(fd, "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    assert_int_equal(take(fd, out, sizeof out), 404);
    put(fd, "POST /quick HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nExpect: "
            "100-continue\r\nContent-Length: 2\r\n\r\n");
    usleep(20000);
    put(fd, "{}");
    assert_int_equal(take(fd, out, sizeof out), 200);
    assert_non_null(strstr(out, "{\"got\":2}"));
    put(fd, "POST /quick HTTP/1.1\r\nHost: h\r\nContent-Type: "
            "application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    assert_int_equal(take(fd, out, sizeof out), 200);
    close(fd);
    assert_true(server_stop(server, 2000));
}

static void does_not_read_large_bodies(void **state)
{
    char out[4096];
    (void)state;
    struct server *server = start(1, 8, 5000);
    int fd = dial(server);
    put(fd, "POST /quick HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
            "100000000\r\n\r\n");
    assert_int_equal(take(fd, out, sizeof out), 413);
    assert_int_equal(recv(fd, out, 1, 0), 0);
    close(fd);
    fd = dial(server);
    put(fd, "POST /quick HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
            "2\r\nContent-Length: 3\r\n\r\n{}");
    assert_int_not_equal(take(fd, out, sizeof out), 200);
    close(fd);
    assert_true(server_stop(server, 2000));
}

static void sheds_when_full(void **state)
{
    char out[4096];
    int fds[4];
    (void)state;
    struct server *server = start(1, 2, 20000);
    for (int i = 0; i < 4; i++)
        fds[i] = dial(server);
    put(fds[0], GET("/slow"));
    await(&gate.waiting, 1);
    put(fds[1], GET("/slow"));
    put(fds[2], GET("/slow"));
    usleep(100000);
    put(fds[3], GET("/slow"));
    assert_int_equal(take(fds[3], out, sizeof out), 503);
    assert_non_null(strcasestr(out, "Retry-After: 1"));
    assert_non_null(strstr(out, "queue_full"));
    put(fds[3], GET("/inline"));
    assert_int_equal(take(fds[3], out, sizeof out), 200);
    set_gate(true);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(fds[i], out, sizeof out), 200);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    assert_true(server_stop(server, 2000));
}

static void sheds_what_waited_too_long(void **state)
{
    char out[4096];
    (void)state;
    struct server *server = start(1, 8, 50);
    int first = dial(server), second = dial(server);
    put(first, GET("/slow"));
    await(&gate.waiting, 1);
    put(second, GET("/slow"));
    usleep(150000);
    set_gate(true);
    assert_int_equal(take(first, out, sizeof out), 200);
    assert_int_equal(take(second, out, sizeof out), 503);
    assert_non_null(strstr(out, "deadline_exceeded"));
    assert_int_equal(gate.done, 1);
    close(first);
    close(second);
    assert_true(server_stop(server, 2000));
}

static void completes_for_clients_gone(void **state)
{
    (void)state;
    struct server *server = start(1, 8, 20000);
    for (int i = 0; i < 3; i++) {
        int fd = dial(server);
        put(fd, GET("/slow"));
        if (i == 0)
            await(&gate.waiting, 1);
        else
            usleep(50000);
        close(fd);
    }
    set_gate(true);
    await(&gate.done, 3);
    assert_true(server_stop(server, 2000));
}

static void *stop(void *server)
{
    return server_stop(server, 5000) ? server : NULL;
}

static void stops_with_requests_under_way(void **state)
{
    char out[4096];
    pthread_t stopper;
    void *all;
    (void)state;
    struct server *server = start(1, 8, 20000);
    int slow_fd = dial(server), idle = dial(server);
    put(idle, GET("/quick"));
    assert_int_equal(take(idle, out, sizeof out), 200);
    put(slow_fd, GET("/slow"));
    await(&gate.waiting, 1);
    pthread_create(&stopper, NULL, stop, server);
    usleep(100000);
    put(idle, GET("/inline"));
    assert_int_equal(take(idle, out, sizeof out), 200);
    assert_non_null(strcasestr(out, "Connection: close"));
    set_gate(true);
    assert_int_equal(take(slow_fd, out, sizeof out), 200);
    pthread_join(stopper, &all);
    assert_ptr_equal(all, server);
    close(slow_fd);
    close(idle);
}

static void tells_a_busy_port(void **state)
{
    (void)state;
    struct server *server = start(1, 8, 1000), *second;
    struct err err = {0};
    struct server_conf conf = {.address = "127.0.0.1",
                               .port = server_port(server),
                               .http_threads = 1,
                               .connections = 4,
                               .worker_threads = {1, 0},
                               .queue = 1,
                               .request_timeout_ms = 1000,
                               .routes = routes,
                               .route_count = LENGTH(routes)};
    assert_false(server_start(&conf, &second, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, "already in use"));
    assert_true(server_stop(server, 1000));
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_connections),
        cmocka_unit_test(does_not_read_large_bodies),
        cmocka_unit_test(sheds_when_full),
        cmocka_unit_test(sheds_what_waited_too_long),
        cmocka_unit_test(completes_for_clients_gone),
        cmocka_unit_test(stops_with_requests_under_way),
        cmocka_unit_test(tells_a_busy_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
