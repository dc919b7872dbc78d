/* Answers sent a piece at a time: whole, cut, left by their client, too many, and at the end. */
#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/server.h"
#include "http/stream.h"
#include "tests/fake_verifier.h"

enum { SIZE = 8 * 1024 * 1024, PIECE = 100003, CUT_AT = 3 * PIECE };
static atomic_int opened, ended, pieces;

static char byte_at(int64_t offset)
{
    return (char)(offset * 31 % 251);
}

static bool read_piece(struct svc *svc, void *state, int64_t offset, struct buf *out,
                       struct err *err)
{
    (void)svc;
    char piece[PIECE];
    const bool *cut = state;
    size_t len = SIZE - offset < PIECE ? (size_t)(SIZE - offset) : PIECE;
    if (*cut && offset >= CUT_AT)
        return err_set(err, ERR_UNAVAILABLE, "gone");
    if (len == 0) /* an open stream is asked until nothing comes */
        return true;
    for (size_t i = 0; i < len; i++)
        piece[i] = byte_at(offset + (int64_t)i);
    buf_add(out, piece, len);
    pieces++;
    return true;
}

static void end(void *state)
{
    free(state);
    ended++;
}

static bool download(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)err;
    bool *cut = xcalloc(1, sizeof *cut);
    *cut = strstr(req->path, "cut") != NULL;
    bool open = strstr(req->path, "open") != NULL;
    opened++;
    resp->stream = (struct resp_stream){
        .size = open ? STREAM_OPEN : SIZE, .read = read_piece, .fini = end, .state = cut};
    resp->content_type = "application/zip";
    snprintf(resp->etag, sizeof resp->etag, "\"same\"");
    return true;
}

static const struct route routes[] = {
    {.method = "GET", .path = "/whole", .handler = download, .flags = ROUTE_STREAMS},
    {.method = "GET", .path = "/cut", .handler = download, .flags = ROUTE_STREAMS},
    {.method = "GET", .path = "/open", .handler = download, .flags = ROUTE_STREAMS},
    {.method = "GET", .path = "/open-cut", .handler = download, .flags = ROUTE_STREAMS},
};

static struct server *start(void)
{
    struct server *server;
    struct err err = {0};
    struct server_conf conf = {.address = "127.0.0.1",
                               .http_threads = 2,
                               .connections = 64,
                               .worker_threads = {2, 0},
                               .queue = 32,
                               .request_timeout_ms = 5000,
                               .routes = routes,
                               .route_count = LENGTH(routes)};
    opened = ended = pieces = 0;
    if (!server_start(&conf, &server, &err))
        fail_msg("%s", err.text);
    return server;
}

static int ask(const struct server *server, const char *request)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)server_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096;
    struct timeval limit = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    return fd;
}

/* Reads the head; its status. */
static int head(int fd, char *out, size_t size)
{
    size_t n = 0;
    while (n + 1 < size && recv(fd, out + n, 1, 0) == 1) {
        out[++n] = '\0';
        if (n >= 4 && strcmp(out + n - 4, "\r\n\r\n") == 0)
            return atoi(out + 9);
    }
    return -1;
}

/* How many right bytes come; -1 after a wrong one. */
static int64_t body(int fd)
{
    static char block[65536];
    int64_t n = 0;
    while (n < SIZE) {
        size_t room = SIZE - n < (int64_t)sizeof block ? (size_t)(SIZE - n) : sizeof block;
        ssize_t got = recv(fd, block, room, 0);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got; i++)
            if (block[i] != byte_at(n++))
                return -1;
    }
    return n;
}

static void await(const atomic_int *count, int want)
{
    for (int i = 0; *count < want && i < 5000; i++)
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    assert_int_equal(*count, want);
}

#define GET(path, more) "GET " path " HTTP/1.1\r\nHost: h\r\n" more "\r\n"

