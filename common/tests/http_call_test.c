/* A request through router, checks, handler and answer, without a server. */
#include "tests/test.h"

#include <string.h>

#include "base/log.h"
#include "http/call_fake.h"
#include "http/precondition.h"
#include "tests/fake_verifier.h"

static bool echo(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)err;
    assert_string_equal(trace_current()->correlation_id, req->correlation_id);
    json_t *body = req->body != NULL ? json_deep_copy(req->body) : json_object();
    return resp_json(resp, 0, body);
}

static bool versioned(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)err;
    etag_set(resp, 3);
    return resp_json(resp, 200, json_pack("{s:s}", "id", req_param(req, "id")));
}

static bool change(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc;
    return precondition_check(req, 3, resp, err) && resp_json(resp, 204, NULL);
}

static bool text(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)err;
    resp->text = resp->owned_text = xstrdup("hello");
    resp->content_type = "text/plain";
    return true;
}

static bool broken(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)resp;
    if (req_query(req, "db") != NULL)
        return err_set(err, ERR_UNAVAILABLE, "database 10.1.2.3 is down");
    if (req_query(req, "many") != NULL) {
        err_set(err, ERR_TOO_MANY, "slow down");
        err->retry_after_s = 7;
        return false;
    }
    static const char *const known[] = {"db", "many", NULL};
    req_query_known(req, known, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    return err_set(err, ERR_INTERNAL, "secret inner text");
}

static const struct route routes[] = {
    {.method = "POST", .path = "/echo", .handler = echo, .max_body = 64},
    {.method = "PATCH", .path = "/echo", .handler = echo, .max_body = 64},
    {.method = "POST",
     .path = "/maybe",
     .handler = echo,
     .max_body = 64,
     .flags = ROUTE_BODY_OPTIONAL},
    {.method = "GET", .path = "/v/{id}", .handler = versioned, .auth = ROUTE_USER},
    {.method = "DELETE", .path = "/v/{id}", .handler = change, .auth = ROUTE_USER},
    {.method = "GET",
     .path = "/scoped",
     .handler = versioned,
     .auth = ROUTE_USER,
     .scope = "x:write"},
    {.method = "GET", .path = "/text", .handler = text},
    {.method = "GET", .path = "/broken", .handler = broken},
};
static struct call_conf conf;

#define JSON "Content-Type", "application/json", "Content-Length", "2"

static const struct {
    const char *method, *target, *headers[7], *body;
    unsigned status;
    const char *code; /* of the problem; NULL: none */
} cases[] = {
    {"POST", "/echo", {JSON}, "{}", 200, NULL},
    {"POST",
     "/echo",
     {"Content-Type", "application/json; charset=utf-8", "Content-Length", "2"},
     "{}",
     200,
     NULL},
    {"POST",
     "/echo",
     {"Content-Type", "text/plain", "Content-Length", "2"},
     "{}",
     415,
     "unsupported_media_type"},
    {"POST", "/echo", {"Content-Length", "2"}, "{}", 415, "unsupported_media_type"},
    {"POST",
     "/echo",
     {JSON, "Content-Encoding", "gzip"},
     "{}",
     415,
     "unsupported_content_encoding"},
    {"POST",
     "/echo",
     {"Content-Type", "application/merge-patch+json", "Content-Length", "2"},
     "{}",
     415,
     "unsupported_media_type"},
    {"PATCH",
     "/echo",
     {"Content-Type", "application/merge-patch+json", "Content-Length", "2"},
     "{}",
     200,
     NULL},
    {"POST", "/echo", {JSON}, "{\"a\":", 400, "json_malformed"},
    {"POST", "/echo", {NULL}, NULL, 400, "body_missing"},
    {"POST", "/maybe", {NULL}, NULL, 200, NULL},
    {"POST",
     "/echo",
     {"Content-Type", "application/json", "Content-Length", "65"},
     NULL,
     413,
     "body_too_large"},
    {"POST",
     "/echo",
     {"Content-Type", "application/json", "Transfer-Encoding", "chunked"},
     "\"0123456789012345678901234567890123456789012345678901234567890123456789\"",
     413,
     "body_too_large"},
    {"POST", "/echo", {JSON, "Transfer-Encoding", "chunked"}, NULL, 400, "header_repeated"},
    {"POST", "/echo", {JSON, "Accept", "text/html"}, "{}", 406, "not_acceptable"},
    {"POST", "/echo", {JSON, "Expect", "a miracle"}, NULL, 417, "expectation_failed"},
    {"GET", "/text", {"Accept", "text/plain"}, NULL, 200, NULL},
    {"GET", "/text", {"Accept", "image/png"}, NULL, 406, "not_acceptable"},
    {"GET", "/text", {"Content-Length", "1"}, NULL, 413, "body_too_large"},
    {"GET", "/nowhere", {NULL}, NULL, 404, "not_found"},
    {"GET", "/echo", {NULL}, NULL, 405, "method_not_allowed"},
    {"OPTIONS", "/echo", {NULL}, NULL, 204, NULL},
    {"GET", "/%zz", {NULL}, NULL, 400, "path_malformed"},
    {"GET", "/text?a=1&a=2", {NULL}, NULL, 422, "invalid_fields"},
    {"GET", "/v/1", {NULL}, NULL, 401, "token_missing"},
    {"GET", "/v/1", {"Authorization", "Basic Zm9v"}, NULL, 401, "token_missing"},
    {"GET", "/v/1", {"Authorization", "Bearer bad"}, NULL, 401, "token_invalid"},
    {"GET", "/v/1", {"Authorization", "Bearer nokeys"}, NULL, 503, "unavailable"},
    {"GET", "/v/1", {BEARER}, NULL, 200, NULL},
    {"HEAD", "/v/1", {BEARER}, NULL, 200, NULL},
    {"GET", "/v/1", {BEARER, "If-None-Match", "W/\"3\""}, NULL, 304, NULL},
    {"GET", "/v/1", {BEARER, "If-None-Match", "\"2\""}, NULL, 200, NULL},
    {"GET", "/scoped", {BEARER}, NULL, 403, "insufficient_scope"},
    {"DELETE", "/v/1", {BEARER}, NULL, 428, "precondition_required"},
    {"DELETE", "/v/1", {BEARER, "If-Match", "\"2\""}, NULL, 412, "precondition_failed"},
    {"DELETE", "/v/1", {BEARER, "If-Match", "W/\"3\""}, NULL, 412, "precondition_failed"},
    {"DELETE", "/v/1", {BEARER, "If-Match", "three"}, NULL, 400, "if_match_malformed"},
    {"DELETE", "/v/1", {BEARER, "If-Match", "\"3\""}, NULL, 204, NULL},
    {"DELETE", "/v/1", {BEARER, "If-Match", "*"}, NULL, 204, NULL},
    {"GET", "/broken", {NULL}, NULL, 500, "internal"},
    {"GET", "/broken?db=1", {NULL}, NULL, 503, "unavailable"},
    {"GET", "/broken?many=1", {NULL}, NULL, 429, "too_many_requests"},
    {"GET", "/broken?other=1", {NULL}, NULL, 422, "invalid_fields"},
};

