/* What an operator sees: nothing that a record's sender could use to deceive, tables that line up.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "operator/output.h"

#define BYTES(text) text, sizeof(text) - 1

static void escapes(void **state)
{
    static const struct {
        const char *in;
        size_t len;
        const char *want;
    } rows[] = {
        {BYTES(""), ""},
        {BYTES("INR 450.00 at Corner Cafe"), "INR 450.00 at Corner Cafe"},
        {BYTES("\xe2\x82\xb9"
               "450"),
         "\xe2\x82\xb9"
         "450"},
        {BYTES("a\\b"), "a\\\\b"},
        {BYTES("a\nb\tc\rd"), "a\\nb\\tc\\x0dd"},
        {BYTES("\0x"), "\\x00x"},
        {BYTES("\x1b[2J"), "\\x1b[2J"},
        {BYTES("\xc2\x9b"
               "2J"),
         "\\xc2\\x9b2J"}, /* a control of 8 bits */
        {BYTES("\xe2\x80\xae"
               "abc"),
         "\\xe2\\x80\\xae"
         "abc"}, /* turns the direction */
        {BYTES("\xff\xfe"), "\\xff\\xfe"},
        {BYTES("\xe2\x82"), "\\xe2\\x82"},          /* cut off */
        {BYTES("\xc0\xaf"), "\\xc0\\xaf"},          /* too long a form */
        {BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80"}, /* half of a pair */
        {BYTES("\x80"), "\\x80"},
        {BYTES("\xf0\x9f\x8d\x95"), "\xf0\x9f\x8d\x95"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(str_drop) char *text = output_escape(rows[i].in, rows[i].len);
        assert_string_equal(text, rows[i].want);
    }
    scoped(str_drop) char *nothing = output_escape(NULL, 0);
    assert_string_equal(nothing, "");
}

static char *table_of(const json_t *rows)
{
    static const struct output_column columns[] = {
        {"ID", "id", false}, {"BYTES", "bytes", true}, {"DONE", "done", false}};
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);
    output_table(file, columns, LENGTH(columns), rows);
    fclose(file);
    return text;
}

static void tables_line_up(void **state)
{
    (void)state;
    scoped(json_drop) json_t *rows =
        json_pack("[{s:s, s:i, s:b}, {s:s, s:i, s:n}]", "id", "a\nlong one", "bytes", 7, "done", 1,
                  "id", "\xe2\x82\xb9", "bytes", 123456, "done");
    scoped(str_drop) char *text = table_of(rows);
    assert_string_equal(text, "ID            BYTES  DONE\n"
                              "a\\nlong one       7  yes\n"
                              "\xe2\x82\xb9            123456  -\n");
    scoped(json_drop) json_t *none = json_array();
    scoped(str_drop) char *empty = table_of(none);
    assert_string_equal(empty, "ID  BYTES  DONE\n");
}

static void sizes(void **state)
{
    char text[24];
    (void)state;
    output_size(812, text);
    assert_string_equal(text, "812 B");
    output_size(65536, text);
    assert_string_equal(text, "64.0 KiB");
    output_size(5 * 1024 * 1024, text);
    assert_string_equal(text, "5.0 MiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes),
        cmocka_unit_test(tables_line_up),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
