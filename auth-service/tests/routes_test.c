#include "tests/route_fixture.h"

#include "keys/keyring.h"

static void signup_gives_everything_and_tells_everyone(void **state)
{
    (void)state;
    scoped(json_drop) json_t *tokens = sign_up();
    const json_t *user = json_object_get(tokens, "user");
    assert_string_equal(json_string_value(json_object_get(user, "email")), "asha@example.com");
    assert_string_equal(json_string_value(json_object_get(user, "name")), "Asha");
    assert_true(json_is_string(json_object_get(user, "created_at")));
    assert_int_equal(json_integer_value(json_object_get(tokens, "expires_in")), 600);
    assert_string_equal(json_string_value(json_object_get(tokens, "token_type")), "Bearer");
    assert_int_equal(fake.event_count, 2);
    assert_string_equal(fake.events[0], "user.registered");
    assert_string_equal(fake.events[1], "session.created");
    assert_int_equal(fake.commits, 1);
    unsigned status;
    expect_code(post(AUTH_API "/signup", SIGNUP, &status), &status, 409, "email_taken");
}

static void bad_bodies_are_refused(void **state)
{
    (void)state;
    unsigned status;
    json_t *problem = post(AUTH_API "/signup", "{\"email\":\"x\",\"password\":\"y\"}", &status);
    assert_int_equal(json_array_size(json_object_get(problem, "errors")), 2);
    expect_code(problem, &status, 422, "invalid_fields");
    expect_code(post(AUTH_API "/signup", "[]", &status), &status, 400, "malformed");
    expect_code(post(AUTH_API "/login", "3", &status), &status, 400, "malformed");
    expect_code(post(AUTH_API "/token/refresh", "{}", &status), &status, 422, "invalid_fields");
    expect_code(post(AUTH_API "/token/refresh", "{\"refresh_token\":\"x\"}", &status), &status, 401,
                "refresh_token_invalid");
    assert_int_equal(fake.event_count, 0);
}

static void signup_key_is_visible_ascii(void **state)
{
    (void)state;
    unsigned status;
    scoped(str_drop) char *len = xasprintf("%zu", strlen(SIGNUP));
    const char *headers[] = {"Content-Type",
                             "application/json",
                             "Content-Length",
                             len,
                             "Idempotency-Key",
                             "two words",
                             NULL};
    scoped(json_drop) json_t *answer =
        send_with("POST", AUTH_API "/signup", headers, SIGNUP, &status);
    assert_int_equal(status, 400);
    assert_string_equal(json_string_value(json_object_get(answer, "code")),
                        "idempotency_key_malformed");
    assert_int_equal(fake.account_count, 0);
}

static void lost_signup_answer_is_given_again(void **state)
{
    (void)state;
    unsigned status;
    scoped(str_drop) char *len = xasprintf("%zu", strlen(SIGNUP));
    const char *headers[] = {"Content-Type",
                             "application/json",
                             "Content-Length",
                             len,
                             "Idempotency-Key",
                             "0191-abc",
                             NULL};
    scoped(json_drop) json_t *first =
        send_with("POST", AUTH_API "/signup", headers, SIGNUP, &status);
    assert_int_equal(status, 201);
    scoped(json_drop) json_t *again =
        send_with("POST", AUTH_API "/signup", headers, SIGNUP, &status);
    assert_int_equal(status, 201);
    assert_true(json_equal(json_object_get(first, "user"), json_object_get(again, "user")));
    assert_int_equal(fake.account_count, 1);
    static const char other[] = "{\"email\":\"asha@example.com\",\"password\":\"another one\"}";
    scoped(str_drop) char *other_len = xasprintf("%zu", strlen(other));
    headers[3] = other_len;
    expect_code(send_with("POST", AUTH_API "/signup", headers, other, &status), &status, 422,
                "idempotency_key_reused");
}

static void login_is_the_same_for_nobody_and_wrong_password(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *made = sign_up();
    scoped(json_drop) json_t *tokens = post(AUTH_API "/login", LOGIN, &status);
    assert_int_equal(status, 200);
    assert_true(json_equal(json_object_get(tokens, "user"), json_object_get(made, "user")));
    assert_int_equal(fake.refunds, 1);
    expect_code(
        post(AUTH_API "/login", "{\"email\":\"asha@example.com\",\"password\":\"no\"}", &status),
        &status, 401, "invalid_credentials");
    expect_code(
        post(AUTH_API "/login", "{\"email\":\"no@example.com\",\"password\":\"no\"}", &status),
        &status, 401, "invalid_credentials");
    assert_int_equal(fake.charges, 3);
    assert_int_equal(fake.refunds, 1);
    fake.blocked_s = 7;
    expect_code(post(AUTH_API "/login", LOGIN, &status), &status, 429, "too_many_attempts");
}

