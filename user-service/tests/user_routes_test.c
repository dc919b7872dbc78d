#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "fake_store.h"
#include "http/call_fake.h"
#include "user.h"

static const char zone_text[] = "Z UTC 0\nZ Asia/Kolkata 5\n";
static struct svc svc = {.defaults = {"USD", "UTC", "en", 1, 365, 1, NOTIFY_DEFAULT}};
static struct router *router;

static int setup(void **state)
{
    (void)state;
    struct err err;
    log_init("test", LOG_ERROR);
    router = router_new(user_routes, user_route_count);
    return zones_parse(&svc.zones, zone_text, sizeof zone_text - 1, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    router_free(router);
    zones_fini(&svc.zones);
    return 0;
}

static int reset(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static struct call *send(const char *method, const char *path, const char *if_match,
                         const char *body)
{
    const struct call_conf conf = {.router = router, .svc = &svc};
    const char *headers[] = {"Authorization",
                             "Bearer good",
                             "Content-Type",
                             "application/json",
                             if_match ? "If-Match" : NULL,
                             if_match,
                             NULL};
    return call_fake(&conf, method, path, headers, body);
}
#define ME "/api/v1/users/me"

static unsigned status_of(const char *method, const char *path, const char *if_match,
                          const char *body)
{
    struct call *call = send(method, path, if_match, body);
    unsigned status = call->answer.status;
    call_free(call);
    return status;
}

static void never_404_with_a_valid_token(void **state)
{
    (void)state;
    struct call *call = send("GET", ME, NULL, NULL);
    assert_int_equal(call->answer.status, 200);
    assert_string_equal(call_fake_header(call, "ETag"), "\"1\"");
    assert_non_null(strstr(call->answer.body, "claims@example.org"));
    call_free(call);
    assert_int_equal(fake.published, 1);
    assert_int_equal(status_of("GET", ME "/preferences", NULL, NULL), 200);
    assert_int_equal(fake.published, 1);
}

static void patch_needs_the_version(void **state)
{
    (void)state;
    assert_int_equal(status_of("PATCH", ME, NULL, "{\"name\":\"N\"}"), 428);
    assert_int_equal(status_of("PATCH", ME, "\"7\"", "{\"name\":\"N\"}"), 412);
    assert_int_equal(status_of("PATCH", ME, "\"1\"", "[]"), 400);
    assert_int_equal(status_of("PATCH", ME, "\"1\"", "{\"name\":1,\"x\":2}"), 422);
    assert_int_equal(fake.committed, 0);
    assert_int_equal(status_of("PATCH", ME, "\"1\"", "{\"name\":\"N\"}"), 200);
    assert_string_equal(fake.row.name, "N");
    assert_int_equal(fake.row.version, 2);
    int published = fake.published;
    assert_int_equal(status_of("PATCH", ME, "\"2\"", "{}"), 200); /* changes nothing */
    assert_int_equal(fake.row.version, 2);
    assert_int_equal(fake.published, published);
}

static void put_replaces(void **state)
{
    (void)state;
    assert_int_equal(status_of("PUT", ME "/preferences", "*", "{\"locale\":\"en\"}"), 422);
    assert_int_equal(status_of("PUT", ME "/preferences", "*",
                               "{\"locale\":\"hi\",\"base_currency\":\"INR\","
                               "\"time_zone\":\"Asia/Kolkata\"}"),
                     200);
    assert_string_equal(fake.row.prefs.base_currency, "INR");
    assert_int_equal(fake.row.prefs.month_start, 1);
}

static void the_deleted_are_refused(void **state)
{
    (void)state;
    fake.there = true;
    fake.row.deleted = true;
    memcpy(fake.row.user_id, fake.caller.user_id, UUID_SIZE);
    assert_int_equal(status_of("GET", ME, NULL, NULL), 401);
    assert_int_equal(status_of("PATCH", ME, "*", "{\"name\":\"N\"}"), 401);
    assert_int_equal(fake.committed, 0);
}

static void a_forwarders_token_is_refused(void **state)
{
    (void)state;
    strcpy(fake.caller.scope, "messages:write");
    assert_int_equal(status_of("GET", ME, NULL, NULL), 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(never_404_with_a_valid_token, reset, reset),
        cmocka_unit_test_setup_teardown(patch_needs_the_version, reset, reset),
        cmocka_unit_test_setup_teardown(put_replaces, reset, reset),
        cmocka_unit_test_setup_teardown(the_deleted_are_refused, reset, reset),
        cmocka_unit_test_setup_teardown(a_forwarders_token_is_refused, reset, reset),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
