/* Teaching a format by marking one text: what a request makes, and what it is refused for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "templates/taught.h"

#define SAMPLE "Pouch 4410 was lightened by 17.30 for HOOK & LINE on 04-05-2026. Bye ANNA"
#define FIELDS "{'amount':'17.30','account':'4410','merchant':'HOOK & LINE'}"

static json_t *load(const char *text)
{
    char body[4096];
    size_t n = 0;
    for (const char *c = text; *c != '\0'; c++)
        body[n++] = *c == '\'' ? '"' : *c;
    body[n] = '\0';
    json_t *json = json_loads(body, 0, NULL);
    assert_non_null(json);
    return json;
}

/* Members beside name and sample. */
static bool parse(const char *members, struct lesson *lesson, struct fields *fields)
{
    char text[4096];
    snprintf(text, sizeof text, "{'name':'pouch','sample':'" SAMPLE "',%s}", members);
    json_t *body = load(text);
    bool ok = lesson_parse(body, lesson, fields);
    /* Borrowed from the body, which is gone now. */
    lesson->taught.name = lesson->taught.merchant = NULL;
    lesson->template.merchant = NULL;
    json_decref(body);
    return ok;
}

static void assert_refused(const char *members, const char *pointer, const char *code)
{
    struct fields fields = {0};
    struct lesson lesson;
    if (parse(members, &lesson, &fields))
        fail_msg("%s: accepted", members);
    for (size_t i = 0; i < json_array_size(fields.errors); i++) {
        const json_t *error = json_array_get(fields.errors, i);
        if (strcmp(json_string_value(json_object_get(error, "pointer")), pointer) == 0 &&
            strcmp(json_string_value(json_object_get(error, "code")), code) == 0) {
            fields_fini(&fields);
            return;
        }
    }
    char *errors = json_text(fields.errors);
    fail_msg("%s: not %s %s in %s", members, pointer, code, errors);
}

static void a_marked_text_makes_a_pattern(void **state)
{
    struct fields fields = {0};
    struct lesson lesson;
    (void)state;
    assert_true(parse("'direction':'debit','kind':'purchase','currency':'USD','fields':" FIELDS
                      ",'varies':['ANNA']",
                      &lesson, &fields));
    assert_string_equal(lesson.pattern,
                        "pouch {account} was lightened by {amount} for {merchant} on {date}. bye "
                        "{any}");
    assert_string_equal(lesson.says, "transaction debit kind=purchase currency=USD");
    assert_int_equal(lesson.reading.amount.money.minor, 1730);
    assert_string_equal(lesson.reading.amount.money.currency, "USD");
    assert_string_equal(lesson.reading.merchant, "HOOK & LINE");
    assert_int_equal(lesson.reading.kind, READING_PURCHASE);
    char says[TEMPLATE_SAYS_SIZE];
    template_meaning_format(&lesson.template.means, says);
    assert_string_equal(says, lesson.says);
}

static void bytes_mark_what_stands_twice(void **state)
{
    struct fields fields = {0};
    struct lesson lesson;
    json_t *body = load(
        "{'name':'x','class':'transaction','direction':'credit','currency':'EUR',"
        "'sample':'Pouch 40 grew heavier by 40 today','fields':{'amount':{'start':25,'end':27}}}");
    (void)state;
    assert_true(lesson_parse(body, &lesson, &fields));
    assert_string_equal(lesson.pattern, "pouch {code} grew heavier by {amount} today");
    json_decref(body);
}

