#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "budgets/period.h"
#include "recurring/recurring.h"

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
                (struct occurrence){day(rows[i].seen[count].on), rows[i].seen[count].minor};
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
    struct occurrence seen[] = {{0, 100}, {1, 900}, {30, 100}, {31, 900}, {60, 100}, {61, 900}};
    size_t count = LENGTH(seen);
    struct recurring found;
    (void)state;
    assert_true(recurring_find(seen, &count, 62, &found));
    assert_int_equal(count, 3);
    assert_true(recurring_find(seen, &count, 62, &found));
    assert_int_equal(count, 0);
    assert_false(recurring_find(seen, &count, 62, &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns),
        cmocka_unit_test(two_subscriptions_of_one_shop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
