/* Paging: limits, cursors that survive the round trip and no other list, the Link header. */
#include "tests/test.h"

#include <string.h>

#include "base/log.h"
#include "http/call_fake.h"
#include "http/page.h"
#include "tests/fake_verifier.h"

static struct {
    int limit;
    char keys[2][40];
} seen;

static bool list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {0};
    (void)svc;
    page_read(req, "iu", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    seen.limit = page.limit;
    for (int i = 0; i < 2; i++)
        snprintf(seen.keys[i], sizeof seen.keys[i], "%s", page.keys[i] != NULL ? page.keys[i] : "");
    const char *const last[] = {"1711043380000000", USER_1};
    return page_answer(req, &page, json_array(), page.keys[0] == NULL, last, resp);
}

static const struct route routes[] = {
    {.method = "GET", .path = "/list", .handler = list},
    {.method = "GET", .path = "/other", .handler = list},
};
static struct call_conf conf;

static unsigned get(const char *target, char cursor[static 300], char link[static 1024])
{
    struct call *call = call_fake(&conf, "GET", target, NULL, NULL);
    json_t *body = json_loads(call->answer.body, 0, NULL);
    const char *next =
        json_string_value(json_object_get(json_object_get(body, "page"), "next_cursor"));
    const char *given = call_fake_header(call, "Link");
    snprintf(cursor, 300, "%s", next != NULL ? next : "");
    snprintf(link, 1024, "%s", given != NULL ? given : "");
    unsigned status = call->answer.status;
    json_decref(body);
    call_free(call);
    return status;
}

static void limits(void **state)
{
    char cursor[300], link[1024];
    (void)state;
    assert_int_equal(get("/list", cursor, link), 200);
    assert_int_equal(seen.limit, 50);
    assert_int_equal(get("/list?limit=200", cursor, link), 200);
    assert_int_equal(seen.limit, 200);
    static const char *const bad[] = {"0", "201", "-1", "", "1x", "%201", "99999999999"};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        char target[64];
        snprintf(target, sizeof target, "/list?limit=%s", bad[i]);
        assert_int_equal(get(target, cursor, link), 422);
    }
}

static void continues(void **state)
{
    char cursor[300], link[1024], ignored[300], target[600];
    (void)state;
    assert_int_equal(get("/list?q=a%26b&limit=2&from=1", cursor, link), 200);
    snprintf(target, sizeof target, "</list?limit=2&cursor=%s&q=a%%26b&from=1>; rel=\"next\"",
             cursor);
    assert_string_equal(link, target);
    snprintf(target, sizeof target, "/list?from=1&q=a%%26b&cursor=%s", cursor);
    assert_int_equal(get(target, ignored, link), 200);
    assert_string_equal(seen.keys[0], "1711043380000000");
    assert_string_equal(seen.keys[1], USER_1);
    assert_string_equal(ignored, "");
    assert_string_equal(link, "");
    /* The same cursor with another filter, or on another list. */
    snprintf(target, sizeof target, "/list?from=2&q=a%%26b&cursor=%s", cursor);
    assert_int_equal(get(target, ignored, link), 400);
    snprintf(target, sizeof target, "/other?from=1&q=a%%26b&cursor=%s", cursor);
    assert_int_equal(get(target, ignored, link), 400);
}

static void refuses_forged(void **state)
{
    static const char *const bad[] = {"",      "x", "*", "W10", "bnVsbA", "WyJhIiwiYiIsImMiXQ",
                                      "%7B%7D"};
    char cursor[300], link[1024], target[64];
    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        snprintf(target, sizeof target, "/list?cursor=%s", bad[i]);
        assert_int_equal(get(target, cursor, link), 400);
    }
}

int main(void)
{
    log_init("test", LOG_ERROR);
    conf.router = router_new(TABLE(routes));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits),
        cmocka_unit_test(continues),
        cmocka_unit_test(refuses_forged),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    router_free((struct router *)(uintptr_t)conf.router);
    return failed;
}
