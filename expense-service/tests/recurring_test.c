#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "budgets/period.h"
#include "recurring/recurring.h"
#include "recurring/upcoming.h"

static int64_t day(const char *text)
{
    int64_t out;
    assert_true(day_parse(text, &out));
    return out;
}

enum { SEEN = 8 };
static const struct {
    struct {
        const char *on;
        int64_t minor;
    } seen[SEEN];
    const char *today, *period, *status, *next;
} rows[] = {
    {{{"2026-01-31", 999}, {"2026-02-28", 999}, {"2026-03-31", 999}},
     "2026-04-02",
     "monthly",
     "active",
     "2026-04-30"},
    {{{"2026-01-05", 999}, {"2026-02-05", 999}, {"2026-03-06", 999}, {"2026-04-05", 1199}},
     "2026-04-10",
     "monthly",
     "changed",
     "2026-05-06"},
    {{{"2026-01-05", 999}, {"2026-02-05", 999}, {"2026-03-05", 999}},
     "2026-04-20",
     "monthly",
     "missed",
     "2026-04-05"},
    {{{"2026-01-05", 999}, {"2026-02-05", 999}, {"2026-03-05", 999}},
     "2026-06-20",
     "monthly",
     "ended",
     "2026-04-05"},
    {{{"2026-01-05", 500}, {"2026-01-12", 500}, {"2026-01-19", 500}},
     "2026-01-20",
     "weekly",
     "active",
     "2026-01-26"},
    {{{"2026-01-05", 500}, {"2026-01-19", 500}, {"2026-02-02", 500}},
     "2026-02-03",
     "two_weekly",
     "active",
     "2026-02-16"},
    {{{"2024-02-29", 500}, {"2025-02-28", 500}, {"2026-02-28", 500}},
     "2026-03-01",
     "yearly",
     "active",
     "2027-02-28"},
    {{{"2025-07-01", 500}, {"2025-10-01", 500}, {"2026-01-01", 500}},
     "2026-01-02",
     "quarterly",
     "active",
     "2026-04-01"},
    {{{"2026-01-05", 999}, {"2026-02-05", 999}}, "2026-02-06", NULL, NULL, NULL},
    {{{"2026-01-01", 10}, {"2026-01-03", 10}, {"2026-01-04", 10}, {"2026-01-05", 10}},
     "2026-02-06",
     NULL,
     NULL,
     NULL},
    {{{"2026-01-05", 999}, {"2026-02-05", 9999}, {"2026-03-05", 99}},
     "2026-03-06",
     NULL,
     NULL,
     NULL},
};

static void patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct occurrence seen[SEEN];
        struct recurring found;
        size_t count = 0;
        while (count < SEEN && rows[i].seen[count].on != NULL) {
            seen[count] =
                (struct occurrence){day(rows[i].seen[count].on), rows[i].seen[count].minor, count};
            count++;
        }
        bool any = recurring_find(seen, &count, day(rows[i].today), &found);
        if (any != (rows[i].period != NULL))
            fail_msg("row %zu: %d", i, any);
        if (!any)
            continue;
        char next[DAY_TEXT_SIZE];
        day_text(found.next, next);
        if (strcmp(recurring_period_names[found.period], rows[i].period) != 0 ||
            strcmp(recurring_status_names[found.status], rows[i].status) != 0 ||
            strcmp(next, rows[i].next) != 0)
            fail_msg("row %zu: %s %s %s", i, recurring_period_names[found.period],
                     recurring_status_names[found.status], next);
        assert_int_equal(count, 0);
    }
}

static void two_subscriptions_of_one_shop(void **state)
{
    struct occurrence seen[] = {{0, 100, 0},  {1, 900, 1},  {30, 100, 2},
                                {31, 900, 3}, {60, 100, 4}, {61, 900, 5}};
    size_t count = LENGTH(seen);
    struct recurring found;
    (void)state;
    assert_true(recurring_find(seen, &count, 62, &found));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(found.at[i] % 2, found.at[0] % 2);
    bool dear = found.expected == 900;
    assert_true(recurring_like(&found, "monthly", dear ? 1000 : 110));
    assert_false(recurring_like(&found, "monthly", dear ? 100 : 900));
    assert_false(recurring_like(&found, "weekly", found.expected));
    assert_true(recurring_find(seen, &count, 62, &found));
    assert_int_equal(count, 0);
    assert_false(recurring_find(seen, &count, 62, &found));
}

