#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "expenses/expense.h"
#include "expenses/expense_text.h"

static json_t *read(const char *text, enum expense_input_kind kind, struct expense_input *input,
                    struct fields *fields)
{
    json_t *body = json_loads(text, 0, NULL);
    assert_non_null(body);
    expense_input_read(body, kind, input, fields);
    return body;
}

static void expect_error(const char *text, enum expense_input_kind kind, const char *pointer,
                         const char *code)
{
    struct fields fields = {0};
    struct expense_input input;
    __attribute__((unused)) scoped(json_drop) json_t *body = read(text, kind, &input, &fields);
    const json_t *first = json_array_get(fields.errors, 0);
    if (json_array_size(fields.errors) != 1 ||
        strcmp(json_string_value(json_object_get(first, "pointer")), pointer) != 0 ||
        strcmp(json_string_value(json_object_get(first, "code")), code) != 0) {
        char *all = fields.errors ? json_dumps(fields.errors, 0) : NULL;
        fail_msg("%s: %s", text, all ? all : "no error");
    }
    fields_fini(&fields);
}
#define INR "\"amount\":{\"amount\":\"1\",\"currency\":\"INR\"}"

static void refuses_each_by_name(void **state)
{
    (void)state;
    expect_error("{}", INPUT_CREATE, "/amount", "required");
    expect_error("{\"amount\":{\"amount\":\"0\",\"currency\":\"INR\"}}", INPUT_CREATE,
                 "/amount/amount", "not_positive");
    expect_error("{\"amount\":{\"amount\":\"-3\",\"currency\":\"INR\"}}", INPUT_CREATE,
                 "/amount/amount", "not_positive");
    expect_error("{\"amount\":{\"amount\":\"0.001\",\"currency\":\"INR\"}}", INPUT_CREATE,
                 "/amount/amount", "amount_too_precise");
    expect_error("{\"amount\":{\"amount\":\"1e3\",\"currency\":\"INR\"}}", INPUT_CREATE,
                 "/amount/amount", "amount_invalid");
    expect_error("{\"amount\":{\"amount\":1,\"currency\":\"INR\"}}", INPUT_CREATE, "/amount/amount",
                 "wrong_type");
    expect_error("{" INR ",\"category\":{\"id\":\"x\"}}", INPUT_CREATE, "/category/id",
                 "uuid_invalid");
    expect_error("{" INR ",\"merchant\":\" \"}", INPUT_CREATE, "/merchant", "wrong_type");
    expect_error("{" INR ",\"account\":\"Savings\"}", INPUT_CREATE, "/account", "wrong_type");
    expect_error("{" INR ",\"user_id\":\"x\"}", INPUT_CREATE, "/user_id", "unknown_field");
    expect_error("{\"amount\":null}", INPUT_PATCH, "/amount", "not_removable");
    expect_error("{\"status\":\"done\"}", INPUT_PATCH, "/status", "not_allowed");
    expect_error("{\"tags\":[5]}", INPUT_PATCH, "/tags/0", "tag_invalid");
    expect_error("{\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\","
                 "\"12\",\"13\",\"14\",\"15\",\"16\",\"17\",\"18\",\"19\",\"20\",\"21\"]}",
                 INPUT_PATCH, "/tags", "too_many");
}

static void counts_characters_not_bytes(void **state)
{
    (void)state;
    struct buf text = {0};
    struct fields fields = {0};
    struct expense_input input;
    buf_addf(&text, "{\"note\":\"");
    for (int i = 0; i < NOTE_CHARS_MAX; i++)
        buf_addf(&text, "\xe2\x82\xb9");
    buf_addf(&text, "\"}");
    __attribute__((unused)) scoped(json_drop) json_t *body =
        read(text.data, INPUT_PATCH, &input, &fields);
    assert_true(fields_ok(&fields));
    assert_int_equal(input.given, FIELD_NOTE);
    buf_fini(&text);
}

static struct expense example(void)
{
    return (struct expense){.id = "E",
                            .user_id = "U",
                            .amount = {45000, "INR"},
                            .occurred_us = 1000000,
                            .merchant = {"M", "Chai Point"},
                            .account = {"A", "HDFC 1234"},
                            .account_last4 = "1234",
                            .note = "",
                            .tags = json_array(),
                            .origins =
                                json_pack("{s:s, s:s}", "amount", "parser", "type", "parser"),
                            .source = SOURCE_MESSAGE,
                            .message_id = "MSG",
                            .version = 3};
}

