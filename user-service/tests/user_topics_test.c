#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "events/events.h"
#include "fake_exports.h"
#include "fake_store.h"
#include "user.h"

static const char user[] = "01a20b38-7d30-7a8b-8ed3-d4da7364439d";
static struct svc svc = {.defaults = {"USD", "UTC", "en", 1, 365, 1, NOTIFY_DEFAULT}};

static int reset(void **state)
{
    (void)state;
    fake_reset();
    fake_exports_reset();
    return 0;
}

static bool apply_numbered(const char *type, const char *email, int64_t sequence, struct err *err)
{
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s, s:s}", "user_id", user, "email", email, "name", "Told");
    struct event ev = {.type = type, .data = data, .sequence = sequence};
    memcpy(ev.user_id, user, UUID_SIZE);
    const struct event *evs[] = {&ev};
    for (size_t i = 0; i < user_topic_count; i++)
        if (strcmp(user_topics[i].type, type) == 0)
            return user_topics[i].apply(&svc, NULL, evs, 1, err);
    return false;
}

static bool apply(const char *type, const char *email, struct err *err)
{
    return apply_numbered(type, email, 0, err);
}

static void registration_makes_and_publishes(void **state)
{
    (void)state;
    struct err err;
    assert_true(apply(EVENT_USER_REGISTERED, "a@example.org", &err));
    assert_string_equal(fake.row.email, "a@example.org");
    assert_string_equal(fake.last_type, EVENT_PROFILE_UPDATED);
    assert_true(apply(EVENT_USER_REGISTERED, "a@example.org", &err)); /* a repeat */
    assert_int_equal(fake.published, 1);
}

static void deletion_stays(void **state)
{
    (void)state;
    struct err err;
    assert_true(apply(EVENT_USER_REGISTERED, "a@example.org", &err));
    assert_true(apply(EVENT_USER_DELETED, "a@example.org", &err));
    assert_true(fake.row.deleted);
    assert_string_equal(fake.row.email, "");
    assert_string_equal(fake.last_type, EVENT_PROFILE_ERASED);
    assert_true(apply(EVENT_USER_UPDATED, "b@example.org", &err));
    assert_true(apply(EVENT_USER_REGISTERED, "b@example.org", &err));
    assert_true(fake.row.deleted);
    assert_string_equal(fake.row.email, "");
    assert_int_equal(fake.published, 2);
}

/* A dead letter given again, or a replay of the topic: what is older changes nothing, the newest
 * one again mends what was lost, and tells of it only when something was. */
static void older_events_change_nothing(void **state)
{
    (void)state;
    struct err err;
    assert_true(apply_numbered(EVENT_USER_REGISTERED, "a@example.org", 1, &err));
    assert_true(apply_numbered(EVENT_USER_UPDATED, "c@example.org", 3, &err));
    assert_int_equal(fake.row.account_sequence, 3);
    assert_true(apply_numbered(EVENT_USER_UPDATED, "b@example.org", 2, &err));
    assert_true(apply_numbered(EVENT_USER_REGISTERED, "a@example.org", 1, &err));
    assert_string_equal(fake.row.email, "c@example.org");
    assert_true(apply_numbered(EVENT_USER_UPDATED, "c@example.org", 3, &err));
    assert_int_equal(fake.published, 2);
    assert_true(
        apply_numbered(EVENT_USER_UPDATED, "c@example.org", 4, &err)); /* nothing new in it */
    assert_int_equal(fake.row.account_sequence, 4);
    assert_int_equal(fake.published, 2);
    snprintf(fake.row.email, sizeof fake.row.email, "lost@example.org");
    assert_true(apply_numbered(EVENT_USER_UPDATED, "c@example.org", 4, &err));
    assert_string_equal(fake.row.email, "c@example.org");
    assert_int_equal(fake.published, 3);
}