/* Dismissed at 100, it is the same one at 150. */
static void one_that_grows_stays_what_it_was(void **state)
{
    struct occurrence seen[] = {{0, 100, 0}, {30, 100, 1}, {61, 125, 2}, {91, 150, 3}};
    size_t count = LENGTH(seen);
    struct recurring found;
    (void)state;
    assert_true(recurring_find(seen, &count, 92, &found));
    assert_int_equal(found.times, 4);
    assert_int_equal(found.expected, 150);
    assert_true(recurring_like(&found, "monthly", 100));
    assert_true(recurring_like(&found, "monthly", 150));
    assert_false(recurring_like(&found, "monthly", 50));
}

/* From March 2 until the end of April. */
static void what_is_upcoming(void **state)
{
    /* clang-format off */
    static const struct {
        const char *seen[3], *id, *currency, *days;
        int64_t minor;
        bool income;
    } all[] = {
        {{"2025-12-31", "2026-01-31", "2026-02-28"}, "a", "EUR", "2026-03-31 2026-04-30", 999, false},
        {{"2026-01-19", "2026-02-02", "2026-02-16"}, "b", "EUR",
         "2026-03-02 2026-03-16 2026-03-30 2026-04-13 2026-04-27", 500, false},
        {{"2025-12-01", "2026-01-01", "2026-02-01"}, "c", "JPY", "2026-03-01 2026-04-01", 70000, true},
        {{"2024-01-01", "2024-01-08", "2024-01-15"}, "gone", "EUR", "", 100, false}};
    /* clang-format on */
    char got[LENGTH(all)][100] = {0};
    scoped(upcoming_fini) struct upcoming upcoming = {.today = day("2026-03-02"),
                                                      .until = day("2026-04-30")};
    (void)state;
    for (size_t i = 0; i < LENGTH(all); i++) {
        struct occurrence seen[3];
        struct recurring found;
        size_t count = LENGTH(seen);
        for (size_t n = 0; n < count; n++)
            seen[n] = (struct occurrence){day(all[i].seen[n]), all[i].minor, n};
        assert_true(recurring_find(seen, &count, upcoming.today, &found));
        upcoming_add(&upcoming, &found,
                     &(struct expected){.id = all[i].id,
                                        .row = i,
                                        .income = all[i].income,
                                        .currency = all[i].currency,
                                        .minor = all[i].minor});
    }
    upcoming_sort(&upcoming);
    for (size_t i = 0; i < upcoming.count; i++) {
        char text[DAY_TEXT_SIZE], *line = got[upcoming.list[i].row];
        day_text(upcoming.list[i].day, text);
        snprintf(line + strlen(line), 100 - strlen(line), "%s%s", *line != '\0' ? " " : "", text);
        assert_true(i == 0 || upcoming.list[i - 1].day <= upcoming.list[i].day);
    }
    for (size_t i = 0; i < LENGTH(all); i++)
        assert_string_equal(got[i], all[i].days);
    assert_int_equal(upcoming_after(&upcoming, day("2026-03-31"), "a"), 5);
    assert_int_equal(upcoming_after(&upcoming, day("2026-03-31"), "Z"), 4);
    scoped(json_drop) json_t *totals = upcoming_totals(&upcoming);
    scoped(str_drop) char *text = json_text(totals);
    assert_string_equal(text, "[{\"currency\":\"EUR\",\"count\":7,\"expense\":\"44.98\",\"income\":"
                              "\"0.00\",\"net\":\"-44.98\"},{\"currency\":\"JPY\",\"count\":2,"
                              "\"expense\":\"0\",\"income\":\"140000\",\"net\":\"140000\"}]");
}

static void a_late_one_is_told_once(void **state)
{
    struct occurrence seen[] = {{0, 100, 0}, {7, 100, 1}, {14, 100, 2}};
    size_t count = LENGTH(seen);
    struct recurring found;
    scoped(upcoming_fini) struct upcoming upcoming = {.today = 29, .until = 36};
    (void)state;
    assert_true(recurring_find(seen, &count, 29, &found));
    assert_int_equal(found.status, RECURRING_MISSED);
    upcoming_add(&upcoming, &found, &(struct expected){.id = "a"});
    assert_int_equal(upcoming.count, 2);
    assert_int_equal(upcoming.list[0].day, 21);
    assert_int_equal(upcoming.list[1].day, 35);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_upcoming),
        cmocka_unit_test(a_late_one_is_told_once),
        cmocka_unit_test(patterns),
        cmocka_unit_test(two_subscriptions_of_one_shop),
        cmocka_unit_test(one_that_grows_stays_what_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
