#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "budgets/budget.h"

static int64_t day(const char *text)
{
    int64_t out;
    assert_true(day_parse(text, &out));
    return out;
}

static void periods_begin_on_the_day_meant(void **state)
{
    static const struct {
        enum period_kind kind;
        const char *first, *today, *from, *to;
    } rows[] = {
        {PERIOD_MONTHLY, "2026-01-31", "2026-02-27", "2026-01-31", "2026-02-27"},
        {PERIOD_MONTHLY, "2026-01-31", "2026-02-28", "2026-02-28", "2026-03-30"},
        {PERIOD_MONTHLY, "2026-01-31", "2026-03-31", "2026-03-31", "2026-04-29"},
        {PERIOD_MONTHLY, "2024-01-31", "2024-02-29", "2024-02-29", "2024-03-30"},
        {PERIOD_MONTHLY, "2026-01-01", "2026-12-31", "2026-12-01", "2026-12-31"},
        {PERIOD_MONTHLY, "2026-05-15", "2026-05-15", "2026-05-15", "2026-06-14"},
        {PERIOD_YEARLY, "2024-02-29", "2025-02-27", "2024-02-29", "2025-02-27"},
        {PERIOD_YEARLY, "2024-02-29", "2025-03-01", "2025-02-28", "2026-02-27"},
        {PERIOD_YEARLY, "2024-02-29", "2028-02-29", "2028-02-29", "2029-02-27"},
        {PERIOD_WEEKLY, "2026-01-01", "2026-01-07", "2026-01-01", "2026-01-07"},
        {PERIOD_WEEKLY, "2026-01-01", "2026-01-08", "2026-01-08", "2026-01-14"},
        {PERIOD_WEEKLY, "2026-01-01", "2025-12-31", "2025-12-25", "2025-12-31"},
        {PERIOD_MONTHLY, "2026-01-31", "9999-12-31", "9999-12-31", "10000-01-30"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t first = day(rows[i].first);
        struct period period =
            period_nth(rows[i].kind, first, period_of(rows[i].kind, first, day(rows[i].today)));
        char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
        day_text(period.from, from);
        day_text(period.to, to);
        if (strcmp(from, rows[i].from) != 0 || strcmp(to, rows[i].to) != 0)
            fail_msg("row %zu: %s to %s", i, from, to);
    }
}

static void what_is_left_is_carried(void **state)
{
    static const int64_t spent[] = {40, 150, 90};
    static const struct {
        enum budget_rollover rollover;
        int64_t want;
    } rows[] = {{ROLLOVER_NONE, 0}, {ROLLOVER_REMAINING, 20}, {ROLLOVER_ALL, 20}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct budget budget = {.amount = {100, "EUR"}, .rollover = rows[i].rollover};
        assert_int_equal(budget_carry(&budget, spent, LENGTH(spent)), rows[i].want);
    }
    const struct budget debts = {.amount = {100, "EUR"}, .rollover = ROLLOVER_ALL};
    const struct budget none = {.amount = {100, "EUR"}, .rollover = ROLLOVER_REMAINING};
    assert_int_equal(budget_carry(&debts, (const int64_t[]){250}, 1), -150);
    assert_int_equal(budget_carry(&none, (const int64_t[]){250}, 1), 0);
}

static void percent_of_what_there_is(void **state)
{
    const struct budget budget = {.amount = {1000, "EUR"}};
    (void)state;
    assert_int_equal(budget_percent(&budget, &(struct budget_state){.spent = 799}), 79);
    assert_int_equal(budget_percent(&budget, &(struct budget_state){.spent = -5}), 0);
    assert_int_equal(budget_percent(&budget, &(struct budget_state){.spent = 600, .carried = 200}),
                     50);
    assert_int_equal(budget_percent(&budget, &(struct budget_state){.spent = 1, .carried = -1000}),
                     1000);
    assert_int_equal(budget_percent(&budget, &(struct budget_state){.spent = MONEY_MAX}),
                     PERCENT_MAX);
    assert_int_equal(budget_percent(&budget, &(struct budget_state){.spent = INT64_MAX}),
                     PERCENT_MAX);
    const struct budget debts = {.amount = {1000, "EUR"}, .rollover = ROLLOVER_ALL};
    const int64_t most[] = {INT64_MAX, INT64_MAX, INT64_MAX};
    struct budget_state much = {.spent = INT64_MAX,
                                .carried = budget_carry(&debts, most, LENGTH(most))};
    assert_true(much.carried < -MONEY_MAX);
    assert_int_equal(budget_percent(&debts, &much), 1000);
    json_decref(budget_state_json(&debts, &much));
}

static void every_error_at_once(void **state)
{
    (void)state;
    struct budget budget;
    struct ref_input category;
    scoped(fields_fini) struct fields fields = {0};
    scoped(json_drop) json_t *body = json_loads(
        "{\"name\":\" \",\"amount\":{\"amount\":\"0\",\"currency\":\"EUR\"},\"scope\":\"tag\","
        "\"category\":\"X\",\"starts_on\":\"2026-02-30\",\"thresholds\":[80,50,0],\"colour\":1}",
        0, NULL);
    budget_read(body, INPUT_CREATE, 20000, &budget, &category, &fields);
    scoped(str_drop) char *text = json_text(fields.errors);
    static const char *const want[] = {"/name",      "/amount/amount", "/category",     "/tag",
                                       "/starts_on", "/thresholds/1",  "/thresholds/2", "/colour"};
    for (size_t i = 0; i < LENGTH(want); i++)
        if (strstr(text, want[i]) == NULL)
            fail_msg("no %s in %s", want[i], text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_begin_on_the_day_meant),
        cmocka_unit_test(what_is_left_is_carried),
        cmocka_unit_test(percent_of_what_there_is),
        cmocka_unit_test(every_error_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
