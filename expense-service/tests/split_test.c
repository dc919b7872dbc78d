#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "splits/split.h"

static const struct money whole = {.minor = 3000, .currency = "EUR"};

#define LINE(amount) "{\"amount\":{\"amount\":\"" amount "\",\"currency\":\"EUR\"}}"

static void lines_must_add_up(void **state)
{
    static const struct {
        const char *body, *pointer, *code; /* NULL: it is right */
    } rows[] = {
        {"{\"splits\":[" LINE("12.00") "," LINE("18.00") "]}", NULL, NULL},
        {"{\"splits\":[]}", NULL, NULL},
        {"{\"splits\":[" LINE("12.00") "," LINE("18.01") "]}", "/splits", "splits_differ"},
        {"{\"splits\":[" LINE("30.00") "]}", "/splits", "too_few"},
        {"{\"splits\":[" LINE("0") "," LINE("30.00") "]}", "/splits/0/amount/amount",
         "not_positive"},
        {"{\"splits\":[" LINE("-1.00") "," LINE("31.00") "]}", "/splits/0/amount/amount", NULL},
        {"{\"splits\":[" LINE("1.001") "," LINE("28.999") "]}", "/splits/0/amount/amount", NULL},
        {"{\"splits\":[" LINE("1e1") "," LINE("20.00") "]}", "/splits/0/amount/amount", NULL},
        {"{\"splits\":[" LINE(
             "10.00") ",{\"amount\":{\"amount\":\"20.00\",\"currency\":\"USD\"}}]}",
         "/splits/1/amount/currency", "currency_differs"},
        {"{\"splits\":[" LINE("10.00") ",5]}", "/splits/1", "wrong_type"},
        {"{\"splits\":{}}", "/splits", NULL},
        {"{}", "/splits", "required"},
        {"{\"splits\":[],\"more\":1}", "/more", "unknown_field"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(json_drop) json_t *body = json_loads(rows[i].body, 0, NULL);
        scoped(fields_fini) struct fields fields = {0};
        struct splits splits;
        splits_read(body, &whole, &splits, &fields);
        const json_t *first = json_array_get(fields.errors, 0);
        const char *pointer = json_string_value(json_object_get(first, "pointer"));
        const char *code = json_string_value(json_object_get(first, "code"));
        if ((pointer == NULL) != (rows[i].pointer == NULL) ||
            (pointer != NULL && strcmp(pointer, rows[i].pointer) != 0) ||
            (rows[i].code != NULL && strcmp(code, rows[i].code) != 0))
            fail_msg("row %zu: %s %s", i, pointer, code);
    }
}

static void shown_with_the_currency_of_the_expense(void **state)
{
    const struct split line = {
        .amount = {.minor = 1200, .currency = "EUR"}, .note = "", .share_of = "Sam"};
    const struct ref none = {0};
    (void)state;
    scoped(json_drop) json_t *rows = json_array();
    json_array_append_new(rows, split_row(&line, &none));
    scoped(json_drop) json_t *shown = splits_to_json(rows, "EUR");
    scoped(str_drop) char *text = json_text(shown);
    assert_string_equal(text, "[{\"amount\":{\"amount\":\"12.00\",\"currency\":\"EUR\"},"
                              "\"category\":null,\"note\":null,\"share_of\":\"Sam\"}]");
    assert_false(splits_fit(rows, &whole));
    assert_true(splits_fit(NULL, &whole));
    scoped(json_drop) json_t *empty = splits_to_json(NULL, "EUR");
    assert_int_equal(json_array_size(empty), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_must_add_up),
        cmocka_unit_test(shown_with_the_currency_of_the_expense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
