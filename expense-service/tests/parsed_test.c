#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "events/events.h"
#include "expenses/parsed.h"
#include "expenses/parsed_topics.h"
#include "fake_store.h"

static int reset(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static json_t *example(void)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, "
                     "s:s}, s:s, s:s, s:s, s:n, s:b}",
                     "message_id", EXPENSE_ID, "fingerprint", "ab12", "revision", 1, "parser", "r1",
                     "confidence", 92, "class", "purchase", "direction", "debit", "amount",
                     "1250.50", "currency", "INR", "occurred_at", "2026-11-02T10:00:00Z",
                     "merchant_raw", "SWIGGY*1", "merchant", "Swiggy", "account", "bank",
                     "HDFC Bank", "last4", "1234", "type", "credit_card", "channel", "card",
                     "reference", "R1", "balance", "99.5", "credit_limit", "needs_review", 0);
}

/* The row borrows from data. */
static bool apply(json_t *data, struct parsed *row, struct err *err)
{
    struct event ev = {.type = EVENT_TRANSACTION_PARSED, .user_id = USER, .data = data};
    return parsed_read(&ev, row, err);
}

static void a_text_becomes_a_row(void **state)
{
    (void)state;
    struct err err;
    struct parsed row;
    scoped(json_drop) json_t *data = example();
    struct event ev = {.type = EVENT_TRANSACTION_PARSED, .user_id = USER, .data = data};
    assert_true(parsed_read(&ev, &row, &err));
    assert_int_equal(row.money.minor, 125050);
    assert_true(row.has_balance);
    assert_int_equal(row.balance_minor, 9950);
    assert_false(row.has_limit);
    assert_int_equal(row.type, TYPE_EXPENSE);
    assert_int_equal(row.status, STATUS_POSTED);
    assert_string_equal(row.category_key, "dining");
    assert_string_equal(row.account_name, "HDFC Bank 1234");
    assert_true(uuid_valid(row.merchant_new_id));
    scoped(json_drop) json_t *origins = json_loads(row.origins, 0, NULL);
    assert_int_equal(json_object_size(origins), 7);
    assert_string_equal(json_string_value(json_object_get(origins, "merchant")), "parser");
    assert_string_equal(json_string_value(json_object_get(origins, "account")), "parser");
    assert_string_equal(row.user_id, USER);
}

static void doubt_is_for_review(void **state)
{
    (void)state;
    struct err err;
    struct parsed row;
    scoped(json_drop) json_t *data = example();
    json_object_set_new(data, "needs_review", json_true());
    assert_true(apply(data, &row, &err));
    assert_int_equal(row.status, STATUS_NEEDS_REVIEW);
    json_object_set_new(data, "needs_review", json_false());
    json_object_set_new(data, "possible_duplicate_of", json_string(CATEGORY_ID));
    assert_true(apply(data, &row, &err));
    assert_int_equal(row.status, STATUS_NEEDS_REVIEW);
}

static void what_is_missing_is_left_out(void **state)
{
    (void)state;
    static const char *const optional[] = {"merchant",  "merchant_raw", "account", "balance",
                                           "reference", "class",        "parser",  "fingerprint"};
    struct err err;
    struct parsed row;
    scoped(json_drop) json_t *data = example();
    for (size_t i = 0; i < LENGTH(optional); i++)
        json_object_set_new(data, optional[i], json_null());
    assert_true(apply(data, &row, &err));
    assert_null(row.merchant);
    assert_string_equal(row.account_name, "");
    assert_string_equal(row.account_new_id, "");
    assert_null(strstr(row.origins, "category"));
}

static void bad_data_is_poison(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value; /* value as JSON; NULL: removed */
    } rows[] = {
        {"message_id", "\"x\""},   {"message_id", NULL},       {"amount", "null"},
        {"amount", "\"0\""},       {"amount", "\"-5\""},       {"amount", "\"1,250.00\""},
        {"amount", "12.5"},        {"amount", "\"1.005\""},    {"currency", "\"BAN\""},
        {"currency", NULL},        {"confidence", "101"},      {"confidence", "\"high\""},
        {"direction", "\"both\""}, {"occurred_at", "\"now\""}, {"needs_review", "\"no\""},
        {"account", "\"HDFC\""},   {"merchant", "5"},          {"possible_duplicate_of", "7"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct err err;
        scoped(json_drop) json_t *data = example();
        struct parsed row;
        if (rows[i].value == NULL)
            json_object_del(data, rows[i].name);
        else
            json_object_set_new(data, rows[i].name,
                                json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
        if (apply(data, &row, &err))
            fail_msg("accepted %s %s", rows[i].name, rows[i].value ? rows[i].value : "-");
        assert_int_equal(err_verdict(err.code), VERDICT_POISON);
        assert_null(strstr(err.text, "1,250"));
    }
}

static void types_follow_class_and_direction(void **state)
{
    (void)state;
    assert_int_equal(parsed_type("purchase", DIRECTION_DEBIT), TYPE_EXPENSE);
    assert_int_equal(parsed_type("payment", DIRECTION_CREDIT), TYPE_INCOME);
    assert_int_equal(parsed_type(NULL, DIRECTION_CREDIT), TYPE_INCOME);
    assert_int_equal(parsed_type("salary", DIRECTION_CREDIT), TYPE_INCOME);
    assert_int_equal(parsed_type("refund", DIRECTION_CREDIT), TYPE_REFUND);
    assert_int_equal(parsed_type("cashback", DIRECTION_CREDIT), TYPE_REFUND);
    assert_int_equal(parsed_type("refund", DIRECTION_DEBIT), TYPE_EXPENSE);
    assert_int_equal(parsed_type("own_transfer", DIRECTION_DEBIT), TYPE_TRANSFER);
    assert_int_equal(parsed_type("cash_deposit", DIRECTION_CREDIT), TYPE_TRANSFER);
    assert_int_equal(parsed_type("transfer", DIRECTION_DEBIT), TYPE_EXPENSE);
    static const char *const classes[] = {"purchase", "refund", "own_transfer", "x", NULL};
    for (size_t i = 0; i < LENGTH(classes); i++)
        for (int way = DIRECTION_DEBIT; way <= DIRECTION_CREDIT; way++)
            assert_true(expense_direction_fits(parsed_type(classes[i], (enum expense_direction)way),
                                               (enum expense_direction)way));
}

static void the_deleted_get_nothing(void **state)
{
    (void)state;
    struct err err;
    scoped(json_drop) json_t *data = example();
    struct event ev = {.type = EVENT_TRANSACTION_PARSED, .user_id = USER, .data = data};
    const struct event *evs[] = {&ev, &ev};
    fake.owner_deleted = true;
    assert_true(expense_on_parsed(NULL, NULL, evs, 2, &err));
    assert_int_equal(fake.parsed, 0);
    fake.owner_deleted = false;
    assert_true(expense_on_parsed(NULL, NULL, evs, 2, &err));
    assert_int_equal(fake.parsed, 2);
    json_object_del(data, "amount");
    assert_false(expense_on_parsed(NULL, NULL, evs, 2, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_a_row),
        cmocka_unit_test(doubt_is_for_review),
        cmocka_unit_test(what_is_missing_is_left_out),
        cmocka_unit_test(bad_data_is_poison),
        cmocka_unit_test(types_follow_class_and_direction),
        cmocka_unit_test_setup_teardown(the_deleted_get_nothing, reset, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
