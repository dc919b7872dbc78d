#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "expenses/change.h"

static void tells_what_was_and_is_of_what_changed(void **state)
{
    (void)state;
    scoped(json_drop) json_t *before = json_pack("{s:s, s:s}", "note", "old", "type", "expense");
    scoped(json_drop) json_t *after =
        json_pack("{s:s, s:s, s:[]}", "note", "new", "type", "income", "tags");
    scoped(json_drop) json_t *changed = json_pack("{s:s, s:s}", "note", "user", "tags", "user");
    scoped(json_drop) json_t *want = json_pack("{s:{s:s, s:s}, s:{s:n, s:[]}}", "note", "from",
                                               "old", "to", "new", "tags", "from", "to");
    scoped(json_drop) json_t *got = change_fields(before, after, changed);
    assert_true(json_equal(got, want));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_was_and_is_of_what_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
