#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "profile.h"

static const struct preferences defaults = {"USD", "UTC", "en", 1, 365, 1, NOTIFY_DEFAULT};
static const struct account told = {.user_id = "01a20b38-7d30-7a8b-8ed3-d4da7364439d",
                                    .email = "a@example.org",
                                    .name = "Told",
                                    .created_us = 1000000};

static void the_persons_name_stands(void **state)
{
    (void)state;
    struct profile profile;
    profile_init(&profile, &told, &defaults, 5);
    struct account later = told;
    strcpy(later.name, "Later");
    assert_true(profile_apply_account(&profile, &later));
    assert_string_equal(profile.name, "Later");
    strcpy(profile.name, "Mine");
    profile.chosen |= CHOSEN_NAME;
    assert_false(profile_apply_account(&profile, &later));
    assert_string_equal(profile.name, "Mine");
    strcpy(later.email, "b@example.org");
    assert_true(profile_apply_account(&profile, &later));
    assert_string_equal(profile.email, "b@example.org");
}

static void patch_removes_and_refuses(void **state)
{
    (void)state;
    struct profile profile;
    struct zones zones = {0};
    struct preferences_rules rules = {&defaults, &zones};
    struct fields fields = {0};
    profile_init(&profile, &told, &defaults, 5);
    profile.chosen = CHOSEN_LOCALE;
    strcpy(profile.prefs.locale, "de");
    scoped(json_drop) json_t *body = json_pack("{s:n, s:n}", "name", "preferences");
    profile_patch(&profile, body, &rules, &fields);
    assert_true(fields_ok(&fields));
    assert_string_equal(profile.name, "");
    assert_string_equal(profile.prefs.locale, "en");
    assert_int_equal(profile.chosen, CHOSEN_NAME);
    scoped(json_drop) json_t *bad =
        json_pack("{s:i, s:s, s:s}", "name", 5, "email", "x@example.org", "preferences", "none");
    profile_patch(&profile, bad, &rules, &fields);
    assert_int_equal(json_array_size(fields.errors), 3);
    fields_fini(&fields);
}

static void answers_in_the_contracts_form(void **state)
{
    (void)state;
    struct profile profile;
    profile_init(&profile, &told, &defaults, 2000000);
    profile.chosen = CHOSEN_TIME_ZONE;
    scoped(json_drop) json_t *json = profile_to_json(&profile);
    scoped(str_drop) char *text = json_text(json);
    assert_string_equal(
        text, "{\"id\":\"01a20b38-7d30-7a8b-8ed3-d4da7364439d\",\"email\":\"a@example.org\","
              "\"name\":\"Told\",\"preferences\":{\"base_currency\":\"USD\",\"time_zone\":\"UTC\","
              "\"locale\":\"en\",\"month_start\":1,\"week_start\":1,\"retention_days\":365,"
              "\"notifications\":{\"budgets\":true,\"missing_payments\":true,\"review\":true,"
              "\"weekly_summary\":false}},\"defaulted\":[\"base_currency\",\"locale\","
              "\"month_start\",\"retention_days\",\"week_start\",\"notifications\"],"
              "\"created_at\":\"1970-01-01T00:00:01Z\",\"updated_at\":\"1970-01-01T00:00:02Z\"}");
    scoped(json_drop) json_t *event = profile_event_data(&profile);
    assert_null(json_object_get(event, "email"));
    assert_null(json_object_get(event, "name"));
    assert_string_equal(json_string_value(json_object_get(event, "time_zone")), "UTC");
}

static void an_event_must_be_its_users(void **state)
{
    (void)state;
    struct err err;
    struct account account;
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s, s:n}", "user_id", told.user_id, "email", "x@example.org", "name");
    struct event ev = {.data = data};
    assert_false(account_from_event(&ev, &account, &err));
    assert_int_equal(err.code, ERR_INVALID);
    memcpy(ev.user_id, told.user_id, UUID_SIZE);
    assert_true(account_from_event(&ev, &account, &err));
    assert_string_equal(account.name, "");
    json_object_set_new(data, "email", json_integer(5));
    assert_false(account_from_event(&ev, &account, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_persons_name_stands),
        cmocka_unit_test(patch_removes_and_refuses),
        cmocka_unit_test(answers_in_the_contracts_form),
        cmocka_unit_test(an_event_must_be_its_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
