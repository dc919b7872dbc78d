/* Other people's accounts, and who may see to them. */
#include "tests/route_fixture.h"

#include "admin/admin_command.h"
#include "audit/audit.h"

#define RAVI "{\"email\":\"ravi@example.com\",\"password\":\"seven bells\"}"

static int command(const char *verb, const char *name, struct err *err)
{
    char *argv[] = {(char *)(uintptr_t)verb, (char *)(uintptr_t)name, NULL};
    return admin_command.run(&svc, name != NULL ? 2 : 1, argv, err);
}

/* An admin's tokens, of whom the operator made one. */
static json_t *admin(void)
{
    unsigned status;
    struct err err;
    json_decref(sign_up());
    assert_int_equal(command("grant", "ASHA@example.com", &err), 0);
    json_t *tokens = post(AUTH_API "/login", LOGIN, &status);
    assert_non_null(strstr(json_string_value(json_object_get(tokens, "scope")), " admin"));
    return tokens;
}

static json_t *somebody(char path[static 120])
{
    unsigned status;
    json_t *tokens = post(AUTH_API "/signup", RAVI, &status);
    assert_int_equal(status, 201);
    snprintf(path, 120, "%s/admin/users/%s", AUTH_API,
             json_string_value(json_object_get(json_object_get(tokens, "user"), "id")));
    return tokens;
}

static void the_operator_alone_makes_admins(void **state)
{
    (void)state;
    struct err err;
    unsigned status;
    assert_int_equal(command("grant", "nobody@example.com", &err), 1);
    assert_int_equal(command("nonsense", NULL, &err), 2);
    scoped(json_drop) json_t *a = admin();
    assert_int_equal(command("grant", "asha@example.com", &err), 0); /* once more */
    assert_int_equal(command("list", NULL, &err), 0);
    json_decref(as(a, "GET", AUTH_API "/admin/users", NULL, &status));
    assert_int_equal(status, 200);
    size_t sessions = fake.session_count;
    assert_int_equal(command("revoke", "asha@example.com", &err), 0);
    assert_int_equal(sessions, 2);
    assert_int_equal(fake.session_count, 0);
    assert_string_equal(fake.events[fake.event_count - 1], "session.revoked");
    assert_string_equal(fake.audit[fake.audit_count - 1].action, "admin_revoked");
    scoped(json_drop) json_t *plain = post(AUTH_API "/login", LOGIN, &status);
    expect_code(as(plain, "GET", AUTH_API "/admin/users", NULL, &status), &status, 403,
                "insufficient_scope");
}

static void nobody_else_sees_other_people(void **state)
{
    (void)state;
    unsigned status;
    char path[120];
    scoped(json_drop) json_t *other = somebody(path);
    scoped(str_drop) char *sessions = xasprintf("%s/sessions", path);
    const char *const rows[][3] = {{"GET", AUTH_API "/admin/users", NULL},
                                   {"GET", path, NULL},
                                   {"PATCH", path, "{\"locked\":true}"},
                                   {"DELETE", sessions, NULL},
                                   {"GET", AUTH_API "/admin/audit", NULL}};
    for (size_t i = 0; i < LENGTH(rows); i++)
        expect_code(as(other, rows[i][0], rows[i][1], rows[i][2], &status), &status, 403,
                    "insufficient_scope");
}

static size_t found(const json_t *a, const char *query)
{
    unsigned status;
    scoped(str_drop) char *path = xasprintf("%s/admin/users?%s", AUTH_API, query);
    scoped(json_drop) json_t *list = as(a, "GET", path, NULL, &status);
    assert_int_equal(status, 200);
    return json_array_size(json_object_get(list, "data"));
}

static void users_are_found(void **state)
{
    (void)state;
    unsigned status;
    char path[120];
    scoped(json_drop) json_t *a = admin();
    json_decref(somebody(path));
    assert_int_equal(found(a, "email=RAVI@example.com"), 1);
    assert_int_equal(found(a, "email=no@example.com"), 0);
    assert_int_equal(found(a, "email=asha"), 0);
    assert_int_equal(found(a, "username=asha@example.com"), 0);
    assert_int_equal(found(a, "id=nonsense"), 0);
    assert_int_equal(found(a, "limit=1"), 1);
    assert_int_equal(found(a, ""), 2);
    expect_code(as(a, "GET", AUTH_API "/admin/users?email=a@b.co&id=x&y=1", NULL, &status), &status,
                422, "invalid_fields");
    scoped(json_drop) json_t *one = as(a, "GET", path, NULL, &status);
    assert_int_equal(status, 200);
    assert_true(json_is_null(json_object_get(one, "locked_at")));
    assert_null(json_object_get(one, "password_hash"));
    expect_code(as(a, "GET", AUTH_API "/admin/users/nonsense", NULL, &status), &status, 404,
                "not_found");
}

