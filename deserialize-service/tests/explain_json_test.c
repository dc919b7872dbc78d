#include "workers/explain_json.h"

#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "tests/test.h"

static json_t *explain(const char *body, struct reading *reading)
{
    struct reader_input input = {.sender = "VM-EXBANK",
                                 .body = body,
                                 .body_len = strlen(body),
                                 .received_at = INT64_C(1790000000000000)};
    return explain_text(&input, reading);
}

static const json_t *field(const json_t *json, const char *name)
{
    const json_t *item;
    size_t i;
    json_array_foreach(json_object_get(json, "fields"), i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "field")), name) == 0)
            return item;
    }
    return NULL;
}

static const char *text(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

static json_int_t number(const json_t *json, const char *name)
{
    return json_integer_value(json_object_get(json, name));
}

static void each_field_shows_its_words(void **state)
{
    (void)state;
    const char *body = "INR 120.00 spent on card XX4821 at TEA STALL. Avl bal INR 900.00";
    struct reading reading, plain;
    scoped(json_drop) json_t *json = explain(body, &reading);
    struct reader_input input = {.sender = "VM-EXBANK",
                                 .body = body,
                                 .body_len = strlen(body),
                                 .received_at = INT64_C(1790000000000000)};
    reader_read(&input, &plain);
    assert_int_equal(reading.amount.money.minor, plain.amount.money.minor);
    assert_string_equal(text(json, "class"), "transaction");
    const json_t *amount = field(json, "amount");
    assert_non_null(strstr(text(amount, "text"), "120.00"));
    assert_true(number(amount, "sure") > 0);
    const json_t *merchant = field(json, "merchant");
    assert_string_equal(text(merchant, "text"), "TEA STALL");
    assert_int_equal(number(merchant, "start"), strstr(body, "TEA") - body);
    const char *line = text(json, "underlined");
    assert_true(strlen(line) <= strlen(body));
    assert_int_equal(line[strstr(body, "TEA") - body], '^');
    assert_int_equal(line[strstr(body, " at ") - body + 2], ' ');
}

/* Places are characters, whatever number of bytes came before. */
static void places_are_characters(void **state)
{
    (void)state;
    const char *plain = "INR 120.00 spent on card XX4821 at TEA STALL";
    const char *wide = "\u20b9 120.00 spent on card XX4821 at CAF\u00c9 STALL, "
                       "\u0928\u092e\u0938\u094d\u0924\u0947";
    struct reading reading;
    scoped(json_drop) json_t *one = explain(plain, &reading), *two = explain(wide, &reading);
    const json_t *merchant = field(two, "merchant");
    assert_non_null(merchant);
    assert_int_equal(number(merchant, "start"), 33);
    assert_int_equal(number(field(one, "merchant"), "start"), 35);
    assert_int_equal(strncmp(text(merchant, "text"), "CAF\u00c9", 5), 0);
}

static void hostile_text_is_explained_too(void **state)
{
    (void)state;
    static char body[4096];
    struct reading reading;
    memset(body, '9', sizeof body - 1);
    scoped(json_drop) json_t *long_one = explain(body, &reading);
    assert_non_null(long_one);
    for (size_t i = 0; i + 3 < sizeof body - 1; i += 3)
        memcpy(body + i, "\u0928", 3); /* cut in the middle of a character by the reader's limit */
    scoped(json_drop) json_t *cut = explain(body, &reading);
    assert_non_null(cut);
    scoped(json_drop) json_t *empty = explain(" ", &reading);
    assert_string_equal(text(empty, "underlined"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field_shows_its_words),
        cmocka_unit_test(places_are_characters),
        cmocka_unit_test(hostile_text_is_explained_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