static void answers_in_the_contracts_form(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense expense = example();
    scoped(json_drop) json_t *json = expense_to_json(&expense);
    scoped(str_drop) char *text = json_text(json);
    assert_string_equal(
        text, "{\"id\":\"E\",\"type\":\"expense\",\"direction\":\"debit\",\"amount\":{\"amount\":"
              "\"450.00\",\"currency\":\"INR\"},\"base_amount\":null,\"occurred_at\":\"1970-01-"
              "01T00:00:01Z\","
              "\"merchant\":{\"id\":\"M\",\"name\":\"Chai Point\"},\"category\":null,\"account\":{"
              "\"id\":\"A\",\"name\":\"HDFC "
              "1234\",\"last4\":\"1234\"},\"note\":null,\"tags\":[],\"splits\":[],"
              "\"source\":\"message\",\"status\":\"posted\",\"origins\":{\"amount\":\"parser\","
              "\"type\":\"parser\"},\"created_at\":\"1970-01-01T00:00:00Z\",\"updated_at\":"
              "\"1970-01-01T00:00:00Z\",\"message_id\":\"MSG\"}");
}

static void rounds_to_the_base_currency_s_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        int64_t minor;
    } cases[] = {
        {"EUR 12345.000", "EUR", 1235},
        {"EUR 12344.9999", "EUR", 1234},
        {"JPY 12500", "JPY", 13},
        {"KWD 12345.4", "KWD", 12345},
        {"USD 5", "USD", 1},
        {"USD 4.999999999999", "USD", 0},
        {"XAQ 5000", "", 0},
        {"KWD 9000000000000001", "", 0},
        {NULL, "", 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct expense expense = {.base = {7, "INR"}};
        expense_base_read(cases[i].text, &expense);
        assert_string_equal(expense.base.currency, cases[i].currency);
        assert_int_equal(expense.base.minor, cases[i].minor);
    }
}

/* What a GET answers may be sent back, but for what only the service sets. */
static void what_was_read_can_be_written(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense expense = example();
    expense.merchant.id = expense.account.id = "01a20b38-7d30-7a8b-8ed3-d4da7364439d";
    scoped(json_drop) json_t *json = expense_to_json(&expense);
    static const char *const own[] = {"id",         "source",  "message_id", "created_at",
                                      "updated_at", "origins", "splits",     "base_amount"};
    for (size_t i = 0; i < LENGTH(own); i++)
        json_object_del(json, own[i]);
    struct fields fields = {0};
    struct expense_input input;
    expense_input_read(json, INPUT_CREATE, &input, &fields);
    assert_true(fields_ok(&fields));
    assert_int_equal(input.amount.minor, 45000);
    assert_int_equal(input.merchant.kind, REF_ID);
    assert_int_equal(input.category.kind, REF_NONE);
    assert_int_equal(input.account.kind, REF_ID);
}

static void an_edit_is_the_users_word(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense expense = example();
    struct fields fields = {0};
    struct expense_input input;
    scoped(json_drop) json_t *changed = json_object();
    __attribute__((unused)) scoped(json_drop) json_t *body =
        read("{\"type\":\"refund\",\"note\":null,\"tags\":[\"a\"]}", INPUT_PATCH, &input, &fields);
    expense_apply_input(&expense, &input, ORIGIN_USER, changed, &fields);
    assert_true(fields_ok(&fields));
    assert_int_equal(expense.direction, DIRECTION_CREDIT);
    assert_int_equal(json_object_size(changed), 4); /* type, direction, note, tags */
    assert_string_equal(json_string_value(json_object_get(expense.origins, "type")), "user");
    assert_string_equal(json_string_value(json_object_get(expense.origins, "amount")), "parser");
    __attribute__((unused)) scoped(json_drop) json_t *wrong =
        read("{\"direction\":\"debit\"}", INPUT_PATCH, &input, &fields);
    expense_apply_input(&expense, &input, ORIGIN_USER, changed, &fields);
    assert_int_equal(json_array_size(fields.errors), 1);
    assert_int_equal(expense.direction, DIRECTION_CREDIT);
    fields_fini(&fields);
}

