#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static void currencies_are_rows_of_their_own(void **state)
{
    (void)state;
    static const char *const cells[] = {
        "2026-11", CATEGORY_ID, "Groceries", "INR", "12050", "0", "-12050", "2", "1",
        "2026-11", NULL,        NULL,        "JPY", "300",   "5", "-295",   "3", "0",
    };
    const struct pg_result result = {.rows = 2, .cols = 9, .cells = cells};
    const struct summary_ask ask = {.groups = GROUP_MONTH | GROUP_CATEGORY};
    scoped(json_drop) json_t *json = summary_to_json(&ask, &result);
    scoped(str_drop) char *text = json_text(json);
    assert_string_equal(
        text, "{\"data\":[{\"key\":{\"month\":\"2026-11\",\"category\":{\"id\":\"" CATEGORY_ID
              "\",\"name\":\"Groceries\"}},\"currency\":\"INR\",\"count\":2,\"needs_review\":1,"
              "\"expense\":\"120.50\",\"income\":\"0.00\",\"net\":\"-120.50\"},{\"key\":{"
              "\"month\":\"2026-11\",\"category\":null},\"currency\":\"JPY\",\"count\":3,"
              "\"needs_review\":0,\"expense\":\"300\",\"income\":\"5\",\"net\":\"-295\"}]}");
}

static void asks_only_for_what_is_grouped(void **state)
{
    (void)state;
    scoped(query_fini) struct query query = {0};
    const struct summary_ask ask = {.groups = GROUP_MONTH, .currency = "INR"};
    summary_query(&ask, USER, &query);
    assert_null(strstr(query.sql.data, "category"));
    assert_non_null(strstr(query.sql.data, "WHERE e.user_id = $1::uuid AND e.deleted_at IS NULL"
                                           " AND e.currency = $2::text"));
    assert_int_equal(query.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_of_any_length),
        cmocka_unit_test(currencies_are_rows_of_their_own),
        cmocka_unit_test(asks_only_for_what_is_grouped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
