#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "replay/replay.h"

static json_t *differ(const char *was_status, const char *was, const char *status, const char *is)
{
    scoped(json_drop) json_t *before_fields = json_loads(was, 0, NULL);
    struct replay_before before = {.status = was_status, .fields = before_fields};
    struct reading_job job = {.outcome.status = status};
    job.fields = json_loads(is, 0, NULL);
    json_t *differences = replay_differences(&before, &job);
    json_decref(job.fields);
    return differences;
}

static void tells_what_changed_and_nothing_else(void **state)
{
    static const struct {
        const char *was_status, *was, *status, *is, *want;
    } rows[] = {
        {"parsed", "{\"amount\":\"1\",\"template\":\"a\"}", "parsed",
         "{\"amount\":\"1\",\"template\":\"b\"}", "[]"},
        {"parsed", "{\"account\":null}", "parsed", "{}", "[]"},
        {"parsed", "{\"merchant\":\"A\"}", "parsed", "{\"merchant\":\"B\"}",
         "[{\"field\":\"merchant\",\"before\":\"A\",\"after\":\"B\"}]"},
        {"parsed", "{\"fee\":\"1\"}", "parsed", "{}",
         "[{\"field\":\"fee\",\"before\":\"1\",\"after\":null}]"},
        {"needs_review", "{}", "parsed", "{}",
         "[{\"field\":\"status\",\"before\":\"needs_review\",\"after\":\"parsed\"}]"},
        {"rejected", "{\"amount\":\"1\"}", "rejected", "{\"amount\":\"2\"}", "[]"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(json_drop) json_t *got =
            differ(rows[i].was_status, rows[i].was, rows[i].status, rows[i].is);
        scoped(str_drop) char *text = json_text(got);
        assert_string_equal(text, rows[i].want);
    }
}

static void filters_are_checked(void **state)
{
    (void)state;
    struct replay_ask ask = {0};
    scoped(fields_fini) struct fields fields = {0};
    scoped(json_drop) json_t *body =
        json_loads("{\"status\":\"duplicate\",\"from\":\"2026-02-01T00:00:00Z\",\"to\":"
                   "\"2026-01-01T00:00:00Z\",\"dry_run\":1,\"colour\":2}",
                   0, NULL);
    replay_read(body, &ask, &fields);
    assert_int_equal(json_array_size(fields.errors), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_changed_and_nothing_else),
        cmocka_unit_test(filters_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
