#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "locale.h"

static void accepts_and_normalises(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"en", "en"},
        {"EN-in", "en-IN"},
        {"zh-hans-cn", "zh-Hans-CN"},
        {"sr-Latn", "sr-Latn"},
        {"es-419", "es-419"},
        {"de-CH-1901", "de-CH-1901"},
        {"sl-rozaj-biske", "sl-rozaj-biske"},
        {"zh-yue-HK", "zh-yue-HK"},
        {"de-DE-u-co-phonebk", "de-DE-u-co-phonebk"},
        {"en-x-US", "en-x-us"},
        {"hi-Deva-IN-u-nu-latn", "hi-Deva-IN-u-nu-latn"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char out[LOCALE_SIZE];
        assert_true(locale_parse(rows[i].in, out));
        assert_string_equal(out, rows[i].want);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",      "e",         "e_n",          "en_IN",      "en-",
        "-en",   "en--IN",    "123",          "en-u",       "abcd",
        "en-I",  "en-IN-DE",  "en-x-",        "en-12",      "en-\xc3\xa9",
        "en IN", "en-a-b-cc", "waytoolong-x", "en-IN-Latn", "aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-e",
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char out[LOCALE_SIZE];
        if (locale_parse(rows[i], out))
            fail_msg("accepted %s", rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accepts_and_normalises),
                                       cmocka_unit_test(refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
