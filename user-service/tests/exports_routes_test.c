#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "fake_exports.h"
#include "fake_store.h"
#include "http/call_fake.h"
#include "user.h"

#define EXPORTS "/api/v1/users/me/exports"
#define ID "01a20b38-7d30-7a8b-8ed3-0000000000e1"
#define PERSON "01a20b38-7d30-7a8b-8ed3-d4da7364439d"

static struct svc svc = {.defaults = {"USD", "UTC", "en", 1, 365, 1, NOTIFY_DEFAULT}};
static struct router *router;

static int setup(void **state)
{
    (void)state;
    log_init("test", LOG_ERROR);
    router = router_new(user_routes, user_route_count);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    router_free(router);
    return 0;
}

static int reset(void **state)
{
    (void)state;
    fake_reset();
    fake_exports_reset();
    strcpy(fake.caller.scope, "account");
    return 0;
}

static struct call *send(const char *method, const char *path)
{
    const struct call_conf conf = {.router = router, .svc = &svc};
    const char *headers[] = {"Authorization", "Bearer good", NULL};
    return call_fake(&conf, method, path, headers, NULL);
}

/* The status; the code of a problem, or the body, in out. */
static unsigned ask(const char *method, const char *path, char *out, size_t size)
{
    struct call *call = send(method, path);
    unsigned status = call->answer.status;
    snprintf(out, size, "%.*s", (int)call->answer.len, call->answer.body ? call->answer.body : "");
    call_free(call);
    return status;
}

static void one_runs_at_a_time(void **state)
{
    (void)state;
    char first[2048], second[2048];
    assert_int_equal(ask("POST", EXPORTS, first, sizeof first), 202);
    assert_string_equal(fake.last_type, EVENT_EXPORT_REQUESTED);
    assert_string_equal(json_string_value(json_object_get(fake.last_data, "export_id")),
                        fake_exports.rows[0].id);
    int published = fake.published;
    assert_int_equal(ask("POST", EXPORTS, second, sizeof second), 200);
    assert_string_equal(first, second);
    assert_int_equal(fake.published, published); /* nobody is asked twice */
    struct call *call = send("POST", EXPORTS);
    assert_string_equal(call_fake_header(call, "Location") + strlen(EXPORTS "/"),
                        fake_exports.rows[0].id);
    call_free(call);
}

static void few_a_day(void **state)
{
    (void)state;
    char out[2048];
    fake_exports.recent = EXPORTS_A_DAY;
    int committed = fake.committed;
    assert_int_equal(ask("POST", EXPORTS, out, sizeof out), 429);
    assert_non_null(strstr(out, "\"export_limit\""));
    assert_int_equal(fake.committed, committed);
}

static void progress_names_who_is_missing(void **state)
{
    (void)state;
    char out[2048];
    fake_exports_add(
        ID, "running",
        "[{\"service\":\"auth-service\",\"complete\":true,\"rows\":3,\"updated_at\":"
        "\"2026-01-01T00:00:00Z\"},{\"service\":\"expense-service\",\"complete\":false,"
        "\"rows\":70,\"updated_at\":\"2026-01-01T00:00:00Z\"},{\"service\":"
        "\"user-service\",\"complete\":false,\"rows\":0,\"updated_at\":null}]");
    assert_int_equal(ask("GET", EXPORTS "/" ID, out, sizeof out), 200);
    assert_non_null(strstr(out, "\"missing\":[\"expense-service\",\"user-service\"]"));
    assert_non_null(strstr(out, "\"status\":\"complete\",\"rows\":3"));
    assert_non_null(strstr(out, "\"status\":\"telling\",\"rows\":70"));
    assert_non_null(strstr(out, "\"status\":\"waiting\",\"rows\":0"));
    assert_non_null(strstr(out, "\"download\":null"));
    assert_int_equal(ask("GET", EXPORTS "/" PERSON, out, sizeof out), 404);
    assert_int_equal(ask("GET", EXPORTS "?limit=0", out, sizeof out), 422);
    fake_exports_add("01a20b38-7d30-7a8b-8ed3-0000000000e2", "failed", "[]");
    assert_int_equal(ask("GET", EXPORTS "?limit=1", out, sizeof out), 200);
    assert_non_null(strstr(out, "0000000000e2"));
    assert_null(strstr(out, "0000000000e1"));
    assert_non_null(strstr(out, "\"has_more\":true"));
}