static void answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct call *call =
            call_fake(&conf, cases[i].method, cases[i].target, cases[i].headers, cases[i].body);
        if (call->answer.status != cases[i].status)
            fail_msg("case %zu: %s %s gave %u", i, cases[i].method, cases[i].target,
                     call->answer.status);
        assert_string_equal(call_fake_header(call, "X-Content-Type-Options"), "nosniff");
        assert_non_null(call_fake_header(call, "X-Request-Id"));
        if (cases[i].code != NULL) {
            json_t *problem = json_loads(call->answer.body, 0, NULL);
            assert_string_equal(json_string_value(json_object_get(problem, "code")), cases[i].code);
            assert_int_equal(json_integer_value(json_object_get(problem, "status")),
                             cases[i].status);
            assert_string_equal(json_string_value(json_object_get(problem, "request_id")),
                                call_fake_header(call, "X-Request-Id"));
            assert_string_equal(call_fake_header(call, "Content-Type"), "application/problem+json");
            assert_null(strstr(call->answer.body, "secret"));
            assert_null(strstr(call->answer.body, "10.1.2.3"));
            json_decref(problem);
        }
        call_free(call);
    }
}

static const char *header_of(const char *target, const char *const headers[], const char *name,
                             char out[static 400])
{
    struct call *call = call_fake(&conf, "GET", target, headers, NULL);
    const char *value = call_fake_header(call, name);
    snprintf(out, 400, "%s", value != NULL ? value : "");
    call_free(call);
    return out;
}

static void sends_headers(void **state)
{
    char out[400];
    (void)state;
#define HEADERS(...) (const char *const[]){__VA_ARGS__, NULL}
    assert_string_equal(header_of("/v/1", HEADERS(NULL), "WWW-Authenticate", out),
                        "Bearer realm=\"expenses-tracker\"");
    assert_string_equal(
        header_of("/v/1", HEADERS("Authorization", "Bearer x"), "WWW-Authenticate", out),
        "Bearer realm=\"expenses-tracker\", error=\"invalid_token\", error_description=\"the  "
        "token  is not valid\"");
    assert_string_equal(
        header_of("/scoped", HEADERS(BEARER), "WWW-Authenticate", out),
        "Bearer realm=\"expenses-tracker\", error=\"insufficient_scope\", scope=\"x:write\"");
    assert_string_equal(header_of("/echo", HEADERS(NULL), "Allow", out), "POST, PATCH, OPTIONS");
    assert_string_equal(header_of("/broken?many=1", HEADERS(NULL), "Retry-After", out), "7");
    assert_string_equal(header_of("/broken?db=1", HEADERS(NULL), "Retry-After", out), "1");
    assert_string_equal(header_of("/v/1", HEADERS(BEARER), "ETag", out), "\"3\"");
    assert_string_equal(header_of("/text", HEADERS(NULL), "Cache-Control", out), "no-store");
    assert_string_equal(header_of("/text", HEADERS("X-Request-Id", "a.b-c_1"), "X-Request-Id", out),
                        "a.b-c_1");
    assert_string_not_equal(header_of("/text", HEADERS("X-Request-Id", "a b"), "X-Request-Id", out),
                            "a b");
}

static void refuses_without_reading(void **state)
{
    (void)state;
    const char *headers[] = {"Content-Type", "application/json", "Content-Length", "999999999999",
                             NULL};
    struct call_headers given = {.get = call_fake_get, .ctx = headers};
    struct call *call = call_new(&conf, "/echo");
    assert_int_equal(call_admit(call, "POST", &given, "192.0.2.1"), CALL_ANSWER_NOW);
    call_free(call);
    /* Chunked and endless: cut in the end. */
    headers[2] = "Transfer-Encoding";
    headers[3] = "chunked";
    char block[4096] = {0};
    int blocks = 0;
    call = call_new(&conf, "/echo");
    assert_int_equal(call_admit(call, "POST", &given, "192.0.2.1"), CALL_READ_BODY);
    while (call_body_add(call, block, sizeof block))
        assert_true(++blocks < 100);
    call_free(call);
}

static int setup(void **state)
{
    (void)state;
    log_init("test", LOG_ERROR);
    conf.router = router_new(TABLE(routes));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    router_free((struct router *)(uintptr_t)conf.router);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(sends_headers),
        cmocka_unit_test(refuses_without_reading),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
