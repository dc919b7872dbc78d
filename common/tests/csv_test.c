#include "tests/test.h"

#include "base/csv.h"

static void test_cells(void **state)
{
    static const struct {
        const char *text, *cell;
    } cases[] = {
        {"", ""},
        {"Noodle Bar", "Noodle Bar"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "\"'=1+1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""},
        {"-", "\"'-\""},
        {"\tx", "\"'\tx\""},
        {"-450.00", "-450.00"},
        {"'=x", "\"''=x\""},
        {"'n roll", "'n roll"},
        {"a=b", "a=b"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct buf out = {0};
        csv_add_text(&out, cases[i].text);
        assert_string_equal(out.data, cases[i].cell);
        buf_fini(&out);
    }
    struct buf out = {0};
    csv_add(&out, "=1,2");
    assert_string_equal(out.data, "\"=1,2\"");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
