/* Targets, the route table, media types, entity tags, proxies: all that is pure in http/. */
#include "tests/test.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/media.h"
#include "http/precondition.h"
#include "http/proxies.h"
#include "http/router.h"
#include "tests/fake_verifier.h"

static bool none(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)resp, (void)err;
    return true;
}

static const struct route routes[] = {
    {.method = "GET", .path = "/m", .handler = none},
    {.method = "POST", .path = "/m", .handler = none},
    {.method = "GET", .path = "/m/{id}", .handler = none},
    {.method = "DELETE", .path = "/m/{id}", .handler = none},
    {.method = "POST", .path = "/m/batch", .handler = none},
    {.method = "PUT", .path = "/m/{id}/links/{other}", .handler = none},
};

static void finds_rows(void **state)
{
    static const struct {
        const char *method, *target, *label, *allow;
        enum router_outcome want;
    } rows[] = {
        {"GET", "/m", "GET /m", "GET, HEAD, POST, OPTIONS", ROUTER_FOUND},
        {"HEAD", "/m", "GET /m", "GET, HEAD, POST, OPTIONS", ROUTER_FOUND},
        {"GET", "/m?x=1", "GET /m", "GET, HEAD, POST, OPTIONS", ROUTER_FOUND},
        {"GET", "/m/7", "GET /m/{id}", "GET, HEAD, DELETE, OPTIONS", ROUTER_FOUND},
        {"POST", "/m/batch", "POST /m/batch", "POST, OPTIONS", ROUTER_FOUND},
        {"GET", "/m/batch", NULL, "POST, OPTIONS", ROUTER_NO_METHOD},
        {"OPTIONS", "/m/batch", NULL, "POST, OPTIONS", ROUTER_OPTIONS},
        {"PATCH", "/m/7", NULL, "GET, HEAD, DELETE, OPTIONS", ROUTER_NO_METHOD},
        {"get", "/m", NULL, "GET, HEAD, POST, OPTIONS", ROUTER_NO_METHOD},
        {"GET", "/m/", NULL, "", ROUTER_NO_PATH},
        {"GET", "/M", NULL, "", ROUTER_NO_PATH},
        {"GET", "/", NULL, "", ROUTER_NO_PATH},
        {"GET", "/m/7/links", NULL, "", ROUTER_NO_PATH},
    };
    (void)state;
    struct router *router = router_new(TABLE(routes));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct uri uri;
        struct err err;
        struct router_match match;
        assert_true(uri_parse(rows[i].target, &uri, &err));
        assert_int_equal(router_find(router, rows[i].method, &uri, &match), rows[i].want);
        assert_string_equal(match.allow, rows[i].allow);
        if (rows[i].label != NULL)
            assert_string_equal(match.label, rows[i].label);
        uri_fini(&uri);
    }
    router_free(router);
}

static void takes_parameters(void **state)
{
    (void)state;
    struct router *router = router_new(TABLE(routes));
    struct uri uri;
    struct err err;
    struct router_match match;
    assert_true(uri_parse("/m/a%2Fb/links/%C3%A9", &uri, &err));
    assert_int_equal(router_find(router, "PUT", &uri, &match), ROUTER_FOUND);
    assert_string_equal(router_param(match.row, &uri, "id"), "a/b");
    assert_string_equal(router_param(match.row, &uri, "other"), "\xc3\xa9");
    assert_null(router_param(match.row, &uri, "m"));
    uri_fini(&uri);
    assert_true(uri_parse("/m/01A20B38-7D30-7A8B-8ED3-D4DA7364439D/links/AB", &uri, &err));
    assert_int_equal(router_find(router, "PUT", &uri, &match), ROUTER_FOUND);
    assert_string_equal(router_param(match.row, &uri, "id"),
                        "01a20b38-7d30-7a8b-8ed3-d4da7364439d");
    assert_string_equal(router_param(match.row, &uri, "other"), "AB");
    uri_fini(&uri);
    router_free(router);
}

static void expect_panic(const struct route *rows, size_t count)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        router_free(router_new(rows, count));
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static void panics_on_bad_tables(void **state)
{
    (void)state;
#define ROW(m, p) {.method = m, .path = p, .handler = none}
    expect_panic(TABLE(((const struct route[]){ROW("GET", "/a/{x}"), ROW("GET", "/a/{y}")})));
    expect_panic(TABLE(((const struct route[]){ROW("GET", "/a/{x}"), ROW("GET", "/{y}/b")})));
    expect_panic(TABLE(((const struct route[]){ROW("GET", "/a/{x")})));
    expect_panic(TABLE(((const struct route[]){ROW("GET", "/a//b")})));
    expect_panic(TABLE(((const struct route[]){ROW("FETCH", "/a")})));
    expect_panic(TABLE(((const struct route[]){ROW("GET", "/{a}/{a}")})));
#undef ROW
}