static void wrong_members_are_all_told(void **state)
{
    (void)state;
    assert_refused("'direction':'debit'", "/fields", "required");
    assert_refused("'fields':" FIELDS, "/direction", "required");
    assert_refused("'direction':'up','fields':" FIELDS, "/direction", "not_allowed");
    assert_refused("'class':'debit','fields':" FIELDS, "/class", "not_allowed");
    assert_refused("'kind':'gift','direction':'debit','fields':" FIELDS, "/kind", "not_allowed");
    assert_refused("'currency':'XQX','direction':'debit','fields':" FIELDS, "/currency",
                   "not_allowed");
    assert_refused("'channel':'upi kind=fee','fields':" FIELDS, "/channel", "not_allowed");
    assert_refused("'colour':'red','fields':" FIELDS, "/colour", "unknown_field");
    assert_refused("'fields':{'amount':'99.99'}", "/fields/amount", "not_in_sample");
    assert_refused("'fields':{'amount':'0'}", "/fields/amount", "repeated");
    assert_refused("'fields':{'amount':5}", "/fields/amount", "wrong_type");
    assert_refused("'fields':{'amount':{'start':5,'end':5}}", "/fields/amount", "not_a_span");
    assert_refused("'fields':{'amount':{'start':5,'end':500}}", "/fields/amount", "not_a_span");
    assert_refused("'fields':{'amount':{'start':-1,'end':5}}", "/fields/amount", "not_a_span");
    assert_refused("'fields':{'any':'Bye'}", "/fields/any", "unknown_field");
    assert_refused("'direction':'debit','fields':{'merchant':'HOOK & LINE'}", "/fields/amount",
                   "required");
    assert_refused("'direction':'debit','fields':{'amount':'lightened'}", "/fields/amount",
                   "tag_unreadable");
    assert_refused("'direction':'debit','fields':{'amount':'17.30','merchant':'17.30 for'}",
                   "/fields/merchant", "tags_overlap");
    assert_refused("'direction':'debit','fields':{'amount':'17.30','merchant':'HOOK & LINE'},"
                   "'varies':['on']",
                   "/sample", "ambiguous");
    assert_refused("'direction':'debit','fields':{'amount':'17.30'},"
                   "'varies':['Pouch 4410 was lightened','for HOOK & LINE','Bye ANNA']",
                   "/sample", "too_general");
}

#define DECLINED                                                                                   \
    "{'name':'x','sample':'Your payment of EUR 9.00 was declined by the old till',"                \
    "'direction':'debit','fields':{'amount':'EUR 9.00'}"

static void refusals_are_overruled_only_by_name(void **state)
{
    struct fields fields = {0};
    struct lesson lesson;
    (void)state;
    json_t *plain = load(DECLINED "}");
    assert_false(lesson_parse(plain, &lesson, &fields));
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(fields.errors, 0), "pointer")),
        "/overrules");
    fields_fini(&fields);
    json_t *overruled = load(DECLINED ",'overrules':true}");
    assert_true(lesson_parse(overruled, &lesson, &fields));
    assert_int_equal(lesson.reading.class, READING_TRANSACTION);
    json_decref(plain);
    json_decref(overruled);
}

static void contradictions_are_found(void **state)
{
    static const struct taught debit = {.id = "a",
                                        .pattern = "the old pouch moved {amount} {any}",
                                        .says = "transaction debit"},
                               credit = {.id = "b",
                                         .pattern = "{any} old pouch moved {amount} today",
                                         .says = "transaction credit"},
                               special = {.id = "c",
                                          .pattern = "the old pouch moved {amount} up the hill",
                                          .says = "transaction credit"},
                               same = {.id = "d",
                                       .pattern = "the old pouch moved {amount} to {merchant}",
                                       .says = "transaction debit"};
    struct template a, b;
    (void)state;
    assert_true(taught_compile(&debit, &a));
    assert_true(taught_compile(&credit, &b));
    assert_true(taught_contradict(&a, &b));
    assert_true(taught_compile(&special, &b));
    assert_false(taught_contradict(&a, &b));
    assert_true(taught_compile(&same, &b));
    assert_false(taught_contradict(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_marked_text_makes_a_pattern),
        cmocka_unit_test(bytes_mark_what_stands_twice),
        cmocka_unit_test(wrong_members_are_all_told),
        cmocka_unit_test(refusals_are_overruled_only_by_name),
        cmocka_unit_test(contradictions_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
