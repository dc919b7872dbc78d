/* Answers without an end: told at once, woken from other threads, left by their client, ended. */
#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/server.h"
#include "tests/fake_verifier.h"

/* A single listener at a time, which is told a number. */
static struct {
    pthread_mutex_t lock;
    struct waker *waker;
    int now, told;
    bool over;
} desk = {.lock = PTHREAD_MUTEX_INITIALIZER};
static atomic_int ended;

static void begin(void *state, struct waker *waker)
{
    (void)state;
    pthread_mutex_lock(&desk.lock);
    desk.waker = waker;
    pthread_mutex_unlock(&desk.lock);
}

static bool next(void *state, struct buf *out)
{
    (void)state;
    pthread_mutex_lock(&desk.lock);
    while (desk.told < desk.now)
        buf_addf(out, "<%d>", ++desk.told);
    bool more = !desk.over || out->len > 0;
    pthread_mutex_unlock(&desk.lock);
    return more;
}

static void end(void *state)
{
    (void)state;
    pthread_mutex_lock(&desk.lock);
    desk.waker = NULL;
    pthread_mutex_unlock(&desk.lock);
    ended++;
}

static void tell(int now, bool over)
{
    pthread_mutex_lock(&desk.lock);
    desk.now = now;
    desk.over = over;
    if (desk.waker != NULL)
        waker_wake(desk.waker);
    pthread_mutex_unlock(&desk.lock);
}

static bool listen_to(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)err;
    resp->endless = (struct resp_endless){.begin = begin, .next = next, .fini = end};
    resp->content_type = "text/event-stream";
    return true;
}

static const struct route routes[] = {
    {.method = "GET", .path = "/live", .handler = listen_to},
};

static struct server *start(void)
{
    struct server *server;
    struct err err = {0};
    struct server_conf conf = {.address = "127.0.0.1",
                               .http_threads = 2,
                               .connections = 16,
                               .worker_threads = {1, 0},
                               .queue = 8,
                               .request_timeout_ms = 5000,
                               .routes = routes,
                               .route_count = LENGTH(routes)};
    desk.now = 1;
    desk.told = 0;
    desk.over = false;
    ended = 0;
    if (!server_start(&conf, &server, &err))
        fail_msg("%s", err.text);
    return server;
}

static int ask(const struct server *server, const char *method)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)server_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char request[100];
    struct timeval limit = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    int len = snprintf(request, sizeof request, "%s /live HTTP/1.1\r\nHost: x\r\n\r\n", method);
    assert_int_equal(send(fd, request, (size_t)len, MSG_NOSIGNAL), len);
    return fd;
}

/* Reads until what came holds text; false when the connection ended before. */
static bool read_until(int fd, const char *text)
{
    char got[4096] = "";
    size_t n = 0;
    while (strstr(got, text) == NULL && n + 1 < sizeof got) {
        ssize_t more = recv(fd, got + n, 1, 0);
        if (more <= 0)
            return false;
        got[++n] = '\0';
    }
    return strstr(got, text) != NULL;
}

static bool has_ended(int count)
{
    for (int i = 0; i < 500 && ended < count; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return ended >= count;
}

static void test_tells_what_comes_later(void **state)
{
    (void)state;
    struct server *server = start();
    int fd = ask(server, "GET");
    assert_true(read_until(fd, "X-Accel-Buffering: no"));
    assert_true(read_until(fd, "<1>"));
    for (int i = 2; i < 500; i++) {
        char text[16];
        tell(i, false);
        snprintf(text, sizeof text, "<%d>", i);
        assert_true(read_until(fd, text));
    }
    tell(500, true);
    assert_true(read_until(fd, "<500>"));
    tell(500, true); /* the end of a chunked body */
    assert_true(read_until(fd, "0\r\n\r\n"));
    close(fd);
    assert_true(server_stop(server, 2000));
    assert_int_equal(ended, 1);
}

static void test_client_that_left(void **state)
{
    (void)state;
    struct server *server = start();
    int fd = ask(server, "GET");
    assert_true(read_until(fd, "<1>"));
    close(fd);
    for (int i = 2; i < 20 && ended == 0; i++) {
        tell(i, false);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    assert_true(has_ended(1));
    assert_true(server_stop(server, 2000));
}

static void test_head_begins_and_ends(void **state)
{
    (void)state;
    struct server *server = start();
    int fd = ask(server, "HEAD");
    assert_true(read_until(fd, "\r\n\r\n"));
    close(fd);
    assert_true(has_ended(1));
    assert_true(server_stop(server, 2000));
}

/* A stopping server ends its listeners, in order to be drained, and well: no broken chunk. */
static void test_stop_ends_listeners(void **state)
{
    (void)state;
    struct server *server = start();
    int fd = ask(server, "GET");
    assert_true(read_until(fd, "<1>"));
    assert_true(server_stop(server, 5000));
    assert_true(read_until(fd, "0\r\n\r\n"));
    close(fd);
    assert_int_equal(ended, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_what_comes_later),
        cmocka_unit_test(test_client_that_left),
        cmocka_unit_test(test_head_begins_and_ends),
        cmocka_unit_test(test_stop_ends_listeners),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
