#include "base/timefmt.h"

#include "base/mem.h"
#include "base/trace.h"
#include "base/uuid.h"
#include "tests/test.h"

#include <string.h>

static void reads_rfc3339(void **state)
{
    static const struct {
        const char *text;
        int64_t us;
        const char *shown;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
        {"2026-03-21T17:49:40Z", INT64_C(1774115380000000), "2026-03-21T17:49:40Z"},
        {"2026-03-21T23:19:40+05:30", INT64_C(1774115380000000), "2026-03-21T17:49:40Z"},
        {"2026-03-21t12:49:40-05:00", INT64_C(1774115380000000), "2026-03-21T17:49:40Z"},
        {"2026-03-21T17:49:40.5Z", INT64_C(1774115380500000), "2026-03-21T17:49:40.500000Z"},
        {"2026-03-21T17:49:40.1234567Z", INT64_C(1774115380123456), "2026-03-21T17:49:40.123456Z"},
        {"2024-02-29T00:00:00Z", INT64_C(1709164800000000), "2024-02-29T00:00:00Z"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t us;
        char text[TIMEFMT_SIZE];
        assert_true(timefmt_parse(rows[i].text, &us));
        assert_int_equal(us, rows[i].us);
        timefmt_format(us, text);
        assert_string_equal(text, rows[i].shown);
    }
}

static void refuses_other_times(void **state)
{
    static const char *const rows[] = {
        "",
        "2026-03-21",
        "2026-03-21T17:49Z",
        "2026-03-21T17:49:40",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-03-21T24:00:00Z",
        "2026-03-21T17:60:00Z",
        "2026-03-21T17:49:40.Z",
        "2026-03-21T17:49:40+0530",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+01:00",
        "2026-03-21T17:49:40Zx",
        "+026-03-21T17:49:40Z",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t us;
        assert_false(timefmt_parse(rows[i], &us));
    }
}

static void calendar_goes_both_ways(void **state)
{
    (void)state;
    for (int64_t days = -1000; days < 80000; days += 7) {
        int year, month, day;
        time_civil_from_days(days, &year, &month, &day);
        assert_int_equal(time_days_from_civil(year, month, day), days);
        assert_true(day >= 1 && day <= time_days_in_month(year, month));
    }
}

static void uuids_grow(void **state)
{
    char last[UUID_SIZE] = "", id[UUID_SIZE];
    (void)state;
    for (int i = 0; i < 5000; i++) {
        uuid_new(id);
        assert_true(uuid_valid(id));
        assert_int_equal(id[14], '7');
        assert_true(strcmp(last, id) < 0);
        memcpy(last, id, sizeof last);
    }
    assert_false(uuid_valid(""));
    assert_false(uuid_valid("0190163d-8694-739b-aea5-966c26f8ad9"));
    assert_false(uuid_valid("0190163d-8694-739b-aea5-966c26f8ad91x"));
    assert_false(uuid_valid("0190163d_8694-739b-aea5-966c26f8ad91"));
    assert_false(uuid_valid("g190163d-8694-739b-aea5-966c26f8ad91"));
}

static void traces_continue(void **state)
{
    static const char in[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    char out[TRACEPARENT_SIZE];
    (void)state;
    trace_continue(in, out);
    assert_memory_equal(out, in, 36);
    assert_memory_not_equal(out + 36, in + 36, 16);
    assert_string_equal(out + 52, "-01");
    static const char *const bad[] = {NULL, "",
                                      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        trace_continue(bad[i], out);
        assert_int_equal(strlen(out), TRACEPARENT_SIZE - 1);
        assert_memory_not_equal(out, in, 36);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rfc3339),           cmocka_unit_test(refuses_other_times),
        cmocka_unit_test(calendar_goes_both_ways), cmocka_unit_test(uuids_grow),
        cmocka_unit_test(traces_continue),
    };
    return cmocka_run_group_tests_name("timefmt", tests, NULL, NULL);
}
