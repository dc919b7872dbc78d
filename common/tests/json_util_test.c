#include "base/json_util.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "tests/test.h"

static json_t *parsed(const char *text)
{
    json_t *json;
    struct err err;
    assert_true(json_parse(text, strlen(text), &json, &err));
    return json;
}

static void says_where_json_is_broken(void **state)
{
    json_t *json = NULL;
    struct err err;
    static const char text[] = "{\n  \"a\": tru\n}";
    (void)state;
    assert_false(json_parse(text, strlen(text), &json, &err));
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_non_null(strstr(err.text, "line 2"));
    assert_null(strstr(err.text, "tru")); /* never the input itself */
}

static void refuses_hostile_json(void **state)
{
    static const char *const rows[] = {
        "", "{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}", "\"\xff\"", "[1]]", "{\"a\":1}x"};
    json_t *json = NULL;
    struct err err;
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_false(json_parse(rows[i], strlen(rows[i]), &json, &err));
    char deep[400];
    memset(deep, '[', 200);
    memset(deep + 200, ']', 200);
    assert_false(json_parse(deep, sizeof deep, &json, &err));
    assert_non_null(strstr(err.text, "nested"));
}

/* "pointer code" of each error, one a line. */
static char *shown(const struct fields *fields)
{
    struct buf out = {0};
    size_t i;
    json_t *row;
    json_array_foreach(fields->errors, i, row)
        buf_addf(&out, "%s %s\n", json_string_value(json_object_get(row, "pointer")),
                 json_string_value(json_object_get(row, "code")));
    return out.data;
}

static void names_every_wrong_field(void **state)
{
    static const char *const known[] = {"name", "age",  "when", "price", "kind",
                                        "tags", "flag", "id",   "note",  NULL};
    static const char *const kinds[] = {"a", "b", NULL};
    (void)state;
    scoped(json_drop) json_t *json = parsed(
        "{\"name\":\"\",\"age\":200,\"when\":\"soon\",\"price\":{\"amount\":\"0.001\",\"currency\":"
        "\"USD\",\"x\":1},\"kind\":\"c\",\"tags\":[1,2,3],\"flag\":\"yes\",\"id\":\"7\","
        "\"note\":\"a\\u0007\",\"odd/~\":1}");
    struct fields fields = {0};
    struct json_reader reader = {.object = json, .prefix = "/in", .fields = &fields};
    const char *text;
    const json_t *tags;
    int64_t number;
    struct money money;
    size_t kind;
    bool flag;
    json_read_known(&reader, known);
    assert_false(json_read_str(&reader, "name", JSON_REQUIRED, 1, 10, &text));
    assert_false(json_read_int(&reader, "age", JSON_REQUIRED, 0, 150, &number));
    assert_false(json_read_time(&reader, "when", JSON_REQUIRED, &number));
    assert_false(json_read_money(&reader, "price", JSON_REQUIRED, &money));
    assert_false(json_read_enum(&reader, "kind", JSON_REQUIRED, kinds, &kind));
    assert_false(json_read_array(&reader, "tags", JSON_REQUIRED, 2, &tags));
    assert_false(json_read_bool(&reader, "flag", JSON_REQUIRED, &flag));
    assert_false(json_read_uuid(&reader, "id", JSON_REQUIRED, &text));
    assert_false(json_read_str(&reader, "note", JSON_OPTIONAL, 0, 10, &text));
    assert_false(json_read_str(&reader, "missing", JSON_REQUIRED, 1, 10, &text));
    assert_false(json_read_str(&reader, "absent", JSON_OPTIONAL, 1, 10, &text));
    scoped(str_drop) char *errors = shown(&fields);
    assert_string_equal(errors, "/in/odd~1~0 unknown_field\n/in/name too_short\n"
                                "/in/age out_of_range\n/in/when time_invalid\n"
                                "/in/price/x unknown_field\n/in/price/amount amount_too_precise\n"
                                "/in/kind not_allowed\n/in/tags too_many\n/in/flag wrong_type\n"
                                "/in/id uuid_invalid\n/in/note control_character\n"
                                "/in/missing required\n");
    struct err err;
    assert_false(fields_check(&fields, &err));
    assert_int_equal(err.code, ERR_INVALID);
    fields_fini(&fields);
    assert_true(fields_check(&fields, &err));
}

static void errors_are_bounded(void **state)
{
    struct fields fields = {0};
    (void)state;
    for (int i = 0; i < 1000; i++)
        field_error(&fields, "/x", "wrong", "is wrong");
    assert_int_equal(json_array_size(fields.errors), 100);
    fields_fini(&fields);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_where_json_is_broken),
        cmocka_unit_test(refuses_hostile_json),
        cmocka_unit_test(names_every_wrong_field),
        cmocka_unit_test(errors_are_bounded),
    };
    return cmocka_run_group_tests_name("json_util", tests, NULL, NULL);
}
