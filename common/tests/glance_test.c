#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "events/cloudevent.h"
#include "events/envelope.h"
#include "events/glance.h"
#include "events/outbox.h"

#define ID "01890000-0000-7000-8000-00000000000A"
#define LOWER "01890000-0000-7000-8000-00000000000a"
#define FORM "\"specversion\":\"1.0\",\"id\":\"" ID "\",\"type\":\"t\""

/* What the outbox writes is read without a tree, and as event_parse reads it. */
static void test_reads_what_is_written(void **state)
{
    (void)state;
    struct err err;
    struct envelope envelope;
    struct event_glance ev;
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:[i, {s:s}], s:n}", "a", "\"} ] \\ \xc3\xa9 \n", "b", 1, "c", "{", "d");
    const struct outbox_event out = {
        .topic = "expense.v1", .type = "expense.created", .user_id = LOWER, .data = data};
    assert_true(envelope_build(&out, "here", 1700000000000000, &envelope, &err));
    scoped(str_drop) char *text = xasprintf("%s42%s", envelope.head, envelope.tail);
    scoped(str_drop) char *want = json_text(data);
    assert_true(event_glance(text, strlen(text), &ev));
    assert_string_equal(ev.user_id, LOWER);
    assert_string_equal(ev.type, "expense.created");
    assert_int_equal(ev.sequence, 42);
    assert_int_equal(ev.data_len, strlen(want));
    assert_memory_equal(ev.data, want, ev.data_len);
    envelope_fini(&envelope);
}

static void test_all_else_is_left_to_the_parser(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool taken;
    } cases[] = {
        {"{" FORM ",\"data\":{}}", true},
        {"{" FORM ",\"data\":{\"a\":[\"}\"]},\"userid\":\"" ID "\",\"sequence\":3}", true},
        {"{" FORM ",\"data\":{},\"subject\":null}", true},
        {"", false},
        {"{", false},
        {"{}", false},
        {"[]", false},
        {"{" FORM "}", false},
        {"{" FORM ",\"data\":{}}x", false},
        {"{" FORM ",\"data\":{}},", false},
        {"{" FORM ",\"data\":{}", false},
        {"{" FORM ",\"data\":{", false},
        {"{" FORM ",\"data\":{\"a", false},
        {"{" FORM ",\"data\":[]}", false},
        {"{" FORM ",\"data\":\"x\"}", false},
        {"{" FORM ", \"data\":{}}", false},
        {"{" FORM ",\"data\":{\n}}", false},
        {"{" FORM ",\"data\":{\"a\":\"\n\"}}", false},
        {"{" FORM ",\"data\":{},\"sequence\":\"3\"}", false},
        {"{" FORM ",\"data\":{},\"sequence\":-3}", false},
        {"{" FORM ",\"data\":{},\"sequence\":1234567890123456789}", false},
        {"{" FORM ",\"data\":{},\"userid\":\"x\"}", false},
        {"{" FORM ",\"data\":{},\"subject\":\"\\u0041\"}", false},
        {"{\"specversion\":\"2.0\",\"type\":\"t\",\"data\":{}}", false},
        {"{\"specversion\":\"1.0\",\"data\":{}}", false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct event_glance ev;
        if (event_glance(cases[i].text, strlen(cases[i].text), &ev) != cases[i].taken)
            fail_msg("%s", cases[i].text);
    }
    struct event_glance ev;
    assert_true(event_glance(cases[1].text, strlen(cases[1].text), &ev));
    assert_string_equal(ev.user_id, LOWER);
    assert_int_equal(ev.sequence, 3);
    assert_int_equal(ev.data_len, strlen("{\"a\":[\"}\"]}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads_what_is_written),
                                       cmocka_unit_test(test_all_else_is_left_to_the_parser)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