static void thousandths_compare_currencies(void **state)
{
    (void)state;
    assert_int_equal(expense_amount_milli(&(struct money){45000, "INR"}), 450000);
    assert_int_equal(expense_amount_milli(&(struct money){450, "JPY"}), 450000);
    assert_int_equal(expense_amount_milli(&(struct money){450000, "KWD"}), 450000);
    assert_int_equal(expense_amount_milli(&(struct money){MONEY_MAX, "JPY"}), MONEY_MAX * 1000);
}

/* Many are told by text, one as a tree: it is the same. */
static void text_says_what_the_tree_says(void **state)
{
    (void)state;
    scoped(json_drop) json_t *changed = json_pack("{s:s}", "note", "user");
    scoped(str_drop) char *changed_text = json_text(changed);
    struct expense cases[3] = {
        {.note = "", .tags = json_array(), .origins = json_object()},
        {.type = TYPE_TRANSFER,
         .direction = DIRECTION_CREDIT,
         .status = STATUS_NEEDS_REVIEW,
         .source = SOURCE_IMPORT,
         .base = {1234, "EUR"},
         .merchant = {"m", "Caf\xc3\xa9 \"A\\B\""},
         .category = {"c", "\x01\b\f\n\r\t\x7f/"},
         .account = {"a", "b"},
         .account_last4 = "12\"",
         .note = "\xf0\x9f\x9b\x92",
         .tags = json_pack("[s, s]", "x", "\"y\""),
         .origins = json_pack("{s:s}", "note", "user"),
         .splits = json_pack("[{s:i, s:s, s:s, s:s, s:n}]", "minor", 5, "category_id", "c",
                             "category_name", "d", "note", "n", "share_of"),
         .message_id = "t",
         .possible_duplicate_of = "u",
         .deleted_us = 1},
        {.account = {"a", "b"}, .note = "", .tags = json_array(), .origins = json_object()}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct expense *expense = &cases[i];
        struct buf text = {0};
        json_error_t ignored;
        expense->id = "i", expense->user_id = "o", expense->version = (int64_t)i;
        expense->amount = (struct money){45000 + (int64_t)i, "INR"};
        expense->occurred_us = 1700000000123456, expense->created_us = 1700000000000000;
        expense_event_text(expense, &(const struct expense_texts){.tags = NULL}, changed_text,
                           &text);
        scoped(json_drop) json_t *tree = expense_event_data(expense, changed);
        scoped(json_drop) json_t *read = json_loads(text.data, JSON_REJECT_DUPLICATES, &ignored);
        scoped(str_drop) char *want = json_text(tree);
        assert_string_equal(text.data, want);
        assert_true(json_equal(read, tree));
        expense_fini(expense);
        buf_fini(&text);
    }
}

/* So that one statement that reads it wrongly does not end the daemon. */
static void what_has_no_name_is_written_all_the_same(void **state)
{
    (void)state;
    scoped(expense_fini) struct expense expense = {.id = "e",
                                                   .user_id = "u",
                                                   .amount = {45000, "INR"},
                                                   .note = "",
                                                   .tags = json_array(),
                                                   .origins = json_object(),
                                                   .merchant = {"m", NULL},
                                                   .category = {"c", NULL},
                                                   .account = {"a", NULL}};
    const struct expense_texts texts = {.tags = "[]", .origins = "{}"};
    struct buf text = {0};
    scoped(json_drop) json_t *json = expense_to_json(&expense);
    expense_event_text(&expense, &texts, "{}", &text);
    scoped(json_drop) json_t *event = json_loads(text.data, 0, NULL);
    const json_t *told = json_object_get(json_object_get(event, "snapshot"), "category");
    assert_string_equal(json_string_value(json_object_get(told, "id")), "c");
    assert_true(json_equal(told, json_object_get(json, "category")));
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_says_what_the_tree_says),
        cmocka_unit_test(what_has_no_name_is_written_all_the_same),
        cmocka_unit_test(refuses_each_by_name),
        cmocka_unit_test(counts_characters_not_bytes),
        cmocka_unit_test(answers_in_the_contracts_form),
        cmocka_unit_test(rounds_to_the_base_currency_s_unit),
        cmocka_unit_test(what_was_read_can_be_written),
        cmocka_unit_test(an_edit_is_the_users_word),
        cmocka_unit_test(thousandths_compare_currencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
