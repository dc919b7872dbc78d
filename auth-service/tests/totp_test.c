/* The second factor: its arithmetic, and the way through the routes. */
#include "tests/route_fixture.h"

#include "base/timefmt.h"
#include "totp/factor.h"

/* Of RFC 6238, appendix B ("12345678901234567890"), the last six of its eight digits. */
#define RFC_SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static void codes_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        int64_t at_s;
        const char *code;
    } rows[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                {1234567890, "005924"}, {2000000000, "279037"}, {INT64_C(20000000000), "353130"}};
    char code[TOTP_DIGITS + 1];
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_true(totp_code(RFC_SECRET, rows[i].at_s / TOTP_STEP_S, code));
        assert_string_equal(code, rows[i].code);
    }
    assert_false(totp_code("GEZDGNBV", 1, code));
    assert_false(totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", 1, code));
}

static void a_step_beside_counts_no_further(void **state)
{
    (void)state;
    char code[TOTP_DIGITS + 1];
    int64_t step, now_s = 1234567890;
    for (int64_t off = -3; off <= 3; off++) {
        assert_true(totp_code(RFC_SECRET, now_s / TOTP_STEP_S + off, code));
        assert_int_equal(totp_matches(RFC_SECRET, code, now_s, &step), off >= -1 && off <= 1);
    }
    static const char *const bad[] = {"", "00592", "0059240", "00592a", "+05924", " 05924"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(totp_matches(RFC_SECRET, bad[i], now_s, &step));
}

static void secrets_and_recovery_codes_are_random_and_read_back(void **state)
{
    (void)state;
    char secret[TOTP_SECRET_SIZE], other[TOTP_SECRET_SIZE], code[RECOVERY_SIZE], uri[TOTP_URI_SIZE];
    unsigned char hash[RECOVERY_HASH_SIZE], read[RECOVERY_HASH_SIZE];
    totp_secret_make(secret);
    totp_secret_make(other);
    assert_int_equal(strlen(secret), 32);
    assert_string_not_equal(secret, other);
    assert_true(totp_code(secret, 1, code));
    totp_uri("a+b c@example.com", secret, uri);
    assert_non_null(strstr(uri, "otpauth://totp/Expenses%20Tracker:a%2Bb%20c@example.com?secret="));
    recovery_make(code, hash);
    assert_int_equal(strlen(code), 19);
    assert_true(recovery_hash(code, read));
    assert_memory_equal(hash, read, sizeof hash);
    for (char *at = code; *at != '\0'; at++)
        *at = (char)(*at == '-' ? ' ' : *at >= 'a' ? *at - 32 : *at);
    assert_true(recovery_hash(code, read));
    assert_memory_equal(hash, read, sizeof hash);
    assert_false(recovery_hash("aaaa-bbbb-cccc-ddd1", read));
    assert_false(recovery_hash("aaaa-bbbb-cccc-ddddd", read));
}

#define PASSWORD "{\"password\":\"correct horse\"}"

/* The code of now plus some steps; the caller's. */
static char *code_body(const json_t *begun, int64_t steps)
{
    char code[TOTP_DIGITS + 1];
    const char *secret = json_string_value(json_object_get(begun, "secret"));
    assert_true(totp_code(secret, time_now_us() / US_PER_S / TOTP_STEP_S + steps, code));
    return xasprintf("{\"code\":\"%s\"}", code);
}

static json_t *second(const json_t *asked, const char *code_text, unsigned *status)
{
    const char *token = json_string_value(json_object_get(asked, "challenge_token"));
    scoped(str_drop) char *body =
        xasprintf("{\"challenge_token\":\"%s\",\"code\":\"%s\"}", token, code_text);
    return post(AUTH_API "/login/totp", body, status);
}

/* A user with a factor turned on; *codes gets the recovery codes. The result of /totp. */
static json_t *enrolled(const json_t *tokens, json_t **codes)
{
    unsigned status;
    json_t *begun = as(tokens, "POST", AUTH_API "/totp", PASSWORD, &status);
    assert_int_equal(status, 200);
    scoped(str_drop) char *body = code_body(begun, -1);
    *codes = as(tokens, "POST", AUTH_API "/totp/confirm", body, &status);
    assert_int_equal(status, 200);
    return begun;
}

static void a_factor_begun_is_not_asked_for(void **state)
{
    (void)state;
    unsigned status;
    scoped(json_drop) json_t *a = sign_up();
    expect_code(as(a, "POST", AUTH_API "/totp", "{\"password\":\"x\"}", &status), &status, 422,
                "invalid_fields");
    json_decref(as(a, "POST", AUTH_API "/totp", PASSWORD, &status));
    assert_int_equal(status, 200);
    expect_code(as(a, "POST", AUTH_API "/totp/confirm", "{\"code\":\"000000x\"}", &status), &status,
                422, "invalid_fields");
    scoped(json_drop) json_t *in = post(AUTH_API "/login", LOGIN, &status);
    assert_non_null(json_object_get(in, "access_token"));
}

static void with_a_factor_login_has_two_steps(void **state)
{
    (void)state;
    unsigned status;
    json_t *codes;
    scoped(json_drop) json_t *a = sign_up();
    scoped(json_drop) json_t *begun = enrolled(a, &codes);
    assert_int_equal(json_array_size(json_object_get(codes, "recovery_codes")), RECOVERY_CODES);
    json_decref(codes);
    expect_code(as(a, "POST", AUTH_API "/totp", PASSWORD, &status), &status, 409, "totp_enabled");
    size_t sessions = fake.session_count;
    scoped(json_drop) json_t *asked = post(AUTH_API "/login", LOGIN, &status);
    assert_int_equal(status, 200);
    assert_true(json_is_true(json_object_get(asked, "totp_required")));
    assert_null(json_object_get(asked, "access_token"));
    assert_int_equal(fake.session_count, sessions);
    scoped(str_drop) char *used = code_body(begun, -1), *fresh = code_body(begun, 0);
    /* {"code":"123456"} */
    used[15] = fresh[15] = '\0';
    expect_code(second(asked, used + 9, &status), &status, 401,
                "totp_invalid"); /* of the enrolment */
    scoped(json_drop) json_t *in = second(asked, fresh + 9, &status);
    assert_int_equal(status, 200);
    assert_non_null(json_object_get(in, "access_token"));
    assert_int_equal(fake.refunds, 1);
    expect_code(second(asked, fresh + 9, &status), &status, 401, "challenge_invalid");
    scoped(json_drop) json_t *again = post(AUTH_API "/login", LOGIN, &status);
    expect_code(second(again, fresh + 9, &status), &status, 401, "totp_invalid"); /* a replay */
}

static void guesses_are_counted(void **state)
{
    (void)state;
    unsigned status;
    json_t *codes;
    scoped(json_drop) json_t *a = sign_up();
    json_decref(enrolled(a, &codes));
    json_decref(codes);
    scoped(json_drop) json_t *asked = post(AUTH_API "/login", LOGIN, &status);
    int charges = fake.charges;
    for (int i = 0; i < CHALLENGE_TRIES; i++)
        expect_code(second(asked, "aaaa-aaaa-aaaa-aaaa", &status), &status, 401, "totp_invalid");
    assert_int_equal(fake.charges, charges + CHALLENGE_TRIES);
    expect_code(second(asked, "000000", &status), &status, 401, "challenge_invalid");
    fake.blocked_s = 5;
    expect_code(second(asked, "000000", &status), &status, 429, "too_many_attempts");
}

static void a_recovery_code_works_once(void **state)
{
    (void)state;
    unsigned status;
    json_t *codes;
    scoped(json_drop) json_t *a = sign_up();
    json_decref(enrolled(a, &codes));
    scoped(str_drop) char *code =
        xstrdup(json_string_value(json_array_get(json_object_get(codes, "recovery_codes"), 3)));
    json_decref(codes);
    scoped(json_drop) json_t *asked = post(AUTH_API "/login", LOGIN, &status);
    scoped(json_drop) json_t *in = second(asked, code, &status);
    assert_int_equal(status, 200);
    assert_string_equal(fake.audit[fake.audit_count - 2].action, "recovery_code_used");
    scoped(json_drop) json_t *again = post(AUTH_API "/login", LOGIN, &status);
    expect_code(second(again, code, &status), &status, 401, "totp_invalid");
    scoped(json_drop) json_t *left = as(in, "GET", AUTH_API "/totp", NULL, &status);
    assert_int_equal(json_integer_value(json_object_get(left, "recovery_codes_left")), 9);
    json_decref(as(in, "DELETE", AUTH_API "/totp", PASSWORD, &status));
    assert_int_equal(status, 204);
    scoped(json_drop) json_t *plain = post(AUTH_API "/login", LOGIN, &status);
    assert_non_null(json_object_get(plain, "access_token"));
    expect_code(as(in, "DELETE", AUTH_API "/totp", PASSWORD, &status), &status, 404, "not_found");
}

static void a_changed_password_ends_a_login_half_way(void **state)
{
    (void)state;
    unsigned status;
    json_t *codes;
    scoped(json_drop) json_t *a = sign_up();
    scoped(json_drop) json_t *begun = enrolled(a, &codes);
    json_decref(codes);
    scoped(json_drop) json_t *asked = post(AUTH_API "/login", LOGIN, &status);
    json_decref(as(a, "PUT", AUTH_API "/password",
                   "{\"old_password\":\"correct horse\",\"new_password\":\"seven bells\"}",
                   &status));
    assert_int_equal(status, 204);
    scoped(str_drop) char *fresh = code_body(begun, 0);
    fresh[15] = '\0';
    expect_code(second(asked, fresh + 9, &status), &status, 401, "challenge_invalid");
}

/* The vault with another key; before NULL: none. */
static void give_key(const char *key, const char *before)
{
    struct err err;
    vault_close(&svc.vault);
    assert_true(vault_open(&(struct vault_conf){.name = "AUTH_KEY_ENCRYPTION_KEY",
                                                .key = key,
                                                .previous = before ? before : "",
                                                .file = ""},
                           &svc.vault, &err));
    svc.factors_sealed = false;
}

static void secrets_follow_the_key_that_seals_them(void **state)
{
    (void)state;
    unsigned status;
    json_t *codes;
    static const char *const keys[] = {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                                       "//////////////////////////////////////////8="};
    scoped(json_drop) json_t *a = sign_up();
    scoped(json_drop) json_t *begun = enrolled(a, &codes);
    json_decref(codes);
    const char *secret = json_string_value(json_object_get(begun, "secret"));
    assert_memory_equal(fake.totp.secret, secret, TOTP_SECRET_SIZE - 1); /* no key was set */
    for (size_t i = 0; i < LENGTH(keys); i++) {
        give_key(keys[i], i > 0 ? keys[i - 1] : NULL);
        factors_seal_anew(&svc);
        assert_true(svc.factors_sealed);
        assert_true(fake.totp.sealed);
        give_key(keys[i], NULL); /* the one before is not needed any more */
        assert_memory_not_equal(fake.totp.secret, secret, TOTP_SECRET_SIZE - 1);
        scoped(json_drop) json_t *asked = post(AUTH_API "/login", LOGIN, &status);
        scoped(str_drop) char *code = code_body(begun, (int64_t)i);
        code[15] = '\0';
        json_decref(second(asked, code + 9, &status));
        assert_int_equal(status, 200);
    }
    give_key(keys[0], NULL); /* lost: nobody is let in, and it is not called the person's fault */
    scoped(json_drop) json_t *asked = post(AUTH_API "/login", LOGIN, &status);
    expect_code(second(asked, "000000", &status), &status, 500, "internal");
    vault_close(&svc.vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(codes_are_those_of_the_standard),
        TEST(a_step_beside_counts_no_further),
        TEST(secrets_and_recovery_codes_are_random_and_read_back),
        TEST(a_factor_begun_is_not_asked_for),
        TEST(with_a_factor_login_has_two_steps),
        TEST(guesses_are_counted),
        TEST(a_recovery_code_works_once),
        TEST(secrets_follow_the_key_that_seals_them),
        TEST(a_changed_password_ends_a_login_half_way),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
