#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "expenses/origin.h"

static void nobody_overrules_who_stands_above(void **state)
{
    static const struct {
        const char *was;
        enum origin by;
        bool may;
    } rows[] = {{NULL, ORIGIN_PARSER, true},         {"parser", ORIGIN_PARSER, true},
                {"parser", ORIGIN_LEARNED, true},    {"learned", ORIGIN_PARSER, false},
                {"learned", ORIGIN_RULE, true},      {"rule", ORIGIN_LEARNED, false},
                {"rule", ORIGIN_USER, true},         {"user", ORIGIN_PARSER, false},
                {"user", ORIGIN_RULE, false},        {"user", ORIGIN_USER, true},
                {"of later days", ORIGIN_RULE, true}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        json_t *origins = json_pack("{s:s*}", "category", rows[i].was);
        if (origin_may_set(origins, "category", rows[i].by) != rows[i].may)
            fail_msg("row %zu", i);
        assert_true(origin_may_set(origins, "note", ORIGIN_PARSER));
        json_decref(origins);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_overrules_who_stands_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
