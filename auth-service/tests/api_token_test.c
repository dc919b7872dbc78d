#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "api_tokens/api_token.h"
#include "base/mem.h"
#include "base/timefmt.h"

#define USER "0191d2a0-0000-7000-8000-00000000000a"

static void text_leads_back_to_ids_and_hash(void **state)
{
    (void)state;
    struct api_token made = {.user_id = USER}, read;
    char text[API_TOKEN_TEXT_SIZE];
    api_token_make(&made, text);
    assert_int_equal(strlen(text), API_TOKEN_TEXT_SIZE - 1);
    assert_memory_equal(text, "ett_", 4);
    assert_true(api_token_parse(text, &read));
    assert_string_equal(read.user_id, USER);
    assert_string_equal(read.token_id, made.token_id);
    assert_memory_equal(read.hash, made.hash, API_TOKEN_HASH_SIZE);
    text[80] = text[80] == 'A' ? 'B' : 'A';
    assert_true(api_token_parse(text, &read));
    assert_memory_not_equal(read.hash, made.hash, API_TOKEN_HASH_SIZE);
}

static void other_texts_are_no_tokens(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "", "ett_", "ett_AAAA", "eyJhbGciOiJFUzI1NiJ9.e30.x", "ett_=====", "ETT_AAAA"};
    struct api_token token = {.user_id = USER};
    char text[API_TOKEN_TEXT_SIZE + 2];
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_false(api_token_parse(rows[i], &token));
    memcpy(token.user_id, USER, UUID_SIZE);
    api_token_make(&token, text);
    strcat(text, "A");
    assert_false(api_token_parse(text, &token));
    text[API_TOKEN_TEXT_SIZE - 2] = '\0';
    assert_false(api_token_parse(text, &token));
}

static bool read(const char *text, struct api_token *token, struct fields *fields)
{
    json_t *body;
    struct err err;
    *token = (struct api_token){.created_at_us = 0};
    *fields = (struct fields){.errors = NULL};
    assert_true(json_parse(text, strlen(text), &body, &err));
    bool ok = api_token_read(body, 1000 * US_PER_S, token, fields);
    json_decref(body);
    return ok;
}

static void request_is_read(void **state)
{
    (void)state;
    struct api_token token;
    struct fields fields;
    assert_true(read("{\"name\":\"phone\",\"scopes\":[\"messages:write\",\"expenses:read\","
                     "\"messages:write\"],\"expires_in_days\":2}",
                     &token, &fields));
    assert_string_equal(token.name, "phone");
    assert_string_equal(token.scope, "expenses:read messages:write");
    assert_int_equal(token.expires_at_us, (1000 + 2 * 86400) * US_PER_S);
}

static void every_problem_is_told(void **state)
{
    (void)state;
    static const char *const pointers[] = {"/role", "/name", "/scopes/0", "/scopes/2",
                                           "/expires_in_days"};
    struct api_token token;
    struct fields fields;
    assert_false(read("{\"role\":\"admin\",\"name\":\"\",\"scopes\":[\"account\","
                      "\"messages:read\",7],\"expires_in_days\":0}",
                      &token, &fields));
    assert_int_equal(json_array_size(fields.errors), LENGTH(pointers));
    for (size_t i = 0; i < LENGTH(pointers); i++)
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(fields.errors, i), "pointer")),
            pointers[i]);
    fields_fini(&fields);
    assert_false(read("{\"name\":\"x\",\"scopes\":[]}", &token, &fields));
    fields_fini(&fields);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_leads_back_to_ids_and_hash),
        cmocka_unit_test(other_texts_are_no_tokens),
        cmocka_unit_test(request_is_read),
        cmocka_unit_test(every_problem_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