static void comes_whole_and_keeps_the_connection(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start();
    int fd = ask(server, GET("/whole", "") GET("/whole", ""));
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(head(fd, out, sizeof out), 200);
        assert_non_null(strstr(out, "Content-Length: 8388608\r\n"));
        assert_int_equal(body(fd), SIZE);
        await(&ended, i);
    }
    close(fd);
    fd = ask(server, GET("/whole", "If-None-Match: \"same\"\r\n"));
    assert_int_equal(head(fd, out, sizeof out), 304);
    await(&ended, 3);
    close(fd);
    assert_true(server_stop(server, 5000));
}

static void what_fails_is_cut(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start();
    int fd = ask(server, GET("/cut", ""));
    assert_int_equal(head(fd, out, sizeof out), 200);
    assert_int_equal(body(fd), CUT_AT);
    await(&ended, 1);
    close(fd);
    assert_true(server_stop(server, 5000));
}

/* Reads to the end of the connection; whether the last chunk came. */
static bool chunks_end(int fd, int64_t *bytes)
{
    static char block[65536];
    char last[6] = "";
    *bytes = 0;
    for (ssize_t got; (got = recv(fd, block, sizeof block, 0)) > 0; *bytes += got)
        if (got >= 5)
            memcpy(last, block + got - 5, 5);
    return strcmp(last, "0\r\n\r\n") == 0;
}

/* Of a body whose size nobody knows before, only the last chunk tells that it is whole. */
static void open_end(void **state)
{
    (void)state;
    char out[2048];
    int64_t bytes;
    struct server *server = start();
    int fd = ask(server, GET("/open", "Connection: close\r\n"));
    assert_int_equal(head(fd, out, sizeof out), 200);
    assert_non_null(strstr(out, "Transfer-Encoding: chunked\r\n"));
    assert_true(chunks_end(fd, &bytes));
    assert_true(bytes > SIZE);
    close(fd);
    fd = ask(server, GET("/open-cut", "Connection: close\r\n"));
    assert_int_equal(head(fd, out, sizeof out), 200);
    assert_false(chunks_end(fd, &bytes));
    assert_true(bytes > CUT_AT && bytes < SIZE);
    close(fd);
    await(&ended, 2);
    assert_true(server_stop(server, 5000));
}

static void too_many_are_shed_and_places_come_back(void **state)
{
    (void)state;
    char out[2048];
    int fds[STREAMS_MAX];
    struct server *server = start();
    for (int i = 0; i < STREAMS_MAX; i++) { /* they read nothing but the head */
        fds[i] = ask(server, GET("/whole", ""));
        assert_int_equal(head(fds[i], out, sizeof out), 200);
    }
    int fd = ask(server, GET("/whole", ""));
    assert_int_equal(head(fd, out, sizeof out), 503);
    assert_non_null(strstr(out, "Retry-After:"));
    close(fd);
    for (int i = 0; i < STREAMS_MAX; i++)
        close(fds[i]);
    await(&ended, STREAMS_MAX);
    for (int i = 0; i < 3; i++) {
        fd = ask(server, GET("/whole", ""));
        assert_int_equal(head(fd, out, sizeof out), 200);
        assert_int_equal(body(fd), SIZE);
        close(fd);
    }
    /* A piece was read only when the one before it had been sent. */
    assert_true(pieces < 3 * (SIZE / PIECE + 1) + STREAMS_MAX * 60);
    assert_true(server_stop(server, 5000));
}

static void stopping_cuts_what_is_under_way(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start();
    int fd = ask(server, GET("/whole", ""));
    assert_int_equal(head(fd, out, sizeof out), 200);
    assert_false(server_stop(server, 100)); /* told: not everything was answered */
    assert_int_equal(ended, 1);
    assert_true(body(fd) < SIZE);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_whole_and_keeps_the_connection),
        cmocka_unit_test(what_fails_is_cut),
        cmocka_unit_test(open_end),
        cmocka_unit_test(too_many_are_shed_and_places_come_back),
        cmocka_unit_test(stopping_cuts_what_is_under_way),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
