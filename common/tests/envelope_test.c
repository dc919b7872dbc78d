#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/trace.h"
#include "events/envelope.h"

#define USER "018f6e2a-0000-7000-8000-000000000001"
#define OTHER "018f6e2a-0000-7000-8000-0000000000aa"
#define SPAN "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

static json_t *built(const struct outbox_event *ev)
{
    struct envelope envelope;
    struct err err;
    json_t *json = NULL;
    assert_true(envelope_build(ev, "expense-service", 1500000, &envelope, &err));
    scoped(str_drop) char *text = xasprintf("%s%s%s", envelope.head, envelope.tail ? "7" : "",
                                            envelope.tail ? envelope.tail : "");
    assert_true(json_parse(text, strlen(text), &json, &err));
    envelope_fini(&envelope);
    return json;
}

static const char *get(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

static void has_every_attribute(void **state)
{
    (void)state;
    scoped(json_drop) json_t *data =
        json_pack("{s:s,s:I}", "q\"", "\xe2\x82\xb9", "n", (json_int_t)INT64_MAX);
    struct trace trace = {.correlation_id = OTHER, .traceparent = SPAN};
    trace_set(&trace);
    scoped(json_drop) json_t *json = built(&(struct outbox_event){.topic = "expense.v1",
                                                                  .type = "expense.created",
                                                                  .user_id = USER,
                                                                  .subject = "s-x",
                                                                  .data = data});
    trace_set(NULL);
    assert_string_equal(get(json, "specversion"), "1.0");
    assert_true(uuid_valid(get(json, "id")));
    assert_string_equal(get(json, "source"), "expense-service");
    assert_string_equal(get(json, "type"), "expense.created");
    assert_string_equal(get(json, "subject"), "s-x");
    assert_string_equal(get(json, "time"), "1970-01-01T00:00:01.500000Z");
    assert_string_equal(get(json, "datacontenttype"), "application/json");
    assert_string_equal(get(json, "userid"), USER);
    assert_string_equal(get(json, "correlationid"), OTHER);
    assert_string_equal(get(json, "traceparent"), SPAN);
    assert_null(json_object_get(json, "causationid"));
    assert_int_equal(json_integer_value(json_object_get(json, "sequence")), 7);
    assert_true(json_equal(json_object_get(json, "data"), data));
}

static void follows_its_cause(void **state)
{
    (void)state;
    scoped(json_drop) json_t *data = json_object();
    struct event cause = {.id = OTHER, .traceparent = SPAN};
    const struct outbox_event ev = {
        .topic = "expense.v1", .type = "t", .user_id = USER, .data = data, .cause = &cause};
    scoped(json_drop) json_t *first = built(&ev);
    assert_string_equal(get(first, "correlationid"), OTHER);
    assert_string_equal(get(first, "causationid"), OTHER);
    assert_string_equal(get(first, "traceparent"), SPAN);
    strcpy(cause.correlation_id, USER);
    scoped(json_drop) json_t *second = built(&ev);
    assert_string_equal(get(second, "correlationid"), USER);
    assert_string_equal(get(second, "causationid"), OTHER);
}

static void begins_its_own_correlation(void **state)
{
    (void)state;
    scoped(json_drop) json_t *data = json_object();
    scoped(json_drop) json_t *json =
        built(&(struct outbox_event){.type = "t", .user_id = USER, .data = data});
    assert_string_equal(get(json, "correlationid"), get(json, "id"));
    assert_null(json_object_get(json, "traceparent"));
    assert_null(json_object_get(json, "subject"));
}

static void a_key_is_no_user(void **state)
{
    (void)state;
    scoped(json_drop) json_t *data = json_object();
    scoped(json_drop) json_t *json =
        built(&(struct outbox_event){.type = "t", .user_id = "kid-1", .data = data, .keyed = true});
    assert_null(json_object_get(json, "userid"));
    assert_null(json_object_get(json, "sequence"));
}

static void refuses_what_is_not_plain(void **state)
{
    (void)state;
    static const char *const subjects[] = {"\xff", "s\"x", "s\\x", "s\nx"};
    scoped(json_drop) json_t *data = json_object();
    for (size_t i = 0; i < LENGTH(subjects); i++) {
        struct envelope envelope;
        struct err err;
        assert_false(envelope_build(
            &(struct outbox_event){
                .type = "t", .user_id = USER, .subject = subjects[i], .data = data},
            "s", 0, &envelope, &err));
        assert_int_equal(err.code, ERR_INVALID);
    }
}

/* A trace that came with the cause and is none does not make the event impossible. */
static void leaves_out_an_odd_trace(void **state)
{
    (void)state;
    scoped(json_drop) json_t *data = json_object();
    struct event cause = {.id = OTHER, .traceparent = "00-\"\xe2\x82\xb9"};
    scoped(json_drop) json_t *json =
        built(&(struct outbox_event){.type = "t", .user_id = USER, .data = data, .cause = &cause});
    assert_null(json_object_get(json, "traceparent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_every_attribute),        cmocka_unit_test(follows_its_cause),
        cmocka_unit_test(begins_its_own_correlation), cmocka_unit_test(a_key_is_no_user),
        cmocka_unit_test(refuses_what_is_not_plain),  cmocka_unit_test(leaves_out_an_odd_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
