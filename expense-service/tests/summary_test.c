#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/timefmt.h"
#include "fake_store.h"
#include "insight/summary.h"

static void amounts_of_any_length(void **state)
{
    (void)state;
    static const struct {
        const char *minor;
        int exponent;
        const char *want;
    } rows[] = {
        {"0", 2, "0.00"},
        {"5", 2, "0.05"},
        {"-5", 2, "-0.05"},
        {"12345", 2, "123.45"},
        {"-9900", 2, "-99.00"},
        {"450", 0, "450"},
        {"0", 0, "0"},
        {"7", 3, "0.007"},
        {"123456789012345678901234", 2, "1234567890123456789012.34"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char out[SUMMARY_AMOUNT_SIZE];
        summary_amount(rows[i].minor, rows[i].exponent, out);
        assert_string_equal(out, rows[i].want);
    }
}

static struct summary_ask ask_by(const char *first, const char *second)
{
    struct summary_ask ask = {.groups = {summary_group_named(first, strlen(first))}, .count = 1};
    if (second != NULL)
        ask.groups[ask.count++] = summary_group_named(second, strlen(second));
    assert_non_null(ask.groups[ask.count - 1]);
    return ask;
}

static void currencies_are_rows_of_their_own(void **state)
{
    (void)state;
    static const char *const cells[] = {
        "2026-11", NULL, CATEGORY_ID, "Groceries", "INR", "12050", "0", "-12050", "700", "2", "1",
        "2026-11", NULL, NULL,        NULL,        "JPY", "300",   "5", "-295",   "0",   "3", "0",
    };
    const struct pg_result result = {.rows = 2, .cols = 11, .cells = cells};
    const struct summary_ask ask = ask_by("month", "category");
    scoped(json_drop) json_t *json = summary_to_json(&ask, &result, NULL);
    scoped(str_drop) char *text = json_text(json);
    assert_string_equal(
        text, "{\"data\":[{\"key\":{\"month\":\"2026-11\",\"category\":{\"id\":\"" CATEGORY_ID
              "\",\"name\":\"Groceries\"}},\"currency\":\"INR\",\"expense\":\"120.50\","
              "\"income\":\"0.00\",\"net\":\"-120.50\",\"others\":\"7.00\",\"count\":2,"
              "\"needs_review\":1},{\"key\":{\"month\":\"2026-11\",\"category\":null},"
              "\"currency\":\"JPY\",\"expense\":\"300\",\"income\":\"5\",\"net\":\"-295\","
              "\"others\":\"0\",\"count\":3,\"needs_review\":0}]}");
}

static void the_period_before_is_found_by_key_and_currency(void **state)
{
    (void)state;
    static const char *const now_cells[] = {CATEGORY_ID, "Fuel", "EUR", "500", "0",
                                            "-500",      "0",    "1",   "0"};
    static const char *const before_cells[] = {
        CATEGORY_ID, "Fuel", "USD", "900", "0", "-900", "0", "4", "0",
        CATEGORY_ID, "Fuel", "EUR", "300", "0", "-300", "0", "2", "0",
    };
    const struct pg_result now = {.rows = 1, .cols = 9, .cells = now_cells};
    const struct pg_result before = {.rows = 2, .cols = 9, .cells = before_cells};
    const struct summary_ask ask = ask_by("category", NULL);
    scoped(json_drop) json_t *json = summary_to_json(&ask, &now, &before);
    const json_t *previous =
        json_object_get(json_array_get(json_object_get(json, "data"), 0), "previous");
    assert_string_equal(json_string_value(json_object_get(previous, "expense")), "3.00");
}

static void asks_only_for_what_is_grouped(void **state)
{
    (void)state;
    struct summary_ask ask = ask_by("month", NULL);
    for (int by_day = 0; by_day <= 1; by_day++) {
        scoped(query_fini) struct query query = {0};
        ask.currency = "INR";
        summary_query(&ask, USER, by_day, &query);
        assert_null(strstr(query.sql.data, "JOIN category"));
        assert_non_null(strstr(query.sql.data, by_day ? "d.user_id = $1" : "e.user_id = $1"));
        assert_non_null(strstr(query.sql.data, "WHERE s.currency = $2::text"));
        assert_int_equal(query.count, 2);
    }
}

static void whole_days_are_read_from_the_sums(void **state)
{
    (void)state;
    struct summary_ask ask = ask_by("category", NULL), of_tags = ask_by("tag", NULL);
    assert_true(summary_by_day(&ask));
    assert_false(summary_by_day(&of_tags));
    ask.range.from = (struct range_end){.given = true, .date = "2026-01-01"};
    assert_true(summary_by_day(&ask));
    ask.range.to = (struct range_end){.given = true, .us = 5};
    assert_false(summary_by_day(&ask));
}

static void before_a_month_is_a_month(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *before_from, *before_to;
    } rows[] = {
        {"2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"},
        {"2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"},
        {"2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"},
        {"2026-01-15", "2026-02-14", "2025-12-15", "2026-01-14"},
        {"2026-03-10", "2026-03-12", "2026-03-07", "2026-03-09"},
        {"2026-01-01", "2026-01-01", "2025-12-31", "2025-12-31"},
        {"2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct range before, range = {.from.date = rows[i].from, .to.date = rows[i].to};
        char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE];
        assert_true(timefmt_parse_date(rows[i].from, &range.from.us));
        assert_true(timefmt_parse_date(rows[i].to, &range.to.us));
        summary_before(&range, &before, from, to);
        assert_string_equal(before.from.date, rows[i].before_from);
        assert_string_equal(before.to.date, rows[i].before_to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_of_any_length),
        cmocka_unit_test(currencies_are_rows_of_their_own),
        cmocka_unit_test(the_period_before_is_found_by_key_and_currency),
        cmocka_unit_test(asks_only_for_what_is_grouped),
        cmocka_unit_test(whole_days_are_read_from_the_sums),
        cmocka_unit_test(before_a_month_is_a_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
