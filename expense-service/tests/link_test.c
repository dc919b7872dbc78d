#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "links/link.h"

static json_t *parse(const char *text)
{
    struct err err;
    json_t *json = NULL;
    assert_true(json_parse(text, strlen(text), &json, &err));
    return json;
}

static struct link_side side(const char *id, enum expense_direction direction, int64_t minor,
                             const char *state)
{
    return (struct link_side){
        .expense = {.id = id,
                    .direction = direction,
                    .type = direction == DIRECTION_DEBIT ? TYPE_EXPENSE : TYPE_INCOME,
                    .amount = {minor, "INR"}},
        .state = parse(state)};
}

#define PLAIN                                                                                      \
    "\"status\":\"posted\",\"merchant\":null,\"note\":\"\",\"tags\":[],\"reference\":null,"        \
    "\"balance\":null,\"limit\":null,\"deleted\":null,\"merged_into\":null"
#define PURCHASE                                                                                   \
    "{\"type\":\"expense\",\"category\":\"c1\",\"account\":\"a1\"," PLAIN                          \
    ",\"origins\":{\"type\":\"parser\"}}"
#define BACK "{\"type\":\"income\",\"category\":null,\"account\":\"a1\"," PLAIN ",\"origins\":{}}"

/* Makes the link, tells that both are as wanted, undoes it and tells that both are as before. */
static void there_and_back(enum link_kind kind, struct link_side *first, struct link_side *second,
                           const char *want_first, const char *want_second)
{
    struct link_side *sides[] = {first, second};
    const char *wants[] = {want_first, want_second};
    json_t *gets[2];
    link_plan(kind, first, second, "2026-11-02T10:00:00Z", &gets[0], &gets[1]);
    for (size_t i = 0; i < 2; i++) {
        scoped(json_drop) json_t *before = json_deep_copy(sides[i]->state);
        scoped(json_drop) json_t *want = parse(wants[i]);
        scoped(json_drop) json_t *none = json_object();
        if (!json_equal(gets[i], want)) {
            scoped(str_drop) char *got = json_text(gets[i]);
            fail_msg("side %zu gets %s", i, got);
        }
        scoped(json_drop) json_t *undo = link_apply(sides[i], gets[i], "user");
        assert_int_equal(json_equal(sides[i]->state, before), json_object_size(want) == 0);
        link_revert(sides[i], undo, none);
        assert_true(json_equal(sides[i]->state, before));
        json_decref(gets[i]);
    }
    link_side_fini(first);
    link_side_fini(second);
}

static void each_kind_is_undone_wholly(void **state)
{
    (void)state;
    struct link_side a = side("1", DIRECTION_DEBIT, 900, PURCHASE);
    struct link_side b = side("2", DIRECTION_CREDIT, 900, BACK);
    there_and_back(LINK_TRANSFER, &a, &b, "{\"type\":\"transfer\"}", "{\"type\":\"transfer\"}");
    a = side("1", DIRECTION_DEBIT, 900, PURCHASE);
    b = side("2", DIRECTION_CREDIT, 300, BACK);
    there_and_back(LINK_REFUND, &a, &b, "{}", "{\"type\":\"refund\",\"category\":\"c1\"}");
    a = side("1", DIRECTION_DEBIT, 900,
             "{\"type\":\"expense\",\"status\":\"needs_review\",\"merchant\":\"m1\","
             "\"category\":null,\"account\":\"w\",\"note\":\"\",\"tags\":[\"x\"],"
             "\"reference\":null,\"balance\":null,\"limit\":null,\"deleted\":null,"
             "\"merged_into\":null,\"origins\":{\"account\":\"parser\"}}");
    b = side("2", DIRECTION_DEBIT, 900,
             "{\"type\":\"expense\",\"status\":\"posted\",\"merchant\":\"m2\","
             "\"category\":\"c2\",\"account\":\"a1\",\"note\":\"mine\",\"tags\":[\"x\",\"y\"],"
             "\"reference\":\"R1\",\"balance\":5000,\"limit\":null,\"deleted\":null,"
             "\"merged_into\":null,\"origins\":{}}");
    a.expense.possible_duplicate_of = b.expense.message_id = "m-b";
    there_and_back(LINK_DUPLICATE, &a, &b,
                   "{\"status\":\"posted\",\"category\":\"c2\",\"account\":\"a1\","
                   "\"note\":\"mine\",\"tags\":[\"x\",\"y\"],\"reference\":\"R1\","
                   "\"balance\":5000}",
                   "{\"deleted\":\"2026-11-02T10:00:00Z\",\"merged_into\":\"1\"}");
}