static void an_archive_comes_while_it_is_kept(void **state)
{
    (void)state;
    char out[2048];
    struct export *export = fake_exports_add(ID, "running", "[]");
    assert_int_equal(ask("GET", EXPORTS "/" ID "/download", out, sizeof out), 409);
    strcpy(export->state, "failed");
    assert_int_equal(ask("GET", EXPORTS "/" ID "/download", out, sizeof out), 410);
    assert_non_null(strstr(out, "export_failed"));
    strcpy(export->state, "ready");
    export->size = sizeof fake_exports.archive;
    export->expires_us = time_now_us() - 1; /* not purged yet, gone all the same */
    assert_int_equal(ask("GET", EXPORTS "/" ID "/download", out, sizeof out), 410);
    assert_int_equal(ask("GET", EXPORTS "/" ID, out, sizeof out), 200);
    assert_non_null(strstr(out, "\"state\":\"expired\""));
    export->expires_us = time_now_us() + 60 * US_PER_S;
    struct call *call = send("GET", EXPORTS "/" ID "/download");
    assert_int_equal(call->answer.status, 200);
    assert_int_equal(call->answer.stream->size, sizeof fake_exports.archive);
    assert_string_equal(call_fake_header(call, "Content-Type"), "application/zip");
    assert_non_null(strstr(call_fake_header(call, "Content-Disposition"), ".zip"));
    struct buf piece = {0};
    struct err err;
    fake_exports.archive[EXPORT_PIECE] = 'B';
    struct resp_stream *stream = call->answer.stream;
    assert_true(stream->read(&svc, stream->state, EXPORT_PIECE, &piece, &err));
    assert_int_equal(piece.data[0], 'B');
    buf_fini(&piece);
    call_free(call);
}

static void only_the_persons_own_session(void **state)
{
    (void)state;
    char out[2048];
    strcpy(fake.caller.scope, "profile:read profile:write expenses:read messages:read");
    assert_int_equal(ask("POST", EXPORTS, out, sizeof out), 403);
    assert_int_equal(ask("GET", EXPORTS "/" ID "/download", out, sizeof out), 403);
    strcpy(fake.caller.scope, "account");
    fake.there = true;
    fake.row.deleted = true;
    memcpy(fake.row.user_id, fake.caller.user_id, UUID_SIZE);
    assert_int_equal(ask("POST", EXPORTS, out, sizeof out), 401);
}

static void receipts_are_for_admins(void **state)
{
    (void)state;
    char out[2048];
    const char *path = "/api/v1/users/admin/erasures/" PERSON;
    assert_int_equal(ask("GET", path, out, sizeof out), 403);
    strcpy(fake.caller.scope, "admin");
    assert_int_equal(ask("GET", path, out, sizeof out), 404);
    fake_exports.receipt_there = true;
    fake_exports.receipt = (struct receipt){
        .deleted_us = 1000000, .count = 1, .services = {{"expense-service", 2000000}}};
    assert_int_equal(ask("GET", path, out, sizeof out), 200);
    assert_non_null(strstr(out, "\"complete\":false"));
    assert_non_null(strstr(out, "{\"service\":\"expense-service\",\"status\":\"erased\","
                                "\"erased_at\":\"1970-01-01T00:00:02Z\"}"));
    assert_non_null(strstr(out, "{\"service\":\"auth-service\",\"status\":\"waiting\","
                                "\"erased_at\":null}"));
    assert_null(strstr(out, PERSON));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_runs_at_a_time, reset, reset),
        cmocka_unit_test_setup_teardown(few_a_day, reset, reset),
        cmocka_unit_test_setup_teardown(progress_names_who_is_missing, reset, reset),
        cmocka_unit_test_setup_teardown(an_archive_comes_while_it_is_kept, reset, reset),
        cmocka_unit_test_setup_teardown(only_the_persons_own_session, reset, reset),
        cmocka_unit_test_setup_teardown(receipts_are_for_admins, reset, reset),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
