/* Bodies taken in a piece at a time: whole, chunked, refused, failing on the way, left by their
 * client, trickling, too large, too many, and at the end. */
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
#include "http/upload.h"
#include "tests/fake_verifier.h"

enum { SIZE = 8 * 1024 * 1024 + 77, LIMIT = 16 * 1024 * 1024 };
static atomic_int opened, answered, ended, pieces, wrong;
static atomic_bool held; /* pieces wait for this to become false */
static atomic_llong stored;

struct sink {
    int64_t bytes;
    bool fails;
};

static char byte_at(int64_t offset)
{
    return (char)(offset * 31 % 251);
}

static bool piece(struct svc *svc, void *state, const void *data, size_t len, struct err *err)
{
    struct sink *sink = state;
    const char *bytes = data;
    (void)svc;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != byte_at(sink->bytes + (int64_t)i))
            wrong++;
    if (len > UPLOAD_PIECE)
        wrong++;
    while (held)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    sink->bytes += (int64_t)len;
    stored += (long long)len;
    pieces++;
    return !sink->fails || err_set_name(err, ERR_CONFLICT, "piece_refused", "no");
}

static bool end(struct svc *svc, const struct req *req, void *state, struct resp *resp,
                struct err *err)
{
    const struct sink *sink = state;
    (void)svc, (void)req, (void)err;
    answered++;
    return resp_json(resp, 202, json_pack("{s:I}", "bytes", (json_int_t)sink->bytes));
}

static void fini(void *state)
{
    free(state);
    ended++;
}

static bool begin(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc;
    if (strstr(req->path, "refused") != NULL)
        return err_set_name(err, ERR_TOO_MANY, "too_many_uploads", "no more");
    struct sink *sink = xcalloc(1, sizeof *sink);
    sink->fails = strstr(req->path, "fails") != NULL;
    resp->upload = (struct resp_upload){.piece = piece, .end = end, .fini = fini, .state = sink};
    opened++;
    return true;
}

#define UPLOAD(at)                                                                                 \
    {                                                                                              \
        .method = "POST", .path = at, .handler = begin, .flags = ROUTE_UPLOAD, .max_body = LIMIT,  \
        .media_type = "text/csv application/xml"                                                   \
    }
static const struct route routes[] = {UPLOAD("/take"), UPLOAD("/refused"), UPLOAD("/fails")};

static struct server *start(int timeout_ms)
{
    struct server *server;
    struct err err = {0};
    struct server_conf conf = {.address = "127.0.0.1",
                               .http_threads = 2,
                               .connections = 64,
                               .worker_threads = {2, 0},
                               .queue = 32,
                               .request_timeout_ms = timeout_ms,
                               .routes = routes,
                               .route_count = LENGTH(routes)};
    opened = answered = ended = pieces = wrong = 0;
    stored = 0;
    held = false;
    if (!server_start(&conf, &server, &err))
        fail_msg("%s", err.text);
    return server;
}

static int dial(const struct server *server)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)server_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096;
    struct timeval limit = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Bytes from..to of the body, plain or in chunks. How many went. */
