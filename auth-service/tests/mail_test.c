#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "code.h"
#include "mail/letter.h"
#include "mail/smtp.h"

#define MAIL_ID "0191d2a0-0000-7000-8000-000000000001"

static void letters_are_whole(void **state)
{
    (void)state;
    struct letter letter = {.kind = LETTER_RESET_PASSWORD,
                            .from = "no-reply@example.org",
                            .to = "asha@example.com",
                            .mail_id = MAIL_ID,
                            .public_url = "https://app.example",
                            .code = "CODE",
                            .now_us = INT64_C(1774115380) * US_PER_S};
    scoped(secret_drop) char *text = letter_text(&letter);
    assert_non_null(strstr(text, "Date: Sat, 21 Mar 2026 17:49:40 +0000\r\n"));
    assert_non_null(strstr(text, "To: <asha@example.com>\r\n"));
    assert_non_null(strstr(text, "Message-ID: <" MAIL_ID "@example.org>\r\n"));
    assert_non_null(strstr(text, "\r\nhttps://app.example/reset-password#code=CODE\r\n"));
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        assert_int_equal(at[-1], '\r');
    letter.kind = LETTER_PASSWORD_CHANGED;
    letter.code = NULL;
    scoped(str_drop) char *notice = letter_text(&letter);
    assert_null(strstr(notice, "#code="));
    assert_non_null(strstr(notice, "https://app.example/forgot-password"));
}

static void kinds_have_names(void **state)
{
    (void)state;
    enum letter_kind kind;
    for (int i = 0; i < LETTER_KINDS; i++) {
        assert_true(letter_kind_find(letter_kind_name((enum letter_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(letter_kind_find("of_a_later_release", &kind));
}

static void codes_are_long_and_new(void **state)
{
    (void)state;
    char a[CODE_SIZE], b[CODE_SIZE];
    unsigned char hash[CODE_HASH_SIZE], again[CODE_HASH_SIZE];
    code_make(a, hash);
    code_make(b, again);
    assert_int_equal(strlen(a), 43); /* 256 bits */
    assert_string_not_equal(a, b);
    code_hash(a, again);
    assert_memory_equal(hash, again, sizeof hash);
}

static void only_this_machine_is_spoken_to_in_clear(void **state)
{
    (void)state;
    static const char *const loopback[] = {"smtp://127.0.0.1:25", "smtp://localhost:1025",
                                           "smtp://[::1]:25", "smtp://127.9.8.7"};
    static const char *const elsewhere[] = {
        "smtp://mail.example.org",           "smtp://127.0.0.1.example.org",
        "smtp://localhost.example.org",      "smtp://user@mail.example.org:25",
        "smtp://127.0.0.1@mail.example.org", "nonsense"};
    for (size_t i = 0; i < LENGTH(loopback); i++)
        assert_true(smtp_is_loopback(loopback[i]));
    for (size_t i = 0; i < LENGTH(elsewhere); i++)
        assert_false(smtp_is_loopback(elsewhere[i]));
}

static void settings_are_checked_at_boot(void **state)
{
    (void)state;
    struct err err;
    struct smtp_conf conf = {.url = "smtps://mail.example.org", .from = "no-reply@example.org"};
    assert_true(smtp_check(&conf, &err));
    conf.url = "https://mail.example.org";
    assert_false(smtp_check(&conf, &err));
    conf.url = "smtp://mail.example.org";
    conf.from = "a@b.co\r\nBcc: c@d.co";
    assert_false(smtp_check(&conf, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_whole),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(codes_are_long_and_new),
        cmocka_unit_test(only_this_machine_is_spoken_to_in_clear),
        cmocka_unit_test(settings_are_checked_at_boot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
