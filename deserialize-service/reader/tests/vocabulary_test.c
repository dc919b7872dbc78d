/* The tables are in the order and the form that vocabulary_mark() relies on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "vocabulary.h"

static int order(const char *a, const char *b)
{
    for (;;) {
        size_t a_len = strcspn(a, " "), b_len = strcspn(b, " ");
        int c = memcmp(a, b, a_len < b_len ? a_len : b_len);

        if (c != 0)
            return c;
        if (a_len != b_len)
            return a_len < b_len ? -1 : 1;
        if (a[a_len] == '\0' || b[b_len] == '\0')
            return (a[a_len] != '\0') - (b[b_len] != '\0');
        a += a_len + 1;
        b += b_len + 1;
    }
}

static void check(const struct phrase_table *table, bool sorted)
{
    for (size_t i = 0; i < table->count; i++) {
        const char *text = table->rows[i].text;
        struct text folded;

        text_fold(&folded, text, strlen(text));
        assert_string_equal(folded.fold, text);
        assert_int_not_equal(table->rows[i].role, ROLE_NONE);
        if (sorted && i > 0 && order(table->rows[i - 1].text, text) >= 0)
            fail_msg("\"%s\" stands before \"%s\"", table->rows[i - 1].text, text);
    }
}

static void rows_are_folded_and_sorted(void **state)
{
    (void)state;
    check(&vocabulary_latin, true);
    check(&vocabulary_world, true);
    check(&vocabulary_arabic, true);
    check(&vocabulary_cyrillic, true);
    check(&vocabulary_thai, true);
    check(&vocabulary_east, true);
    check(&vocabulary_scripts, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_are_folded_and_sorted)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
