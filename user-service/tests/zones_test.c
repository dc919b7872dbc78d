#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "zones.h"

static const char text[] = "# version x\nR A 1 2\nZ Africa/Abidjan -0:16:8 - LMT\n0 - GMT\n"
                           "Z Asia/Kolkata 5:53:28 - LMT\nL Asia/Kolkata Asia/Calcutta\n"
                           "Z Factory 0 - -00\nZ UTC 0 - UTC\n";

static void knows_zones_and_links(void **state)
{
    (void)state;
    struct zones zones;
    struct err err;
    assert_true(zones_parse(&zones, text, sizeof text - 1, &err));
    assert_int_equal(zones.count, 4);
    assert_true(zones_has(&zones, "Asia/Kolkata"));
    assert_true(zones_has(&zones, "Asia/Calcutta"));
    assert_true(zones_has(&zones, "UTC"));
    assert_false(zones_has(&zones, "asia/kolkata"));
    assert_false(zones_has(&zones, "Factory"));
    assert_false(zones_has(&zones, "../../etc/passwd"));
    assert_false(zones_has(&zones, ""));
    zones_fini(&zones);
}

static void refuses_an_empty_list(void **state)
{
    (void)state;
    struct zones zones;
    struct err err;
    assert_false(zones_parse(&zones, "# nothing\n", 10, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_false(zones_load(&zones, "/nonexistent/tzdata.zi", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_zones_and_links),
                                       cmocka_unit_test(refuses_an_empty_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
