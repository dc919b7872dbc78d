#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/to_utf8.h"

/* The same text whatever pieces it comes in; the first piece tells the encoding. */
static void check(const char *bytes, size_t len, size_t first, const char *encoding,
                  const char *wanted)
{
    struct to_utf8 *state = to_utf8_new();
    struct buf out = {0};
    to_utf8_add(state, bytes, first, &out);
    for (size_t i = first; i < len; i++)
        to_utf8_add(state, bytes + i, 1, &out);
    to_utf8_end(state, &out);
    buf_add(&out, "", 1);
    assert_string_equal(to_utf8_encoding(state), encoding);
    assert_string_equal(out.data, wanted);
    buf_fini(&out);
    to_utf8_free(state);
}

static void encodings(void **state)
{
    (void)state;
    check("Caf\xc3\xa9 \xe2\x82\xac", 9, 5, "UTF-8", "Café €");
    check("\xef\xbb\xbfx\xc3\xa9", 6, 4, "UTF-8", "xé");
    check("Caf\xe9 \x80", 6, 6, "CP1252", "Café €");
    check("\xff\xfe"
          "C\0\xe9\0\x3d\xd8\x00\xde",
          10, 2, "UTF-16LE", "Cé😀");
    check("\xfe\xff\0C\0\xe9", 6, 3, "UTF-16BE", "Cé");
    check("", 0, 0, "UTF-8", "");
}

static void broken_characters(void **state)
{
    (void)state;
    check("ok ok ok \xff ok", 13, 9, "UTF-8", "ok ok ok \xef\xbf\xbd ok");
    check("ok \xc3", 4, 4, "UTF-8", "ok \xef\xbf\xbd");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(encodings),
                                       cmocka_unit_test(broken_characters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
