#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "merchants/merchant.h"

static void corrections_teach(void **state)
{
    static const struct {
        struct known_category known;
        const char *said;
        enum lesson want;
    } rows[] = {
        {{NULL, NULL, false}, "A", LESSON_LEARN},  {{"A", NULL, true}, "A", LESSON_NONE},
        {{"A", NULL, true}, "B", LESSON_CONFLICT}, {{"A", "B", true}, "A", LESSON_SETTLE},
        {{"A", "B", true}, "B", LESSON_SETTLE},    {{"A", "B", true}, "C", LESSON_CONFLICT},
        {{"A", NULL, false}, "B", LESSON_NONE},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (merchant_lesson(&rows[i].known, rows[i].said) != rows[i].want)
            fail_msg("row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corrections_teach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