static void refuses_targets(void **state)
{
    static const char *const bad[] = {
        "",      "a",       "/%",         "/%4",     "/%zz",  "/%00",    "/a%0a",
        "/../b", "/%2e%2E", "/a/./b",     "//a",     "/a//b", "/%ff",    "/%c0%80",
        "/a#b",  "/a b",    "/a\xc3\xa9", "/?%zz=1", "/?=1",  "/?a=%00",
    };
    struct uri uri;
    struct err err;
    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_false(uri_parse(bad[i], &uri, &err));
        assert_int_equal(err.code, ERR_MALFORMED);
        uri_fini(&uri);
    }
    char *huge = xcalloc(1, URI_BYTES_MAX + 2);
    memset(huge, '/', 1);
    memset(huge + 1, 'a', URI_BYTES_MAX);
    assert_false(uri_parse(huge, &uri, &err));
    assert_string_equal(err.name, "uri_too_long");
    uri_fini(&uri);
    free(huge);
}

static void reads_queries(void **state)
{
    struct uri uri;
    struct err err;
    (void)state;
    assert_true(uri_parse("http://h/p?a=1+2&&b=%26%3D&c&d=x=y", &uri, &err));
    assert_string_equal(uri.path, "/p");
    assert_string_equal(uri_query(&uri, "a"), "1 2");
    assert_string_equal(uri_query(&uri, "b"), "&=");
    assert_string_equal(uri_query(&uri, "c"), "");
    assert_string_equal(uri_query(&uri, "d"), "x=y");
    assert_null(uri_query(&uri, "e"));
    assert_null(uri.duplicate);
    uri_fini(&uri);
    assert_true(uri_parse("/p?a=1&b=2&%61=3", &uri, &err));
    assert_string_equal(uri.duplicate, "a");
    uri_fini(&uri);
}

static void compares_media(void **state)
{
    static const char json[] = "application/json";
    (void)state;
    assert_true(media_is("application/json", json));
    assert_true(media_is("Application/JSON; charset=UTF-8", json));
    assert_true(media_is("application/json;charset=\"utf-8\"; x=y", json));
    assert_false(media_is("application/json; charset=latin1", json));
    assert_false(media_is("application/jsonx", json));
    assert_false(media_is("text/plain", json));
    static const struct {
        const char *accept;
        bool yes;
    } rows[] = {
        {NULL, true},
        {"", true},
        {"*/*", true},
        {"application/*", true},
        {"text/html, application/json;q=0.1", true},
        {"text/html", false},
        {"text/html;q=0.9, text/*", false},
        {"application/json;q=0, */*", false},
        {"application/json;q=0.000", false},
        {"*/*;q=0, application/json", true},
        {"application/*;q=0.0;x=1, */*", false},
        {"nonsense", true},
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(media_accepts(rows[i].accept, json), rows[i].yes);
}

static void compares_etags(void **state)
{
    (void)state;
    assert_true(etag_listed("\"3\"", "\"3\"", false));
    assert_true(etag_listed("\"1\", \"3\"", "\"3\"", false));
    assert_true(etag_listed("*", "\"3\"", false));
    assert_false(etag_listed(",*", "\"3\"", false)); /* RFC 9110 13.1.1: alone or not at all */
    assert_true(etag_listed(",\"3\"", "\"3\"", false));
    assert_false(etag_listed("W/\"3\"", "\"3\"", false));
    assert_true(etag_listed("W/\"3\"", "\"3\"", true));
    assert_false(etag_listed("3", "\"3\"", false));
    assert_false(etag_listed("\"3", "\"3\"", false));
    assert_false(etag_listed("\"33\"", "\"3\"", false));
}

static void trusts_proxies(void **state)
{
    static const struct {
        const char *trusted, *peer, *forwarded, *want;
    } rows[] = {
        {NULL, "10.0.0.1", "1.2.3.4", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", "1.2.3.4", "1.2.3.4"},
        {"10.0.0.1", "10.0.0.1", NULL, "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"},
        {"10.0.0.0/8, ::1", "10.9.9.9", "1.2.3.4, 10.1.1.1", "1.2.3.4"},
        {"10.0.0.0/8", "11.9.9.9", "1.2.3.4", "11.9.9.9"},
        {"::1", "::1", "2001:db8::1", "2001:db8::1"},
        {"::1", "::1", "nonsense", "::1"},
        {"172.16.0.0/12", "172.31.0.1", ",", "172.31.0.1"},
    };
    struct err err;
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct proxies *proxies;
        char out[64];
        assert_true(proxies_new(rows[i].trusted, &proxies, &err));
        proxies_client(proxies, rows[i].peer, rows[i].forwarded, out, sizeof out);
        assert_string_equal(out, rows[i].want);
        proxies_free(proxies);
    }
    struct proxies *proxies;
    assert_false(proxies_new("10.0.0.1, host", &proxies, &err));
    assert_false(proxies_new("10.0.0.0/33", &proxies, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_rows),           cmocka_unit_test(takes_parameters),
        cmocka_unit_test(panics_on_bad_tables), cmocka_unit_test(refuses_targets),
        cmocka_unit_test(reads_queries),        cmocka_unit_test(compares_media),
        cmocka_unit_test(compares_etags),       cmocka_unit_test(trusts_proxies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
