#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rules/condition.h"

static struct expense coffee(void)
{
    return (struct expense){.id = "E",
                            .type = TYPE_EXPENSE,
                            .direction = DIRECTION_DEBIT,
                            .amount = {45000, "INR"},
                            .note = "with Sam",
                            .merchant = {"M", "Corner Cafe"},
                            .tags = json_pack("[s]", "work"),
                            .origins =
                                json_pack("{s:s, s:s}", "note", "user", "category", "parser")};
}

static void conditions_hold(void **state)
{
    static const struct {
        const char *condition;
        bool holds;
    } rows[] = {
        {"{\"field\":\"merchant\",\"contains\":\"cafe\"}", true},
        {"{\"field\":\"merchant\",\"is\":\"CORNER CAFE\"}", true},
        {"{\"field\":\"merchant\",\"starts_with\":\"cafe\"}", false},
        {"{\"field\":\"merchant\",\"ends_with\":\"Cafe\"}", true},
        {"{\"field\":\"merchant_raw\",\"exists\":true}", false},
        {"{\"field\":\"merchant_raw\",\"is_not\":\"x\"}", true},
        {"{\"field\":\"tag\",\"is\":\"work\"}", true},
        {"{\"field\":\"tag\",\"one_of\":[\"home\",\"work\"]}", true},
        {"{\"field\":\"tag\",\"is_not\":\"work\"}", false},
        {"{\"field\":\"amount\",\"above\":{\"amount\":\"449.99\",\"currency\":\"INR\"}}", true},
        {"{\"field\":\"amount\",\"above\":{\"amount\":\"1.00\",\"currency\":\"USD\"}}", false},
        {"{\"field\":\"amount\",\"below\":{\"amount\":\"450.00\",\"currency\":\"INR\"}}", false},
        {"{\"field\":\"weekday\",\"below\":6}", true},
        {"{\"field\":\"day\",\"is\":31}", false},
        {"{\"field\":\"category\",\"exists\":false}", true},
        {"{\"field\":\"type\",\"is\":\"expense\"}", true},
        {"{\"all\":[{\"field\":\"type\",\"is\":\"expense\"},{\"field\":\"day\",\"is\":1}]}", false},
        {"{\"any\":[{\"field\":\"type\",\"is\":\"income\"},{\"field\":\"day\",\"is\":26}]}", true},
        {"{\"not\":{\"field\":\"type\",\"is\":\"income\"}}", true},
    };
    (void)state;
    scoped(expense_fini) struct expense expense = coffee();
    const struct rule_subject subject = {.expense = &expense, .weekday = 4, .day = 26};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(fields_fini) struct fields fields = {0};
        scoped(json_drop) json_t *condition = json_loads(rows[i].condition, 0, NULL);
        condition_check(condition, "/conditions", &fields);
        if (!fields_ok(&fields) || condition_holds(condition, &subject) != rows[i].holds)
            fail_msg("%s", rows[i].condition);
    }
}

static void bad_conditions_are_told(void **state)
{
    static const struct {
        const char *condition, *pointer;
    } rows[] = {
        {"{\"all\":[]}", "/c/all"},
        {"{\"any\":5}", "/c/any"},
        {"{\"field\":\"colour\",\"is\":\"red\"}", "/c"},
        {"{\"field\":\"note\"}", "/c"},
        {"{\"field\":\"note\",\"is\":\"a\",\"contains\":\"b\"}", "/c"},
        {"{\"field\":\"note\",\"is\":\"\"}", "/c/is"},
        {"{\"field\":\"note\",\"above\":\"a\"}", "/c/above"},
        {"{\"field\":\"amount\",\"is\":5}", "/c/is"},
        {"{\"field\":\"amount\",\"is\":{\"amount\":\"1.005\",\"currency\":\"EUR\"}}", "/c/is"},
        {"{\"field\":\"category\",\"is\":\"Food\"}", "/c/is"},
        {"{\"field\":\"category\",\"contains\":\"Food\"}", "/c/contains"},
        {"{\"field\":\"day\",\"is\":32}", "/c/is"},
        {"{\"field\":\"tag\",\"one_of\":[]}", "/c/one_of"},
        {"{\"field\":\"tag\",\"exists\":1}", "/c/exists"},
        {"{\"not\":{\"all\":[{\"field\":\"x\",\"is\":\"y\"}]}}", "/c/not/all/0"},
        {"[1]", "/c"},
        {"{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"field\":\"note\",\"is\":\"x\"}}}}}}",
         "/c/not/not/not/not/not"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(fields_fini) struct fields fields = {0};
        scoped(json_drop) json_t *condition = json_loads(rows[i].condition, 0, NULL);
        condition_check(condition, "/c", &fields);
        const json_t *first = json_array_get(fields.errors, 0);
        const char *pointer = json_string_value(json_object_get(first, "pointer"));
        if (pointer == NULL || strcmp(pointer, rows[i].pointer) != 0)
            fail_msg("%s: %s", rows[i].condition, pointer);
    }
}

static void actions_leave_the_persons_word(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense expense = coffee();
    scoped(json_drop) json_t *changed = json_object();
    scoped(json_drop) json_t *actions =
        json_loads("{\"note\":\"mine\",\"add_tags\":[\"lunch\"],\"remove_tags\":[\"work\"],"
                   "\"status\":\"needs_review\"}",
                   0, NULL);
    const struct rule_refs refs = {.category = {"C", "Food"}};
    rule_act(actions, &refs, &expense, changed);
    scoped(str_drop) char *text = json_text(changed);
    assert_string_equal(text, "{\"category\":\"rule\",\"status\":\"rule\",\"tags\":\"rule\"}");
    assert_string_equal(expense.note, "with Sam");
    assert_string_equal(json_string_value(json_array_get(expense.tags, 0)), "lunch");
    scoped(json_drop) json_t *again = json_object();
    rule_act(actions, &refs, &expense, again);
    assert_int_equal(json_object_size(again), 0);
}

static void everything_must_be_meant(void **state)
{
    static const struct {
        const char *body;
        bool ok;
    } rows[] = {
        {"{\"name\":\"x\",\"conditions\":{},\"actions\":{\"note\":\"y\"}}", false},
        {"{\"name\":\"x\",\"conditions\":{},\"match_all\":true,\"actions\":{\"note\":\"y\"}}",
         true},
        {"{\"name\":\"x\",\"conditions\":{},\"match_all\":true,\"actions\":{}}", false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(rule_fini) struct rule rule = {0};
        scoped(fields_fini) struct fields fields = {0};
        scoped(json_drop) json_t *body = json_loads(rows[i].body, 0, NULL);
        rule_read(body, INPUT_CREATE, &rule, &fields);
        assert_int_equal(fields_ok(&fields), rows[i].ok);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_hold),
        cmocka_unit_test(bad_conditions_are_told),
        cmocka_unit_test(actions_leave_the_persons_word),
        cmocka_unit_test(everything_must_be_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