static int64_t pour(int fd, int64_t from, int64_t to, bool chunked, int flags)
{
    static char block[30000];
    int64_t at = from;
    while (at < to) {
        size_t len = to - at < (int64_t)sizeof block ? (size_t)(to - at) : sizeof block;
        for (size_t i = 0; i < len; i++)
            block[i] = byte_at(at + (int64_t)i);
        char size[24];
        snprintf(size, sizeof size, "%zx\r\n", len);
        if (chunked && send(fd, size, strlen(size), MSG_NOSIGNAL) < 0)
            break;
        ssize_t sent = send(fd, block, len, MSG_NOSIGNAL | flags);
        if (sent <= 0 || (chunked && send(fd, "\r\n", 2, MSG_NOSIGNAL) < 0))
            break;
        at += sent;
    }
    return at - from;
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

static void skip_body(int fd, const char *headers)
{
    char byte;
    const char *length = strstr(headers, "Content-Length: ");
    assert_non_null(length);
    for (int i = atoi(length + 16); i > 0; i--)
        assert_int_equal(recv(fd, &byte, 1, 0), 1);
}

static void await(const atomic_int *count, int want)
{
    for (int i = 0; *count < want && i < 5000; i++)
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    assert_int_equal(*count, want);
}

#define POST(path, more) "POST " path " HTTP/1.1\r\nHost: h\r\n" more "\r\n"
#define CSV "Content-Type: text/csv; charset=utf-8\r\n"
#define WHOLE CSV "Content-Length: 8388685\r\n"

static void comes_whole_and_keeps_the_connection(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start(5000);
    int fd = dial(server);
    for (int i = 1; i <= 4; i++) {
        bool chunked = i % 2 == 0;
        say(fd, chunked ? POST("/take", "Content-Type: application/xml\r\n"
                                        "Transfer-Encoding: chunked\r\n")
                        : POST("/take", WHOLE));
        assert_int_equal(pour(fd, 0, SIZE, chunked, 0), SIZE);
        if (chunked)
            say(fd, "0\r\n\r\n");
        assert_int_equal(head(fd, out, sizeof out), 202);
        skip_body(fd, out);
        await(&ended, i);
        assert_int_equal(stored, (long long)SIZE * i);
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(answered, 4);
    close(fd);
    assert_true(server_stop(server, 5000));
}

static void of_any_small_size(void **state)
{
    (void)state;
    static const int sizes[] = {
        0, 1, UPLOAD_PIECE - 1, UPLOAD_PIECE, UPLOAD_PIECE + 1, 2 * UPLOAD_PIECE};
    char out[2048], request[200];
    struct server *server = start(5000);
    int fd = dial(server);
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        stored = 0;
        snprintf(request, sizeof request, POST("/take", CSV "Content-Length: %d\r\n"), sizes[i]);
        say(fd, request);
        assert_int_equal(pour(fd, 0, sizes[i], false, 0), sizes[i]);
        assert_int_equal(head(fd, out, sizeof out), 202);
        skip_body(fd, out);
        assert_int_equal(stored, sizes[i]);
    }
    close(fd);
    assert_true(server_stop(server, 5000));
}

static void asks_before_the_body_is_sent(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start(5000);
    int fd = dial(server);
    say(fd, POST("/take", WHOLE "Expect: 100-continue\r\n"));
    assert_int_equal(head(fd, out, sizeof out), 100);
    assert_int_equal(opened, 1);
    assert_int_equal(pour(fd, 0, SIZE, false, 0), SIZE);
    assert_int_equal(head(fd, out, sizeof out), 202);
    close(fd);
    static const struct {
        const char *request;
        int status;
    } refused[] = {
        {POST("/refused", WHOLE "Expect: 100-continue\r\n"), 429},
        {POST("/refused", WHOLE), 429},
        {POST("/take", "Content-Type: text/plain\r\nContent-Length: 8388685\r\n"), 415},
        {POST("/take", CSV "Content-Length: 16777217\r\n"), 413},
    };
    for (size_t i = 0; i < LENGTH(refused); i++) {
        fd = dial(server);
        say(fd, refused[i].request);
        assert_int_equal(head(fd, out, sizeof out), refused[i].status);
        close(fd);
    }
    assert_int_equal(opened, 1);
    await(&ended, 1);
    assert_true(server_stop(server, 5000));
}

static void a_failure_on_the_way_is_told(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start(5000);
    int fd = dial(server);
    say(fd, POST("/fails", WHOLE));
    assert_int_equal(pour(fd, 0, SIZE, false, 0), SIZE);
    assert_int_equal(head(fd, out, sizeof out), 409);
    skip_body(fd, out);
    assert_int_equal(pieces, 1);
    assert_int_equal(answered, 0);
    await(&ended, 1);
    close(fd);
    assert_true(server_stop(server, 5000));
}

static void grows_over_the_limit(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start(5000);
    int fd = dial(server);
    say(fd, POST("/take", CSV "Transfer-Encoding: chunked\r\n"));
    assert_int_equal(pour(fd, 0, LIMIT + 1000, true, 0), LIMIT + 1000);
    say(fd, "0\r\n\r\n");
    assert_int_equal(head(fd, out, sizeof out), 413);
    close(fd);
    fd = dial(server); /* and goes on: cut */
    say(fd, POST("/take", CSV "Transfer-Encoding: chunked\r\n"));
    assert_true(pour(fd, 0, 2 * LIMIT, true, 0) < 2 * LIMIT);
    close(fd);
    await(&ended, 2);
    assert_true(stored <= 2 * LIMIT);
    assert_int_equal(answered, 0);
    assert_true(server_stop(server, 5000));
}

/* A client is not read from while what it sent waits for the database. */
static void holds_the_client_back(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start(5000);
    int fd = dial(server);
    struct timeval limit = {.tv_usec = 300000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    held = true;
    say(fd, POST("/take", WHOLE));
    int64_t sent = pour(fd, 0, SIZE, false, 0);
    assert_true(sent < SIZE);
    assert_int_equal(pieces, 0);
    held = false;
    limit = (struct timeval){.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    assert_int_equal(pour(fd, sent, SIZE, false, 0), SIZE - sent);
    assert_int_equal(head(fd, out, sizeof out), 202);
    assert_int_equal(wrong, 0);
    close(fd);
    assert_true(server_stop(server, 5000));
}

static void a_client_that_leaves_ends_the_sink(void **state)
{
    (void)state;
    struct server *server = start(5000);
    int fd = dial(server);
    say(fd, POST("/take", WHOLE));
    assert_true(pour(fd, 0, SIZE / 2, false, 0) > 0);
    close(fd);
    await(&ended, 1);
    held = true; /* and one that leaves while its piece is being stored */
    fd = dial(server);
    say(fd, POST("/take", WHOLE));
    assert_int_equal(pour(fd, 0, UPLOAD_PIECE + 5, false, 0), UPLOAD_PIECE + 5);
    close(fd);
    held = false;
    await(&ended, 2);
    assert_int_equal(answered, 0);
    assert_true(server_stop(server, 5000));
}

static void what_trickles_is_cut(void **state)
{
    (void)state;
    char out[2048];
    struct server *server = start(300);
    int fd = dial(server);
    say(fd, POST("/take", WHOLE));
    for (int i = 0; i < 200 && send(fd, "x", 1, MSG_NOSIGNAL) == 1; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(head(fd, out, sizeof out), -1);
    close(fd);
    await(&ended, 1);
    fd = dial(server); /* one that makes progress may take longer than that in all */
    say(fd, POST("/take", WHOLE));
    int64_t sent = 0;
    for (int i = 0; i < 12; i++, sent += 100000) {
        assert_int_equal(pour(fd, sent, sent + 100000, false, 0), 100000);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    assert_int_equal(pour(fd, sent, SIZE, false, 0), SIZE - sent);
    assert_int_equal(head(fd, out, sizeof out), 202);
    close(fd);
    assert_true(server_stop(server, 5000));
}

static void too_many_are_shed_and_places_come_back(void **state)
{
    (void)state;
    char out[2048];
    int fds[UPLOADS_MAX];
    struct server *server = start(5000);
    for (int i = 0; i < UPLOADS_MAX; i++) {
        fds[i] = dial(server);
        say(fds[i], POST("/take", WHOLE));
    }
    await(&opened, UPLOADS_MAX);
    int fd = dial(server);
    say(fd, POST("/take", WHOLE));
    assert_int_equal(head(fd, out, sizeof out), 503);
    assert_non_null(strstr(out, "Retry-After:"));
    close(fd);
    for (int i = 0; i < UPLOADS_MAX; i++)
        close(fds[i]);
    await(&ended, UPLOADS_MAX);
    fd = dial(server);
    say(fd, POST("/take", WHOLE));
    assert_int_equal(pour(fd, 0, SIZE, false, 0), SIZE);
    assert_int_equal(head(fd, out, sizeof out), 202);
    close(fd);
    assert_true(server_stop(server, 5000));
}

static void stopping_waits_then_cuts(void **state)
{
    (void)state;
    struct server *server = start(5000);
    int fd = dial(server);
    say(fd, POST("/take", WHOLE));
    assert_int_equal(pour(fd, 0, UPLOAD_PIECE * 2, false, 0), UPLOAD_PIECE * 2);
    assert_false(server_stop(server, 100)); /* told: not everything was answered */
    assert_int_equal(ended, 1);
    assert_int_equal(answered, 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_whole_and_keeps_the_connection),
        cmocka_unit_test(of_any_small_size),
        cmocka_unit_test(asks_before_the_body_is_sent),
        cmocka_unit_test(a_failure_on_the_way_is_told),
        cmocka_unit_test(grows_over_the_limit),
        cmocka_unit_test(holds_the_client_back),
        cmocka_unit_test(a_client_that_leaves_ends_the_sink),
        cmocka_unit_test(what_trickles_is_cut),
        cmocka_unit_test(too_many_are_shed_and_places_come_back),
        cmocka_unit_test(stopping_waits_then_cuts),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