static void a_locked_user_is_out_at_once(void **state)
{
    (void)state;
    unsigned status;
    char path[120];
    scoped(json_drop) json_t *a = admin();
    scoped(json_drop) json_t *other = somebody(path);
    scoped(json_drop) json_t *locked = as(a, "PATCH", path, "{\"locked\":true}", &status);
    assert_int_equal(status, 200);
    assert_true(json_is_string(json_object_get(locked, "locked_at")));
    assert_string_equal(fake.events[fake.event_count - 1], "session.revoked");
    const struct audit_entry *entry = &fake.audit[fake.audit_count - 1];
    assert_string_equal(entry->action, "locked");
    assert_string_not_equal(entry->actor_id, entry->user_id);
    expect_code(as(other, "GET", AUTH_API "/sessions", NULL, &status), &status, 401,
                "token_revoked");
    expect_code(refresh(other, &status), &status, 401, "refresh_token_invalid");
    expect_code(post(AUTH_API "/login", RAVI, &status), &status, 401, "invalid_credentials");
    size_t entries = fake.audit_count;
    json_decref(as(a, "PATCH", path, "{\"locked\":true}", &status)); /* once more changes nothing */
    assert_int_equal(status, 200);
    assert_int_equal(fake.audit_count, entries);
    json_decref(as(a, "PATCH", path, "{\"locked\":false}", &status));
    json_decref(post(AUTH_API "/login", RAVI, &status));
    assert_int_equal(status, 200);
}

static void bad_changes_are_refused(void **state)
{
    (void)state;
    unsigned status;
    char path[120];
    scoped(json_drop) json_t *a = admin();
    json_decref(somebody(path));
    static const char *const bad[] = {"{}", "{\"locked\":1}",
                                      "{\"locked\":true,\"role\":\"admin\"}",
                                      "{\"locked\":true,\"email_verified\":true}"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        expect_code(as(a, "PATCH", path, bad[i], &status), &status, 422, "invalid_fields");
    scoped(str_drop) char *own =
        xasprintf("%s/admin/users/%s", AUTH_API,
                  json_string_value(json_object_get(json_object_get(a, "user"), "id")));
    expect_code(as(a, "PATCH", own, "{\"locked\":true}", &status), &status, 409, "own_account");
    expect_code(as(a, "PATCH", AUTH_API "/admin/users/" AUDIT_NOBODY, "{\"locked\":true}", &status),
                &status, 404, "not_found");
}

static void admins_see_the_log_and_end_sessions(void **state)
{
    (void)state;
    unsigned status;
    char path[120];
    scoped(json_drop) json_t *a = admin();
    scoped(json_drop) json_t *other = somebody(path);
    scoped(str_drop) char *sessions = xasprintf("%s/sessions", path);
    json_decref(as(a, "DELETE", sessions, NULL, &status));
    assert_int_equal(status, 204);
    expect_code(as(other, "GET", AUTH_API "/sessions", NULL, &status), &status, 401,
                "token_revoked");
    scoped(str_drop) char *query =
        xasprintf("%s/admin/audit?user_id=%s", AUTH_API, strrchr(path, '/') + 1);
    scoped(json_drop) json_t *list = as(a, "GET", query, NULL, &status);
    const json_t *newest = json_array_get(json_object_get(list, "data"), 0);
    assert_string_equal(json_string_value(json_object_get(newest, "action")), "sessions_ended");
    assert_string_equal(json_string_value(json_object_get(newest, "actor")), "admin");
    assert_true(json_is_string(json_object_get(newest, "actor_id")));
    scoped(json_drop) json_t *all = as(a, "GET", AUTH_API "/admin/audit?limit=200", NULL, &status);
    assert_int_equal(json_array_size(json_object_get(all, "data")), fake.audit_count);
    expect_code(as(a, "GET", AUTH_API "/admin/audit?user_id=x", NULL, &status), &status, 422,
                "invalid_fields");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_operator_alone_makes_admins),
        TEST(nobody_else_sees_other_people),
        TEST(users_are_found),
        TEST(a_locked_user_is_out_at_once),
        TEST(bad_changes_are_refused),
        TEST(admins_see_the_log_and_end_sessions),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
