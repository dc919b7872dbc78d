#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "accounts/account.h"
#include "accounts/password.h"
#include "base/mem.h"
#include "throttle/throttle.h"

static void emails(void **state)
{
    (void)state;
    static const char *const good[] = {"a@b.co", "asha.rao+bank@mail.example.co.in",
                                       "o'neil_1@x-y.example"};
    static const char *const bad[] = {"",         "a",         "@b.co",   "a@",
                                      "a@b",      "a@b.",      "a@.co",   "a@-b.co",
                                      "a b@c.co", "a..b@c.co", ".a@c.co", "a.@c.co",
                                      "a@b@c.co", "a@b_c.co",  "a@b..co", "\xc3\xa4@b.co",
                                      "a@b.co "};
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_true(email_valid(good[i]));
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(email_valid(bad[i]));
    char longest[EMAIL_SIZE + 2];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + 65, "@b.co", 6);
    assert_false(email_valid(longest)); /* a local part of 65 */
}

static void signup_is_read(void **state)
{
    (void)state;
    scoped(credentials_fini) struct credentials given = {.password = NULL};
    struct fields fields = {0};
    scoped(json_drop) json_t *body = json_pack("{s:s, s:s, s:s}", "email", " Asha@Example.COM ",
                                               "password", "seven bells", "name", "Asha");
    assert_true(signup_parse(body, &given, &fields));
    assert_string_equal(given.email, "Asha@Example.COM");
    assert_string_equal(given.email_key, "asha@example.com");
    assert_string_equal(given.name, "Asha");
}

static void every_wrong_field_is_told(void **state)
{
    (void)state;
    struct credentials given = {.password = NULL};
    struct fields fields = {0};
    scoped(json_drop) json_t *body = json_pack("{s:s, s:s, s:s, s:b}", "email", "asha", "password",
                                               "1234567", "name", " ", "x", 1);
    assert_false(signup_parse(body, &given, &fields));
    assert_int_equal(json_array_size(fields.errors), 4);
    fields_fini(&fields);
    credentials_fini(&given);
    scoped(json_drop) json_t *empty = json_object();
    assert_false(login_parse(empty, &given, &fields));
    assert_int_equal(json_array_size(fields.errors), 2);
    fields_fini(&fields);
}

static void passwords(void **state)
{
    (void)state;
    struct password_cost cost = {.memory_kib = 1024, .passes = 1, .lanes = 1};
    struct password_cost dearer = {.memory_kib = 2048, .passes = 1, .lanes = 1};
    char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];
    struct err err;
    assert_true(password_hash("correct horse", &cost, hash, &err));
    assert_true(password_hash("correct horse", &cost, again, &err));
    assert_string_not_equal(hash, again);
    assert_true(password_matches("correct horse", hash));
    assert_false(password_matches("correct horsf", hash));
    assert_false(password_matches("", hash));
    assert_false(password_matches("correct horse", "nonsense"));
    assert_false(password_is_cheaper(hash, &cost));
    assert_true(password_is_cheaper(hash, &dearer));
    assert_true(password_is_cheaper("nonsense", &cost));
}

static void attempts_are_told_apart(void **state)
{
    (void)state;
    struct attempt a, b;
    attempt_init(&a, "a@b.co", "2001:db8:1:2::1", NULL);
    attempt_init(&b, "a@b.co", "2001:db8:1:2:ffff::9", NULL);
    assert_memory_equal(a.keys, b.keys, sizeof a.keys); /* the same /64 */
    attempt_init(&b, "a@b.co", "192.0.2.7", NULL);
    assert_memory_equal(a.keys[THROTTLE_ACCOUNT], b.keys[THROTTLE_ACCOUNT], THROTTLE_KEY_SIZE);
    assert_memory_not_equal(a.keys[THROTTLE_ADDRESS], b.keys[THROTTLE_ADDRESS], THROTTLE_KEY_SIZE);
    assert_memory_not_equal(a.keys[THROTTLE_PAIR], b.keys[THROTTLE_PAIR], THROTTLE_KEY_SIZE);
    assert_true(uuid_valid(a.user_id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emails),
        cmocka_unit_test(signup_is_read),
        cmocka_unit_test(every_wrong_field_is_told),
        cmocka_unit_test(passwords),
        cmocka_unit_test(attempts_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
