/* Whole requests through router and handlers, with the rows in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth.h"
#include "base/log.h"
#include "http/call_fake.h"
#include "keys/keyring.h"
#include "tests/fake_store.h"

static const struct service_conf common = {.jwt_issuer = "https://issuer.example",
                                           .jwt_audience = "expenses"};
static struct svc svc;
static struct call_conf conf;

static int start(void **state)
{
    (void)state;
    struct err err;
    log_init("test", LOG_ERROR);
    svc.conf = (struct auth_conf){.access_ttl_s = 600,
                                  .refresh_ttl_s = 3600,
                                  .refresh_grace_s = 10,
                                  .hash_lanes = 1,
                                  .hash_memory_kib = 1024,
                                  .hash_passes = 1,
                                  .key_encryption_key = "",
                                  .key_encryption_key_file = "",
                                  .key_encryption_key_previous = "",
                                  .mail_from = "",
                                  .public_url = "",
                                  .smtp_url = "",
                                  .smtp_user = "",
                                  .smtp_password = "",
                                  .signing_alg = "ES256",
                                  .signing_key_file = "",
                                  .throttle_pair = 5,
                                  .throttle_account = 50,
                                  .throttle_address = 100};
    svc.base.conf = &common;
    svc.base.verifier = verifier_new(&(struct verifier_conf){.issuer = common.jwt_issuer,
                                                             .audience = common.jwt_audience,
                                                             .leeway_s = 5,
                                                             .cache_slots = 64});
    assert_true(auth_prepare(&svc, &err));
    conf = (struct call_conf){.router = router_new(auth_routes, auth_route_count),
                              .verifier = svc.base.verifier,
                              .svc = &svc};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    auth_close(&svc);
    verifier_free(svc.base.verifier);
    router_free((struct router *)(uintptr_t)conf.router);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    fake_reset();
    svc.conf.smtp_url = "smtp://127.0.0.1:1"; /* mails are queued, and no thread sends them */
    return 0;
}

/* Sends the request; *status gets its status; the parsed answer is the caller's (NULL: no body). */
static json_t *send_with(const char *method, const char *path, const char *const headers[],
                         const char *body, unsigned *status)
{
    struct call *call = call_fake(&conf, method, path, headers, body);
    json_t *json =
        call->answer.len > 0 ? json_loadb(call->answer.body, call->answer.len, 0, NULL) : NULL;
    *status = call->answer.status;
    call_free(call);
    return json;
}

static json_t *post(const char *path, const char *body, unsigned *status)
{
    scoped(str_drop) char *len = xasprintf("%zu", strlen(body));
    const char *headers[] = {"Content-Type", "application/json", "Content-Length", len, NULL};
    return send_with("POST", path, headers, body, status);
}

/* body NULL: none. */
static json_t *as(const json_t *tokens, const char *method, const char *path, const char *body,
                  unsigned *status)
{
    scoped(str_drop) char *bearer =
        xasprintf("Bearer %s", json_string_value(json_object_get(tokens, "access_token")));
    scoped(str_drop) char *len = xasprintf("%zu", body ? strlen(body) : 0);
    const char *headers[] = {
        "Authorization", bearer, "Content-Type", "application/json", "Content-Length", len, NULL};
    if (body == NULL)
        headers[2] = NULL;
    return send_with(method, path, headers, body, status);
}

static json_t *with_bearer(const char *method, const char *path, const json_t *tokens,
                           unsigned *status)
{
    return as(tokens, method, path, NULL, status);
}

/* got points to where the call that made problem put its status: arguments have no order. */
static void expect_code(json_t *problem, const unsigned *got, unsigned want, const char *code)
{
    assert_int_equal(*got, want);
    assert_string_equal(json_string_value(json_object_get(problem, "code")), code);
    json_decref(problem);
}

#define SIGNUP "{\"email\":\"asha@example.com\",\"password\":\"correct horse\",\"name\":\"Asha\"}"
#define LOGIN "{\"email\":\"ASHA@example.com\",\"password\":\"correct horse\"}"

static json_t *sign_up(void)
{
    unsigned status;
    json_t *tokens = post(AUTH_API "/signup", SIGNUP, &status);
    assert_int_equal(status, 201);
    return tokens;
}

static json_t *refresh(const json_t *tokens, unsigned *status)
{
    scoped(str_drop) char *body = xasprintf(
        "{\"refresh_token\":\"%s\"}", json_string_value(json_object_get(tokens, "refresh_token")));
    return post(AUTH_API "/token/refresh", body, status);
}

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

#define TEST(fn) cmocka_unit_test_setup(fn, fresh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(signup_gives_everything_and_tells_everyone),
        TEST(bad_bodies_are_refused),
        TEST(lost_signup_answer_is_given_again),
        TEST(login_is_the_same_for_nobody_and_wrong_password),
        TEST(cheap_hash_is_raised_at_login),
        TEST(refresh_rotates_and_reuse_ends),
        TEST(logout_by_either_token),
        TEST(sessions_are_one_s_own),
        TEST(all_sessions_end_at_once),
        TEST(a_user_name_is_as_good_as_an_address),
        TEST(a_changed_password_keeps_this_session_only),
        TEST(a_wrong_old_password_changes_nothing),
        TEST(no_session_by_a_password_that_just_changed),
        TEST(forgotten_passwords_are_asked_for_alike),
        TEST(a_reset_ends_everything_and_works_once),
        TEST(an_address_is_confirmed_by_its_own_code),
        TEST(what_happens_is_written_down),
        TEST(keys_are_public),
        TEST(database_down_is_503),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
