#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "accounts/account.h"
#include "fake_store.h"

static void assert_json(json_t *owned, const char *want)
{
    scoped(json_drop) json_t *json = owned;
    scoped(str_drop) char *text = json_text(json);
    assert_string_equal(text, want);
}

static void tells_an_account(void **state)
{
    (void)state;
    static const char *const cells[] = {
        USER,   "Bank 4821", "Bank",      "4821", "bank_account",
        "-50",  "INR",       "1000000",   NULL,   NULL,
        NULL,   "1",         CATEGORY_ID, "Cash", "",
        "",     "",          NULL,        NULL,   NULL,
        NULL,   NULL,        NULL,        "1",    CATEGORY_ID,
        "Cash", "",          "",          "",     "900",
        "EUR",  NULL,        "1000",      "EUR",  "1000000",
        "2",
    };
    const struct pg_result result = {.rows = 3, .cols = 12, .cells = cells};
    assert_json(account_to_json(&result, 0),
                "{\"id\":\"" USER "\",\"name\":\"Bank 4821\",\"bank\":\"Bank\",\"last4\":\"4821\","
                "\"type\":\"bank_account\",\"balance\":{\"amount\":\"-0.50\",\"currency\":\"INR\"},"
                "\"balance_told_at\":\"1970-01-01T00:00:01Z\",\"opening\":null}");
    assert_json(account_to_json(&result, 1),
                "{\"id\":\"" CATEGORY_ID "\",\"name\":\"Cash\",\"bank\":\"\",\"last4\":\"\","
                "\"type\":\"\",\"balance\":null,\"balance_told_at\":null,\"opening\":null}");
    assert_json(account_to_json(&result, 2),
                "{\"id\":\"" CATEGORY_ID "\",\"name\":\"Cash\",\"bank\":\"\",\"last4\":\"\","
                "\"type\":\"\",\"balance\":{\"amount\":\"9.00\",\"currency\":\"EUR\"},"
                "\"balance_told_at\":null,\"opening\":{\"balance\":{\"amount\":\"10.00\","
                "\"currency\":\"EUR\"},\"at\":\"1970-01-01T00:00:01Z\"}}");
}

static void tells_a_gap_in_the_currency_s_decimals(void **state)
{
    (void)state;
    static const char *const cells[] = {EXPENSE_ID, "2000000", "425000", USER,   "1000000",
                                        "500000",   "KWD",     "debit",  "30000"};
    const struct pg_result result = {.rows = 1, .cols = 9, .cells = cells};
    assert_json(
        gap_to_json(&result, 0),
        "{\"after\":{\"expense_id\":\"" USER "\",\"occurred_at\":"
        "\"1970-01-01T00:00:01Z\",\"balance\":{\"amount\":\"500.000\","
        "\"currency\":\"KWD\"}},\"before\":{\"expense_id\":\"" EXPENSE_ID
        "\",\"occurred_at\":\"1970-01-01T00:00:02Z\",\"balance\":{\"amount\":"
        "\"425.000\",\"currency\":\"KWD\"}},\"missing\":{\"direction\":\"debit\",\"amount\":"
        "{\"amount\":\"30.000\",\"currency\":\"KWD\"}}}");
}

static void asks_for_the_caller_s_rows_only(void **state)
{
    (void)state;
    scoped(query_fini) struct query list = {0}, one = {0}, gaps = {0};
    const struct range range = {0};
    struct page page = {.limit = 50, .keys = {(char[]){"7"}, (char[]){EXPENSE_ID}}};
    account_query(USER, &page, &list);
    account_query_one(USER, EXPENSE_ID, &one);
    gap_query(USER, EXPENSE_ID, &range, &page, &gaps);
    assert_non_null(strstr(list.sql.data, "WHERE a.user_id = $1::uuid AND a.id > $2::uuid"));
    assert_non_null(strstr(one.sql.data, "WHERE a.user_id = $1::uuid AND a.id = $2::uuid"));
    assert_non_null(
        strstr(gaps.sql.data, "e.user_id = $1::uuid AND e.account_id = $2::uuid), stretches"));
    assert_non_null(strstr(gaps.sql.data, "(at, id) < ($3::timestamptz, $4::uuid)"));
    assert_int_equal(gaps.count, 5);
}

static void errors_of(const char *text, bool is_patch, const char *want)
{
    scoped(fields_fini) struct fields fields = {0};
    scoped(json_drop) json_t *body = json_loads(text, 0, NULL);
    struct account_input input;
    char told[256] = "";
    const json_t *error;
    size_t i;
    account_input_read(body, is_patch, &input, &fields);
    json_array_foreach(fields.errors, i, error)
    {
        size_t len = strlen(told);
        snprintf(told + len, sizeof told - len, "%s %s;",
                 json_string_value(json_object_get(error, "pointer")),
                 json_string_value(json_object_get(error, "code")));
    }
    assert_string_equal(told, want);
}

static void names_every_wrong_field(void **state)
{
    (void)state;
    errors_of(
        "{\"name\":\"Cash\",\"opening\":{\"balance\":{\"amount\":\"1.00\",\"currency\":\"EUR\"},"
        "\"at\":\"2026-01-01T00:00:00Z\"}}",
        false, "");
    errors_of("{\"opening\":null}", true, "");
    errors_of("{}", false, "/name required;");
    errors_of("{\"name\":\" \",\"last4\":7,\"colour\":\"red\",\"opening\":{\"at\":\"today\"}}",
              false,
              "/colour unknown_field;/name blank;/last4 wrong_type;/opening/balance "
              "required;/opening/at time_invalid;");
    errors_of("{\"name\":null,\"bank\":\"Bank\"}", true, "/bank unknown_field;/name blank;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_an_account),
        cmocka_unit_test(tells_a_gap_in_the_currency_s_decimals),
        cmocka_unit_test(asks_for_the_caller_s_rows_only),
        cmocka_unit_test(names_every_wrong_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
