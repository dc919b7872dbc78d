#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "accounts/account.h"
#include "accounts/password_rules.h"
#include "base/mem.h"

static const char *const own[] = {"asha.rao1987@mail.example.org", "Asha Venkataraman", NULL};

static enum password_verdict judged(const char *text)
{
    scoped(secret_drop) char *normal = password_normal(text);
    return password_judge(normal, own, LENGTH(own));
}

static void same_word_same_bytes(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"caf\xc3\xa9 au lait", "cafe\xcc\x81 au lait"}, /* composed, combining */
        {"\xef\xbd\x81\xef\xbd\x82", "ab"},              /* full width */
        {"no\xc2\xa0"
         "break",
         "no break"},               /* a space that does not break */
        {"\xef\xac\x81ne", "fine"}, /* a ligature */
        {"Case Stays", "Case Stays"},
        {" spaces too ", " spaces too "},
    };
    for (size_t i = 0; i < LENGTH(pairs); i++) {
        scoped(secret_drop) char *a = password_normal(pairs[i][0]);
        scoped(secret_drop) char *b = password_normal(pairs[i][1]);
        assert_string_equal(a, b);
    }
}

static void characters_count_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(judged("kq7vmzt"), PASSWORD_TOO_SHORT);
    assert_int_equal(judged("kq7vmztw"), PASSWORD_GOOD);
    assert_int_equal(judged("\xe0\xa4\x95\xe0\xa4\x96\xe0\xa4\x97"),
                     PASSWORD_TOO_SHORT); /* 9 bytes */
    /* Eight that become seven when composed. */
    assert_int_equal(judged("kq7vmze\xcc\x81"), PASSWORD_TOO_SHORT);
}

static void common_ones_are_refused(void **state)
{
    (void)state;
    static const char *const common[] = {
        "password",        "Password123!",
        "P@ssw0rd2024",    "12345678",
        "87654321",        "aaaaaaaaaaaa",
        "abcdefgh",        "abcd1234",
        "qwertyuiop",      "poiuytrewq",
        "1qaz2wsx",        "asdfasdfasdf",
        "abcabcabcabc",    "iloveyou2",
        "14071995",        "expenses-tracker",
        "ExpenseTracker1", "sunshine99",
        "letmein!!!",      "asha.rao1987",
        "Venkataraman7",   "xkxkxkxkxkxkxk",
        "1q2w3e4r5t",      "qwerty123456",
        "welcome2025",     "\xd0\xb9\xd1\x86\xd1\x83\xd0\xba\xd0\xb5\xd0\xbd\xd0\xb3\xd1\x88",
        "dragondragon",    "monkey12",
    };
    for (size_t i = 0; i < LENGTH(common); i++)
        if (judged(common[i]) != PASSWORD_COMMON)
            fail_msg("%s was taken", common[i]);
    static const char *const good[] = {
        "correct horse",
        "a long pass phrase",
        "tr0ub4dor&3x",
        "gk7#pw2q",
        "seven bells",
        "another one",
        "monsoon over kochi",
        ("\xe0\xa4\xae\xe0\xa5\x87\xe0\xa4\xb0\xe0\xa4\xbe \xe0\xa4\xa8\xe0\xa4\xbe\xe0\xa4\xae "
         "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xaf\xe0\xa4\xbe"),
    };
    for (size_t i = 0; i < LENGTH(good); i++)
        if (judged(good[i]) != PASSWORD_GOOD)
            fail_msg("%s was refused", good[i]);
}

static void long_ones_are_judged_whole(void **state)
{
    (void)state;
    char text[PASSWORD_MAX + 1];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(judged(text), PASSWORD_COMMON);
    memcpy(text + sizeof text - 9, "kq7vmztw", 8);
    assert_int_equal(judged(text), PASSWORD_GOOD);
}

static void a_frontend_can_tell_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *password, *code;
    } rows[] = {{"short", "too_short"},
                {"password1", "password_common"},
                {"\t\001 control", "control_character"}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct credentials given = {.password = NULL};
        struct fields fields = {0};
        scoped(json_drop) json_t *body =
            json_pack("{s:s, s:s}", "email", "a@b.co", "password", rows[i].password);
        assert_false(signup_parse(body, &given, &fields));
        assert_int_equal(json_array_size(fields.errors), 1);
        const json_t *error = json_array_get(fields.errors, 0);
        assert_string_equal(json_string_value(json_object_get(error, "pointer")), "/password");
        assert_string_equal(json_string_value(json_object_get(error, "code")), rows[i].code);
        fields_fini(&fields);
        credentials_fini(&given);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_word_same_bytes),
        cmocka_unit_test(characters_count_not_bytes),
        cmocka_unit_test(common_ones_are_refused),
        cmocka_unit_test(long_ones_are_judged_whole),
        cmocka_unit_test(a_frontend_can_tell_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