/* What was edited stays, and so do the tags that came since. */
static void the_users_word_stands(void **state)
{
    (void)state;
    struct link_side back = side("2", DIRECTION_CREDIT, 900, BACK);
    scoped(json_drop) json_t *gets = parse("{\"type\":\"refund\",\"category\":\"c1\","
                                           "\"tags\":[\"a\"]}");
    scoped(json_drop) json_t *undo = link_apply(&back, gets, "user");
    scoped(json_drop) json_t *edited = parse("{\"category\":true}");
    json_array_append_new(json_object_get(back.state, "tags"), json_string("b"));
    json_object_set_new(back.state, "category", json_string("c9"));
    link_revert(&back, undo, edited);
    assert_string_equal(json_string_value(json_object_get(back.state, "type")), "income");
    assert_string_equal(json_string_value(json_object_get(back.state, "category")), "c9");
    scoped(json_drop) json_t *tags = parse("[\"b\"]");
    assert_true(json_equal(json_object_get(back.state, "tags"), tags));
    link_side_fini(&back);
}

static const char *refusal(enum link_kind kind, const struct link_side *first,
                           const struct link_side *second)
{
    static struct err err;
    const struct link_input input = {.kind = kind};
    return link_fits(&input, first, second, &err) ? "" : err.name;
}

static void tells_what_does_not_fit(void **state)
{
    (void)state;
    struct link_side debit = side("1", DIRECTION_DEBIT, 900, PURCHASE);
    struct link_side credit = side("2", DIRECTION_CREDIT, 900, BACK);
    assert_string_equal(refusal(LINK_TRANSFER, &debit, &credit), "");
    assert_string_equal(refusal(LINK_REVERSAL, &debit, &credit), "");
    assert_string_equal(refusal(LINK_TRANSFER, &credit, &debit), "directions_alike");
    assert_string_equal(refusal(LINK_DUPLICATE, &debit, &credit), "directions_differ");
    credit.expense.amount.minor = 300;
    assert_string_equal(refusal(LINK_TRANSFER, &debit, &credit), "amounts_differ");
    assert_string_equal(refusal(LINK_REVERSAL, &debit, &credit), "amounts_differ");
    assert_string_equal(refusal(LINK_REFUND, &debit, &credit), "");
    credit.expense.amount = (struct money){900, "USD"};
    assert_string_equal(refusal(LINK_REFUND, &debit, &credit), "currencies_differ");
    struct link_input told = {.kind = LINK_TRANSFER,
                              .has_sent = true,
                              .has_received = true,
                              .sent = {900, "INR"},
                              .received = {900, "USD"}};
    struct err err;
    assert_true(link_fits(&told, &debit, &credit, &err));
    told.received.minor = 901;
    assert_false(link_fits(&told, &debit, &credit, &err));
    assert_string_equal(err.name, "amounts_unlike");
    debit.expense.type = TYPE_TRANSFER;
    assert_string_equal(refusal(LINK_REFUND, &debit, &credit), "not_a_purchase");
    link_side_fini(&debit);
    link_side_fini(&credit);
}

static void an_expense_has_one_role(void **state)
{
    (void)state;
    struct err err;
    const struct money paid = {900, "INR"}, back = {300, "INR"};
    const struct link_roles none = {0}, moved = {.transfers = 1}, kept = {.kept = 2},
                            bought = {.refunded = 1, .refunded_minor = 500};
    assert_true(link_free(LINK_TRANSFER, &none, &kept, &paid, &back, &err));
    assert_true(link_free(LINK_REFUND, &bought, &none, &paid, &back, &err));
    assert_true(link_free(LINK_DUPLICATE, &moved, &none, &paid, &paid, &err));
    assert_false(link_free(LINK_DUPLICATE, &none, &kept, &paid, &paid, &err));
    assert_false(link_free(LINK_TRANSFER, &moved, &none, &paid, &paid, &err));
    assert_false(link_free(LINK_REVERSAL, &bought, &none, &paid, &paid, &err));
    assert_string_equal(err.name, "has_links");
    assert_false(link_free(LINK_REFUND, &bought, &none, &paid, &paid, &err));
    assert_string_equal(err.name, "refund_too_large");
}

static void reads_what_is_asked(void **state)
{
    (void)state;
    static const struct {
        const char *body, *pointer;
    } bad[] = {
        {"{}", "/kind"},
        {"{\"kind\":\"friend\"}", "/kind"},
        {"{\"kind\":\"refund\",\"extra\":1}", "/extra"},
        {"{\"kind\":\"refund\",\"sent\":{\"amount\":\"1.00\",\"currency\":\"INR\"}}", "/sent"},
        {"{\"kind\":\"transfer\",\"sent\":{\"amount\":\"1.00\",\"currency\":\"INR\"}}",
         "/received"},
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct link_input input;
        struct fields fields = {0};
        scoped(json_drop) json_t *body = parse(bad[i].body);
        link_input_read(body, &input, &fields);
        assert_int_equal(json_array_size(fields.errors), 1);
        const json_t *error = json_array_get(fields.errors, 0);
        assert_string_equal(json_string_value(json_object_get(error, "pointer")), bad[i].pointer);
        fields_fini(&fields);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_undone_wholly), cmocka_unit_test(the_users_word_stands),
        cmocka_unit_test(tells_what_does_not_fit),    cmocka_unit_test(an_expense_has_one_role),
        cmocka_unit_test(reads_what_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
