/* What a person does with their account besides signing in. */
#include "tests/route_fixture.h"

#include "accounts/deletion.h"
#include "audit/audit.h"
#include "code.h"
#include "mail/letter.h"

static void all_sessions_end_at_once(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *a = sign_up();
    scoped(json_drop) json_t *b = post(AUTH_API "/login", LOGIN, &status);
    json_decref(with_bearer("DELETE", AUTH_API "/sessions", a, &status));
    assert_int_equal(status, 204);
    assert_int_equal(fake.session_count, 0);
    expect_code(with_bearer("GET", AUTH_API "/sessions", a, &status), &status, 401,
                "token_revoked");
    expect_code(with_bearer("GET", AUTH_API "/sessions", b, &status), &status, 401,
                "token_revoked");
    assert_int_equal(fake.event_count, 5); /* registered, two created, two revoked */
    scoped(json_drop) json_t *again = post(AUTH_API "/login", LOGIN, &status);
    json_decref(with_bearer("GET", AUTH_API "/sessions", again, &status));
    assert_int_equal(status, 200); /* within the same second */
}

static void a_user_name_is_as_good_as_an_address(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *made = post(
        AUTH_API "/signup", "{\"username\":\"Asha_R\",\"password\":\"correct horse\"}", &status);
    assert_int_equal(status, 201);
    assert_true(json_is_null(json_object_get(json_object_get(made, "user"), "email")));
    expect_code(post(AUTH_API "/signup", "{\"username\":\"asha_r\",\"password\":\"correct horse\"}",
                     &status),
                &status, 409, "username_taken");
    json_decref(post(AUTH_API "/login", "{\"username\":\"ASHA_R\",\"password\":\"correct horse\"}",
                     &status));
    assert_int_equal(status, 200);
    static const char *const bad[] = {
        "{\"password\":\"correct horse\"}",
        "{\"username\":\"a@b\",\"password\":\"correct horse\"}",
        "{\"username\":\"ab\",\"password\":\"correct horse\"}",
        "{\"username\":\"1st\",\"password\":\"correct horse\"}",
        "{\"username\":\"asha\",\"password\":\"correct horse\",\"role\":\"admin\"}",
        "{\"username\":\"asha\",\"password\":\"correct horse\",\"email_verified\":true}",
        "{\"username\":\"asha\",\"password\":\"correct horse\",\"user_id\":\"1\"}"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        expect_code(post(AUTH_API "/signup", bad[i], &status), &status, 422, "invalid_fields");
    expect_code(post(AUTH_API "/login",
                     "{\"username\":\"asha\",\"email\":\"a@b.co\",\"password\":\"x\"}", &status),
                &status, 422, "invalid_fields");
}

#define CHANGE "{\"old_password\":\"correct horse\",\"new_password\":\"seven bells\"}"

static void a_changed_password_keeps_this_session_only(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *a = sign_up();
    scoped(json_drop) json_t *b = post(AUTH_API "/login", LOGIN, &status);
    json_decref(as(a, "PUT", AUTH_API "/password", CHANGE, &status));
    assert_int_equal(status, 204);
    assert_int_equal(fake.session_count, 1);
    assert_string_equal(fake.events[fake.event_count - 2], "session.revoked");
    assert_string_equal(fake.events[fake.event_count - 1], "password.changed");
    json_decref(with_bearer("GET", AUTH_API "/sessions", a, &status));
    assert_int_equal(status, 200);
    expect_code(with_bearer("GET", AUTH_API "/sessions", b, &status), &status, 401,
                "token_revoked");
    expect_code(post(AUTH_API "/login", LOGIN, &status), &status, 401, "invalid_credentials");
}

static void a_wrong_old_password_changes_nothing(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *a = sign_up();
    size_t before = fake.event_count;
    json_t *problem = as(a, "PUT", AUTH_API "/password",
                         "{\"old_password\":\"x\",\"new_password\":\"seven bells\"}", &status);
    const json_t *error = json_array_get(json_object_get(problem, "errors"), 0);
    assert_string_equal(json_string_value(json_object_get(error, "code")), "password_wrong");
    expect_code(problem, &status, 422, "invalid_fields");
    assert_int_equal(fake.charges, 1); /* a guess as at login */
    assert_int_equal(fake.given_back, 0);
    problem = as(a, "PUT", AUTH_API "/password", "{\"new_password\":\"asha@example.com\",\"x\":1}",
                 &status);
    assert_int_equal(json_array_size(json_object_get(problem, "errors")), 3);
    expect_code(problem, &status, 422, "invalid_fields");
    assert_int_equal(fake.event_count, before);
    fake.blocked_s = 7;
    expect_code(as(a, "PUT", AUTH_API "/password", CHANGE, &status), &status, 429,
                "too_many_attempts");
}

static void no_session_by_a_password_that_just_changed(void **state)
{
    (void)state;
    unsigned status;
    json_decref(sign_up());
    size_t before = fake.session_count;
    fake.raced = true;
    expect_code(post(AUTH_API "/login", LOGIN, &status), &status, 401, "invalid_credentials");
    assert_int_equal(fake.session_count, before);
}

#define FORGOT(email) post(AUTH_API "/password/forgot", "{\"email\":\"" email "\"}", &status)

static void forgotten_passwords_are_asked_for_alike(void **state)
{
    (void)state;
    unsigned status;
    json_decref(sign_up());
    assert_string_equal(fake.mails[0], "verify_email asha@example.com");
    assert_null(FORGOT("ASHA@example.com"));
    assert_int_equal(status, 202);
    assert_null(FORGOT("nobody@example.com"));
    assert_int_equal(status, 202);
    assert_string_equal(fake.mails[1], "reset_password asha@example.com");
    assert_string_equal(fake.mails[2], "reset_password nobody@example.com");
    assert_int_equal(fake.charges, 2);
    expect_code(FORGOT("nobody"), &status, 422, "invalid_fields");
    fake.blocked_s = 9;
    expect_code(FORGOT("nobody@example.com"), &status, 429, "too_many_attempts");
    svc.conf.smtp_url = "";
    expect_code(FORGOT("asha@example.com"), &status, 503, "mail_off");
}

/* As the mailer does when it sends one. */
static void send_code(enum letter_kind purpose, char code[static CODE_SIZE])
{
    struct err err;
    struct mail_code sent = {.purpose = purpose, .email_key = "asha@example.com"};
    memcpy(sent.user_id, fake.accounts[0].account.user_id, UUID_SIZE);
    code_make(code, sent.hash);
    assert_true(mail_code_add(NULL, &sent, &err));
}

static json_t *reset_to(const char *code, const char *password, unsigned *status)
{
    scoped(str_drop) char *body =
        xasprintf("{\"code\":\"%s\",\"new_password\":\"%s\"}", code, password);
    return post(AUTH_API "/password/reset", body, status);
}

static void a_reset_ends_everything_and_works_once(void **state)
{
    (void)state;
    unsigned status;
    char code[CODE_SIZE];
    scoped(json_drop) json_t *a = sign_up();
    send_code(LETTER_RESET_PASSWORD, code);
    json_t *problem = reset_to(code, "asha@example.com", &status);
    assert_int_equal(json_array_size(json_object_get(problem, "errors")), 1);
    expect_code(problem, &status, 422, "invalid_fields");
    problem = reset_to("nonsense", "short", &status);
    assert_int_equal(json_array_size(json_object_get(problem, "errors")), 2);
    expect_code(problem, &status, 422, "invalid_fields");
    assert_null(reset_to(code, "seven bells", &status)); /* a refused try did not use it up */
    assert_int_equal(status, 204);
    assert_int_equal(fake.session_count, 0);
    expect_code(with_bearer("GET", AUTH_API "/sessions", a, &status), &status, 401,
                "token_revoked");
    assert_string_equal(fake.mails[fake.mail_count - 1], "password_changed asha@example.com");
    assert_true(fake.accounts[0].account.email_verified);
    expect_code(reset_to(code, "eight bells", &status), &status, 422, "invalid_fields");
    expect_code(post(AUTH_API "/login", LOGIN, &status), &status, 401, "invalid_credentials");
}

static void an_address_is_confirmed_by_its_own_code(void **state)
{
    (void)state;
    unsigned status;
    char wrong[CODE_SIZE], code[CODE_SIZE];
    scoped(json_drop) json_t *a = sign_up();
    send_code(LETTER_RESET_PASSWORD, wrong);
    send_code(LETTER_VERIFY_EMAIL, code);
    scoped(str_drop) char *bad = xasprintf("{\"code\":\"%s\"}", wrong);
    scoped(str_drop) char *good = xasprintf("{\"code\":\"%s\"}", code);
    expect_code(post(AUTH_API "/email/verify", bad, &status), &status, 422, "invalid_fields");
    assert_null(as(a, "POST", AUTH_API "/email/verify/resend", NULL, &status));
    assert_int_equal(status, 202);
    assert_null(post(AUTH_API "/email/verify", good, &status));
    assert_int_equal(status, 204);
    assert_true(fake.accounts[0].account.email_verified);
    expect_code(post(AUTH_API "/email/verify", good, &status), &status, 422, "invalid_fields");
    expect_code(as(a, "POST", AUTH_API "/email/verify/resend", NULL, &status), &status, 409,
                "nothing_to_verify");
}

static void a_deleted_account_can_be_had_back(void **state)
{
    (void)state;
    unsigned status;
    struct err err;
    bool found;
    svc.conf.delete_grace_s = 3600;
    scoped(json_drop) json_t *a = sign_up();
    expect_code(as(a, "DELETE", AUTH_API "/account", "{\"password\":\"x\"}", &status), &status, 422,
                "invalid_fields");
    expect_code(as(a, "DELETE", AUTH_API "/account", NULL, &status), &status, 400, "malformed");
    assert_int_equal(fake.session_count, 1);
    scoped(json_drop) json_t *told =
        as(a, "DELETE", AUTH_API "/account", "{\"password\":\"correct horse\"}", &status);
    assert_int_equal(status, 202);
    assert_true(json_is_string(json_object_get(told, "delete_at")));
    expect_code(with_bearer("GET", AUTH_API "/sessions", a, &status), &status, 401,
                "token_revoked");
    assert_true(deletion_step(&svc, &found, &err));
    assert_false(found); /* its time has not come */
    json_decref(post(AUTH_API "/login", LOGIN, &status));
    assert_int_equal(status, 200);
    assert_int_equal(fake.accounts[0].account.delete_at_us, 0);
    assert_string_equal(fake.audit[fake.audit_count - 2].action, "deletion_undone");
}

static void its_time_come_the_account_is_erased(void **state)
{
    (void)state;
    unsigned status;
    struct err err;
    bool found;
    svc.conf.delete_grace_s = 0;
    scoped(json_drop) json_t *a = sign_up();
    json_decref(as(a, "DELETE", AUTH_API "/account", "{\"password\":\"correct horse\"}", &status));
    assert_int_equal(status, 202);
    assert_true(deletion_step(&svc, &found, &err));
    assert_true(found);
    assert_string_equal(fake.events[fake.event_count - 1], "user.deleted");
    assert_string_equal(fake.audit[fake.audit_count - 1].action, "account_deleted");
    assert_string_equal(fake.audit[fake.audit_count - 1].actor_id, "");
    expect_code(post(AUTH_API "/login", LOGIN, &status), &status, 401, "invalid_credentials");
    assert_true(deletion_step(&svc, &found, &err));
    assert_false(found);
}

static const char *audited(size_t back)
{
    assert_true(fake.audit_count > back);
    return fake.audit[fake.audit_count - 1 - back].action;
}

static void what_happens_is_written_down(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *a = sign_up();
    assert_string_equal(audited(0), "signed_up");
    json_decref(post(AUTH_API "/login", LOGIN, &status));
    assert_string_equal(audited(0), "signed_in");
    json_decref(as(a, "PUT", AUTH_API "/password", CHANGE, &status));
    assert_string_equal(audited(0), "password_changed");
    json_decref(post(AUTH_API "/login", LOGIN, &status));
    assert_string_equal(audited(0), "sign_in_failed");
    assert_string_equal(fake.audit[fake.audit_count - 1].actor_id, "");
    json_decref(
        post(AUTH_API "/login", "{\"email\":\"no@example.com\",\"password\":\"x\"}", &status));
    assert_string_equal(fake.audit[fake.audit_count - 1].user_id, AUDIT_NOBODY);
    scoped(json_drop) json_t *list = with_bearer("GET", AUTH_API "/audit?limit=3", a, &status);
    assert_int_equal(status, 200);
    const json_t *data = json_object_get(list, "data");
    assert_int_equal(json_array_size(data), 3); /* not the one of nobody */
    const json_t *row = json_array_get(data, 1);
    assert_string_equal(json_string_value(json_object_get(row, "action")), "password_changed");
    assert_string_equal(json_string_value(json_object_get(row, "actor")), "self");
    assert_string_equal(json_string_value(json_object_get(row, "address")), "192.0.2.1");
    json_decref(with_bearer("DELETE", AUTH_API "/sessions", a, &status));
    assert_string_equal(audited(0), "sessions_ended");
    expect_code(with_bearer("GET", AUTH_API "/audit", a, &status), &status, 401, "token_revoked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_sessions_end_at_once),
        TEST(a_user_name_is_as_good_as_an_address),
        TEST(a_changed_password_keeps_this_session_only),
        TEST(a_wrong_old_password_changes_nothing),
        TEST(no_session_by_a_password_that_just_changed),
        TEST(forgotten_passwords_are_asked_for_alike),
        TEST(a_reset_ends_everything_and_works_once),
        TEST(an_address_is_confirmed_by_its_own_code),
        TEST(a_deleted_account_can_be_had_back),
        TEST(its_time_come_the_account_is_erased),
        TEST(what_happens_is_written_down),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
