#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "preferences.h"

static const char zone_text[] = "Z UTC 0\nZ Asia/Kolkata 5\n";
static const struct preferences defaults = {"USD", "UTC", "en", 1, 365, 1, NOTIFY_DEFAULT};
static struct zones zones;
static const struct preferences_rules rules = {&defaults, &zones};

static int setup(void **state)
{
    (void)state;
    struct err err;
    return zones_parse(&zones, zone_text, sizeof zone_text - 1, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    zones_fini(&zones);
    return 0;
}

static void patch(struct preferences *prefs, unsigned *chosen, const char *text,
                  struct fields *fields)
{
    scoped(json_drop) json_t *body = json_loads(text, 0, NULL);
    preferences_patch(prefs, chosen, body, "", &rules, fields);
}

static void sets_and_resets(void **state)
{
    (void)state;
    struct preferences prefs = defaults;
    struct fields fields = {0};
    unsigned chosen = CHOSEN_NAME;
    patch(&prefs, &chosen, "{\"base_currency\":\"INR\",\"time_zone\":\"Asia/Kolkata\"}", &fields);
    assert_true(fields_ok(&fields));
    assert_string_equal(prefs.base_currency, "INR");
    assert_string_equal(prefs.locale, "en");
    assert_int_equal(chosen, CHOSEN_NAME | CHOSEN_BASE_CURRENCY | CHOSEN_TIME_ZONE);
    patch(&prefs, &chosen, "{\"base_currency\":null,\"month_start\":28}", &fields);
    assert_string_equal(prefs.base_currency, "USD");
    assert_int_equal(prefs.month_start, 28);
    assert_int_equal(chosen, CHOSEN_NAME | CHOSEN_TIME_ZONE | CHOSEN_MONTH_START);
    assert_true(fields_ok(&fields));
}

static void tells_everything_wrong_at_once(void **state)
{
    (void)state;
    struct preferences prefs = defaults;
    struct fields fields = {0};
    unsigned chosen = 0;
    patch(&prefs, &chosen,
          "{\"base_currency\":\"XYZ\",\"time_zone\":\"Mars/Base\",\"locale\":\"e_n\","
          "\"month_start\":29,\"retention_days\":0,\"theme\":\"dark\",\"week_start\":8,"
          "\"notifications\":{\"review\":1,\"rain\":true}}",
          &fields);
    assert_int_equal(json_array_size(fields.errors), 9);
    assert_int_equal(chosen, CHOSEN_NOTIFICATIONS);
    fields_fini(&fields);
}

static void chosen_round_trip(void **state)
{
    (void)state;
    for (unsigned chosen = 0; chosen < 256; chosen++) {
        char text[CHOSEN_TEXT_SIZE];
        chosen_format(chosen, text);
        assert_int_equal(chosen_parse(text), chosen);
    }
    assert_int_equal(chosen_parse("names time_zonex"), 0);
}

static void switches_are_merged(void **state)
{
    (void)state;
    struct preferences prefs = defaults;
    struct fields fields = {0};
    unsigned chosen = 0;
    patch(&prefs, &chosen, "{\"week_start\":7,\"notifications\":{\"review\":false}}", &fields);
    patch(&prefs, &chosen, "{\"notifications\":{\"weekly_summary\":true}}", &fields);
    assert_true(fields_ok(&fields));
    assert_int_equal(prefs.week_start, 7);
    assert_int_equal(prefs.notifications,
                     NOTIFY_BUDGETS | NOTIFY_MISSING_PAYMENTS | NOTIFY_WEEKLY_SUMMARY);
    char text[NOTIFY_TEXT_SIZE];
    notifications_format(prefs.notifications, text);
    assert_string_equal(text, "budgets missing_payments weekly_summary");
    assert_int_equal(notifications_parse(text), prefs.notifications);
    assert_int_equal(notifications_parse(""), 0);
    assert_int_equal(notifications_parse(NULL), NOTIFY_DEFAULT);
    patch(&prefs, &chosen, "{\"notifications\":{\"review\":null}}", &fields);
    assert_true(prefs.notifications & NOTIFY_REVIEW);
    patch(&prefs, &chosen, "{\"notifications\":null,\"week_start\":null}", &fields);
    assert_true(preferences_same(&prefs, &defaults));
    assert_int_equal(chosen, 0);
}

static void checks_the_operators_defaults(void **state)
{
    (void)state;
    struct err err;
    struct preferences prefs = defaults;
    assert_true(preferences_check(&prefs, &zones, &err));
    memcpy(prefs.base_currency, "QQQ", 4);
    assert_false(preferences_check(&prefs, &zones, &err));
    prefs = defaults;
    prefs.time_zone[0] = '\0';
    assert_false(preferences_check(&prefs, &zones, &err));
    prefs = defaults;
    prefs.locale[0] = '_';
    assert_false(preferences_check(&prefs, &zones, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_and_resets),
        cmocka_unit_test(tells_everything_wrong_at_once),
        cmocka_unit_test(chosen_round_trip),
        cmocka_unit_test(switches_are_merged),
        cmocka_unit_test(checks_the_operators_defaults),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
