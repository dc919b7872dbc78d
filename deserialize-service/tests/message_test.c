#include "messages/message.h"

#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "tests/test.h"

static const int64_t now = INT64_C(1774115380000000);

static bool parse(const char *text, struct message *message, struct fields *fields, json_t **json)
{
    struct err err;
    assert_true(json_parse(text, strlen(text), json, &err));
    return message_parse(*json, "", now, message, fields);
}

static void takes_a_plain_message(void **state)
{
    scoped(json_drop) json_t *json = NULL;
    struct message message;
    struct fields fields = {0};
    (void)state;
    assert_true(parse("{\"sender\":\"MYBANK\",\"body\":\"Paid 5\"}", &message, &fields, &json));
    assert_string_equal(message.channel, "sms");
    assert_int_equal(message.received_at, now);
    assert_null(message.device_message_id);
}

static void names_every_fault(void **state)
{
    static const struct {
        const char *text, *pointer, *code;
    } rows[] = {
        {"{\"body\":\"x\"}", "/sender", "required"},
        {"{\"sender\":\"a\"}", "/body", "required"},
        {"{\"sender\":\"a\",\"body\":\" \\n \"}", "/body", "blank"},
        {"{\"sender\":\"a\",\"body\":5}", "/body", "wrong_type"},
        {"{\"sender\":\"a\",\"body\":\"x\",\"channel\":\"pigeon\"}", "/channel", "not_allowed"},
        {"{\"sender\":\"a\",\"body\":\"x\",\"user_id\":\"7\"}", "/user_id", "unknown_field"},
        {"{\"sender\":\"a\",\"body\":\"x\",\"received_at\":\"2030-01-01T00:00:00Z\"}",
         "/received_at", "in_future"},
        {"[]", "", "wrong_type"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(json_drop) json_t *json = NULL;
        struct message message;
        struct fields fields = {0};
        assert_false(parse(rows[i].text, &message, &fields, &json));
        assert_int_equal(json_array_size(fields.errors), 1);
        const json_t *first = json_array_get(fields.errors, 0);
        assert_string_equal(json_string_value(json_object_get(first, "pointer")), rows[i].pointer);
        assert_string_equal(json_string_value(json_object_get(first, "code")), rows[i].code);
        fields_fini(&fields);
    }
}

static void limits_hold(void **state)
{
    char text[MESSAGE_BODY_MAX + 100];
    (void)state;
    for (int over = 0; over < 2; over++) {
        scoped(json_drop) json_t *json = NULL;
        struct message message;
        struct fields fields = {0};
        int n = snprintf(text, sizeof text, "{\"sender\":\"a\",\"body\":\"");
        memset(text + n, 'x', (size_t)(MESSAGE_BODY_MAX + over));
        snprintf(text + n + MESSAGE_BODY_MAX + over, 4, "\"}");
        assert_int_equal(parse(text, &message, &fields, &json), !over);
        fields_fini(&fields);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_plain_message),
        cmocka_unit_test(names_every_fault),
        cmocka_unit_test(limits_hold),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
