#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "expenses/reparsed.h"

static struct expense booked(const char *origins)
{
    return (struct expense){.id = "E",
                            .type = TYPE_EXPENSE,
                            .direction = DIRECTION_DEBIT,
                            .amount = {45000, "INR"},
                            .note = "",
                            .merchant = {"M1", "Swigy"},
                            .tags = json_array(),
                            .origins = json_loads(origins, 0, NULL)};
}

static const struct parsed another = {
    .type = TYPE_REFUND, .direction = DIRECTION_CREDIT, .money = {54000, "INR"}, .occurred_us = 5};
static const struct reparsed_refs refs = {.merchant = {"M2", "Swiggy"}, .category = {"C", "Food"}};

static void only_what_the_reader_said_is_corrected(void **state)
{
    static const struct {
        const char *origins, *changed;
    } rows[] = {
        {"{\"amount\":\"parser\"}",
         "{\"type\":\"parser\",\"direction\":\"parser\",\"amount\":\"parser\",\"occurred_at\":"
         "\"parser\",\"merchant\":\"parser\",\"category\":\"parser\"}"},
        {"{\"amount\":\"user\",\"merchant\":\"rule\",\"category\":\"learned\"}",
         "{\"type\":\"parser\",\"direction\":\"parser\",\"occurred_at\":\"parser\"}"},
        {"{\"type\":\"user\",\"merchant\":\"user\",\"category\":\"user\",\"occurred_at\":\"user\"}",
         "{\"amount\":\"parser\"}"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(expense_fini) struct expense expense = booked(rows[i].origins);
        scoped(json_drop) json_t *changed = json_object();
        scoped(json_drop) json_t *want = json_loads(rows[i].changed, 0, NULL);
        reparsed_apply(&expense, &another, &refs, changed);
        if (!json_equal(changed, want))
            fail_msg("row %zu", i);
    }
}

static void the_same_reading_changes_nothing(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense expense = booked("{\"amount\":\"parser\"}");
    scoped(json_drop) json_t *changed = json_object();
    const struct parsed same = {.money = {45000, "INR"}};
    const struct reparsed_refs as_before = {.merchant = {"M1", "Swigy"}};
    reparsed_apply(&expense, &same, &as_before, changed);
    assert_int_equal(json_object_size(changed), 0);
}

static void a_split_amount_is_left_and_looked_at(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense expense = booked("{}");
    scoped(json_drop) json_t *changed = json_object();
    expense.splits = json_pack("[{s:i},{s:i}]", "minor", 40000, "minor", 5000);
    reparsed_apply(&expense, &another, &refs, changed);
    assert_int_equal(expense.amount.minor, 45000);
    assert_int_equal(expense.status, STATUS_NEEDS_REVIEW);
}

static void touched_by_the_person(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense mine = booked("{\"note\":\"user\"}");
    scoped(expense_fini) struct expense its = booked("{\"note\":\"rule\",\"amount\":\"parser\"}");
    assert_false(reparsed_untouched(&mine));
    assert_true(reparsed_untouched(&its));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_the_reader_said_is_corrected),
        cmocka_unit_test(the_same_reading_changes_nothing),
        cmocka_unit_test(a_split_amount_is_left_and_looked_at),
        cmocka_unit_test(touched_by_the_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