static void deletion_is_told_once(void **state)
{
    (void)state;
    struct err err;
    assert_true(apply(EVENT_USER_DELETED, "a@example.org", &err));
    assert_true(apply(EVENT_USER_DELETED, "a@example.org", &err));
    assert_int_equal(fake.published, 1);
    assert_int_equal(fake_exports.erased, 2); /* exports that came in between go, too */
    assert_int_equal(fake_exports.begun, 2);
    assert_int_equal(fake_exports.receipts, 2);
}

/* From a service of the suite, or from elsewhere. */
static bool apply_from(const char *source, const char *type, json_t *data, struct err *err)
{
    scoped(json_drop) json_t *owned = data;
    struct event ev = {.type = type, .source = source, .data = owned};
    memcpy(ev.user_id, user, UUID_SIZE);
    const struct event *evs[] = {&ev};
    for (size_t i = 0; i < user_topic_count; i++)
        if (strcmp(user_topics[i].type, type) == 0)
            return user_topics[i].apply(&svc, NULL, evs, 1, err);
    return false;
}

static void what_services_tell_is_kept(void **state)
{
    (void)state;
    struct err err;
    const char *part = "{s:s, s:i, s:s, s:[{s:i}]}", *end = "{s:s, s:i, s:[s]}";
    assert_true(apply_from(
        "expense-service", EVENT_EXPORT_PART,
        json_pack(part, "export_id", user, "number", 1, "table", "expenses", "rows", "id", 1),
        &err));
    fake_exports.part_known = true; /* a repeat is no error */
    assert_true(apply_from(
        "expense-service", EVENT_EXPORT_PART,
        json_pack(part, "export_id", user, "number", 1, "table", "expenses", "rows", "id", 1),
        &err));
    assert_true(apply_from("expense-service", EVENT_EXPORT_COMPLETED,
                           json_pack(end, "export_id", user, "parts", 1, "tables", "expenses"),
                           &err));
    assert_true(apply_from("expense-service", EVENT_USER_ERASED, json_object(), &err));
    assert_int_equal(fake_exports.parts, 2);
    assert_int_equal(fake_exports.ends, 1);
    assert_int_equal(fake_exports.notes, 1);
}

static void strangers_tell_nothing(void **state)
{
    (void)state;
    static const char *const types[] = {EVENT_EXPORT_PART, EVENT_EXPORT_COMPLETED,
                                        EVENT_USER_ERASED};
    for (size_t i = 0; i < LENGTH(types); i++) {
        struct err err;
        json_t *data = json_pack("{s:s, s:i, s:i, s:s, s:[], s:[]}", "export_id", user, "number", 1,
                                 "parts", 1, "table", "expenses", "rows", "tables");
        assert_false(apply_from("/forwarder", types[i], data, &err));
        assert_int_equal(err_verdict(err.code), VERDICT_POISON);
    }
    assert_int_equal(fake_exports.parts + fake_exports.ends + fake_exports.notes, 0);
}

static void poison_is_told(void **state)
{
    (void)state;
    struct err err;
    scoped(json_drop) json_t *data = json_pack("{s:s}", "user_id", "not a uuid");
    struct event ev = {.type = EVENT_USER_REGISTERED, .data = data};
    const struct event *evs[] = {&ev};
    assert_false(user_topics[0].apply(&svc, NULL, evs, 1, &err));
    assert_int_equal(err_verdict(err.code), VERDICT_POISON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(registration_makes_and_publishes, reset, reset),
        cmocka_unit_test_setup_teardown(deletion_stays, reset, reset),
        cmocka_unit_test_setup_teardown(older_events_change_nothing, reset, reset),
        cmocka_unit_test_setup_teardown(deletion_is_told_once, reset, reset),
        cmocka_unit_test_setup_teardown(what_services_tell_is_kept, reset, reset),
        cmocka_unit_test_setup_teardown(strangers_tell_nothing, reset, reset),
        cmocka_unit_test_setup_teardown(poison_is_told, reset, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