static void cheap_hash_is_raised_at_login(void **state)
{
    (void)state;
    unsigned status;
    struct err err;
    struct password_cost cheap = {.memory_kib = 1024, .passes = 1, .lanes = 1};
    json_decref(sign_up());
    svc.conf.hash_passes = 2;
    assert_true(password_hash("correct horse", &cheap, fake.accounts[0].password_hash, &err));
    json_decref(post(AUTH_API "/login", LOGIN, &status));
    svc.conf.hash_passes = 1;
    assert_int_equal(status, 200);
    assert_non_null(strstr(fake.accounts[0].password_hash, "t=2"));
}

static void refresh_rotates_and_reuse_ends(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *a = sign_up();
    scoped(json_drop) json_t *b = refresh(a, &status);
    assert_int_equal(status, 200);
    assert_null(json_object_get(b, "user"));
    json_decref(refresh(a, &status)); /* a lost answer, asked for again */
    assert_int_equal(status, 200);
    scoped(json_drop) json_t *c = refresh(b, &status);
    assert_int_equal(status, 200);
    json_decref(with_bearer("GET", AUTH_API "/sessions", c, &status));
    assert_int_equal(status, 200);
    expect_code(refresh(a, &status), &status, 401, "refresh_token_reused");
    assert_string_equal(fake.events[fake.event_count - 1], "session.revoked");
    assert_int_equal(fake.session_count, 0);
    expect_code(refresh(c, &status), &status, 401, "refresh_token_invalid");
    expect_code(with_bearer("GET", AUTH_API "/sessions", c, &status), &status, 401,
                "token_revoked");
}

static void logout_by_either_token(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *a = sign_up();
    json_decref(with_bearer("POST", AUTH_API "/logout", a, &status));
    assert_int_equal(status, 204);
    assert_int_equal(fake.session_count, 0);
    expect_code(with_bearer("POST", AUTH_API "/logout", a, &status), &status, 401, "token_revoked");

    scoped(json_drop) json_t *b = post(AUTH_API "/login", LOGIN, &status);
    scoped(str_drop) char *body = xasprintf("{\"refresh_token\":\"%s\"}",
                                            json_string_value(json_object_get(b, "refresh_token")));
    json_decref(post(AUTH_API "/logout", body, &status));
    assert_int_equal(status, 204);
    assert_int_equal(fake.session_count, 0);
    json_decref(post(AUTH_API "/logout", body, &status)); /* once more is no error */
    assert_int_equal(status, 204);
    expect_code(send_with("POST", AUTH_API "/logout", NULL, NULL, &status), &status, 401,
                "token_missing");
}

static void sessions_are_one_s_own(void **state)
{
    (void)state;
    unsigned status;
    json_decref(sign_up());
    scoped(json_drop) json_t *mine = post(AUTH_API "/login", LOGIN, &status);
    scoped(json_drop) json_t *other =
        post(AUTH_API "/signup", "{\"email\":\"ravi@example.com\",\"password\":\"seven bells\"}",
             &status);
    scoped(json_drop) json_t *list =
        with_bearer("GET", AUTH_API "/sessions?limit=1", mine, &status);
    assert_int_equal(status, 200);
    const json_t *row = json_array_get(json_object_get(list, "data"), 0);
    assert_true(json_is_true(json_object_get(row, "current")));
    assert_true(json_is_true(json_object_get(json_object_get(list, "page"), "has_more")));
    expect_code(with_bearer("GET", AUTH_API "/sessions?limit=0", mine, &status), &status, 422,
                "invalid_fields");

    scoped(str_drop) char *path =
        xasprintf("%s/sessions/%s", AUTH_API, json_string_value(json_object_get(row, "id")));
    expect_code(with_bearer("DELETE", path, other, &status), &status, 404, "not_found");
    json_decref(with_bearer("DELETE", path, mine, &status));
    assert_int_equal(status, 204);
    expect_code(with_bearer("DELETE", AUTH_API "/sessions/nonsense", other, &status), &status, 404,
                "not_found");
}

static void keys_are_public(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *jwks =
        send_with("GET", "/.well-known/jwks.json", NULL, NULL, &status);
    assert_int_equal(status, 200);
    const json_t *key = json_array_get(json_object_get(jwks, "keys"), 0);
    char kid[KEY_KID_SIZE];
    keyring_kid(svc.keys, kid);
    assert_string_equal(json_string_value(json_object_get(key, "kid")), kid);
    assert_null(json_object_get(key, "d"));
}

static void database_down_is_503(void **state)
{
    (void)state;
    unsigned status;
    fake.down = true;
    expect_code(post(AUTH_API "/login", LOGIN, &status), &status, 503, "unavailable");
    expect_code(post(AUTH_API "/signup", SIGNUP, &status), &status, 503, "unavailable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(signup_gives_everything_and_tells_everyone),
        TEST(bad_bodies_are_refused),
        TEST(signup_key_is_visible_ascii),
        TEST(lost_signup_answer_is_given_again),
        TEST(login_is_the_same_for_nobody_and_wrong_password),
        TEST(cheap_hash_is_raised_at_login),
        TEST(refresh_rotates_and_reuse_ends),
        TEST(logout_by_either_token),
        TEST(sessions_are_one_s_own),
        TEST(keys_are_public),
        TEST(database_down_is_503),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
