#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "identity/watch.h"
#include "token_fixture.h"

enum { NOW = 1774115380, LEEWAY = 5 };

static struct fixture_key ec, ec2, rsa;
static struct verifier *verifier; /* knows ec and rsa, not ec2 */

static int make_keys(void **state)
{
    (void)state;
    log_init("test", LOG_ERROR);
    ec = fixture_key_new(false);
    ec2 = fixture_key_new(false);
    rsa = fixture_key_new(true);
    return 0;
}

static int drop_keys(void **state)
{
    (void)state;
    fixture_key_fini(&ec);
    fixture_key_fini(&ec2);
    fixture_key_fini(&rsa);
    return 0;
}

static struct verifier *new_verifier(void)
{
    return verifier_new(&(struct verifier_conf){.issuer = FIXTURE_ISSUER,
                                                .audience = FIXTURE_AUDIENCE,
                                                .leeway_s = LEEWAY,
                                                .cache_slots = 64});
}

static int set_up(void **state)
{
    (void)state;
    struct err err;
    verifier = new_verifier();
    assert_true(verifier_key_add(verifier, ec.jwk, &err));
    assert_true(verifier_key_add(verifier, rsa.jwk, &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    verifier_free(verifier);
    return 0;
}

static char *sign_ec(json_t *claims)
{
    return fixture_sign(claims, JWT_ALG_ES256, ec.private_pem, fixture_kid(&ec));
}

/* NULL when the token is good, else the code's name. Frees token. */
static const char *outcome_of(char *token, int64_t now_s)
{
    static struct err err;
    struct identity id;
    bool ok = verifier_check(verifier, token, now_s, &id, &err);
    free(token);
    if (ok)
        return "good";
    assert_true(err.code == ERR_UNAUTHORIZED || err.code == ERR_UNAVAILABLE);
    return err.name;
}

static json_t *claims_with(const char *name, json_t *value)
{
    json_t *claims = fixture_claims(NOW);
    if (value == NULL)
        json_object_del(claims, name);
    else
        json_object_set_new(claims, name, value);
    return claims;
}

static void good_token_says_who(void **state)
{
    (void)state;
    struct identity id;
    struct err err;
    scoped(str_drop) char *token = sign_ec(fixture_claims(NOW));
    for (int i = 0; i < 2; i++) { /* verified, then remembered */
        memset(&id, 0, sizeof id);
        assert_true(verifier_check(verifier, token, NOW, &id, &err));
        assert_string_equal(id.user_id, FIXTURE_USER);
        assert_string_equal(id.session_id, FIXTURE_SESSION);
        assert_string_equal(id.token_id, FIXTURE_TOKEN);
        assert_string_equal(id.email, "asha@example.com");
        assert_string_equal(id.name, "Asha");
        assert_int_equal(id.issued_at, NOW);
        assert_int_equal(id.expires_at, NOW + 600);
        assert_true(identity_has_scope(&id, "expenses:write"));
        assert_false(identity_has_scope(&id, "expenses"));
        assert_false(identity_has_scope(&id, ""));
    }
    char *by_rsa =
        fixture_sign(fixture_claims(NOW), JWT_ALG_RS256, rsa.private_pem, fixture_kid(&rsa));
    assert_string_equal(outcome_of(by_rsa, NOW), "good");
}

static void absent_or_no_jwt(void **state)
{
    (void)state;
    struct identity id;
    struct err err;
    assert_false(verifier_check(verifier, NULL, NOW, &id, &err));
    assert_string_equal(err.name, "token_missing");
    assert_string_equal(outcome_of(xstrdup(""), NOW), "token_missing");
    static const char *const bad[] = {"x",       "a.b",        "a.b.c",   "..",
                                      "e30.e30", "!!.e30.e30", "W10.e30."};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_string_equal(outcome_of(xstrdup(bad[i]), NOW), "token_malformed");
    char *endless = xmalloc(100001);
    memset(endless, 'a', 100000);
    endless[100000] = '\0';
    assert_string_equal(outcome_of(endless, NOW), "token_malformed");
}

static void times_are_checked(void **state)
{
    (void)state;
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW)), NOW + 600 + LEEWAY - 1), "good");
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW)), NOW + 600 + LEEWAY),
                        "token_expired");
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW + LEEWAY)), NOW), "good");
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW + LEEWAY + 1)), NOW),
                        "token_invalid");
    assert_string_equal(
        outcome_of(sign_ec(claims_with("nbf", json_integer(NOW + LEEWAY + 1))), NOW),
        "token_invalid");
    assert_string_equal(
        outcome_of(sign_ec(claims_with("exp", json_integer(NOW + TOKEN_LIFE_MAX_S + 1))), NOW),
        "token_invalid");
    assert_string_equal(outcome_of(sign_ec(claims_with("nbf", json_string("soon"))), NOW),
                        "token_invalid");
    assert_string_equal(outcome_of(sign_ec(claims_with("exp", json_string("9999999999"))), NOW),
                        "token_invalid");
    assert_string_equal(outcome_of(sign_ec(claims_with("nbf", NULL)), NOW), "good");
}

static void every_claim_is_needed(void **state)
{
    (void)state;
    static const char *const needed[] = {"iss", "aud", "sub", "sid", "jti", "iat", "exp"};
    for (size_t i = 0; i < LENGTH(needed); i++)
        assert_string_equal(outcome_of(sign_ec(claims_with(needed[i], NULL)), NOW),
                            "token_invalid");
    assert_string_equal(outcome_of(sign_ec(claims_with("iss", json_string("https://else"))), NOW),
                        "token_invalid");
    assert_string_equal(outcome_of(sign_ec(claims_with("aud", json_string("other"))), NOW),
                        "token_invalid");
    assert_string_equal(outcome_of(sign_ec(claims_with("sub", json_string("asha"))), NOW),
                        "token_invalid");
    assert_string_equal(
        outcome_of(sign_ec(claims_with("aud", json_pack("[s, s]", "other", FIXTURE_AUDIENCE))),
                   NOW),
        "good");
    assert_string_equal(outcome_of(sign_ec(claims_with("aud", json_pack("[s]", "other"))), NOW),
                        "token_invalid");
    char longer[300];
    memset(longer, 'n', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_string_equal(outcome_of(sign_ec(claims_with("name", json_string(longer))), NOW),
                        "token_invalid");
}

/* header.claims. with the given header, unsigned. */
static char *unsigned_token(const char *header)
{
    scoped(json_drop) json_t *claims = fixture_claims(NOW);
    scoped(str_drop) char *text = json_text(claims);
    scoped(str_drop) char *first = base64url_encode(header, strlen(header));
    scoped(str_drop) char *second = base64url_encode(text, strlen(text));
    return xasprintf("%s.%s.", first, second);
}

static void algorithm_is_the_key_s(void **state)
{
    (void)state;
    scoped(str_drop) char *none = xasprintf("{\"alg\":\"none\",\"kid\":\"%s\"}", fixture_kid(&ec));
    assert_string_equal(outcome_of(unsigned_token("{\"alg\":\"none\"}"), NOW), "token_invalid");
    assert_string_equal(outcome_of(unsigned_token(none), NOW), "token_invalid");
    assert_string_equal(outcome_of(unsigned_token("{\"kid\":\"x\"}"), NOW), "token_invalid");

    /* Signed with HS256 under the text of a public key: libjwt alone would take it. */
    struct jwk_key public;
    struct err err;
    const struct fixture_key *keys[] = {&ec, &rsa};
    for (size_t i = 0; i < LENGTH(keys); i++) {
        assert_true(jwk_to_key(keys[i]->jwk, &public, &err));
        char *forged =
            fixture_sign(fixture_claims(NOW), JWT_ALG_HS256, public.pem, fixture_kid(keys[i]));
        jwt_t *jwt = NULL;
        assert_int_equal(
            jwt_decode(&jwt, forged, (const unsigned char *)public.pem, (int)strlen(public.pem)),
            0);
        jwt_free(jwt);
        assert_string_equal(outcome_of(forged, NOW), "token_invalid");
        jwk_key_fini(&public);
    }
    /* A known key under another key's id. */
    assert_string_equal(outcome_of(fixture_sign(fixture_claims(NOW), JWT_ALG_ES256, ec.private_pem,
                                                fixture_kid(&rsa)),
                                   NOW),
                        "token_invalid");
}

static void foreign_keys_are_refused(void **state)
{
    (void)state;
    struct fixture_key *other = &ec2;
    assert_string_equal(outcome_of(fixture_sign(fixture_claims(NOW), JWT_ALG_ES256,
                                                other->private_pem, fixture_kid(other)),
                                   NOW),
                        "token_invalid");
    assert_string_equal(outcome_of(fixture_sign(fixture_claims(NOW), JWT_ALG_ES256,
                                                other->private_pem, fixture_kid(&ec)),
                                   NOW),
                        "token_invalid");
    assert_string_equal(
        outcome_of(fixture_sign(fixture_claims(NOW), JWT_ALG_ES256, ec.private_pem, NULL), NOW),
        "token_invalid");
}

static void every_changed_byte_is_noticed(void **state)
{
    (void)state;
    scoped(str_drop) char *token = sign_ec(fixture_claims(NOW));
    struct identity id;
    struct err err;
    size_t len = strlen(token);
    for (size_t i = 0; i < len; i += 7) {
        scoped(str_drop) char *bent = xstrdup(token);
        bent[i] = bent[i] == 'A' ? 'B' : 'A';
        assert_false(verifier_check(verifier, bent, NOW, &id, &err));
    }
}

/* The last character of an ES256 signature carries two bits; libjwt does not look at the others. */
static void a_token_has_one_text(void **state)
{
    (void)state;
    char *token = sign_ec(fixture_claims(NOW));
    token[strlen(token) - 1]++;
    assert_string_equal(outcome_of(token, NOW), "token_invalid");
}

static void remembered_token_still_expires_and_ends(void **state)
{
    (void)state;
    scoped(str_drop) char *token = sign_ec(fixture_claims(NOW));
    assert_string_equal(outcome_of(xstrdup(token), NOW), "good");
    assert_string_equal(outcome_of(xstrdup(token), NOW + 700), "token_expired");
    assert_string_equal(outcome_of(xstrdup(token), NOW), "good");
    verifier_revoke(verifier, FIXTURE_USER, FIXTURE_SESSION, NOW, NOW + 600);
    assert_string_equal(outcome_of(xstrdup(token), NOW), "token_revoked");
}

static void revocation_by_user_and_time(void **state)
{
    (void)state;
    verifier_revoke(verifier, FIXTURE_USER, NULL, NOW - 1, NOW + 600);
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW - 1)), NOW), "token_revoked");
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW)), NOW), "good");
    for (int i = 0; i < 500; i++) { /* past the first size of the table */
        char id[UUID_SIZE];
        uuid_new(id);
        verifier_revoke(verifier, FIXTURE_USER, id, NOW, NOW + 100);
    }
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW - 1)), NOW), "token_revoked");
    verifier_purge(verifier, NOW + 601);
    assert_string_equal(outcome_of(sign_ec(fixture_claims(NOW - 1)), NOW), "good");
}

static void dropped_key_is_forgotten_at_once(void **state)
{
    (void)state;
    scoped(str_drop) char *token = sign_ec(fixture_claims(NOW));
    assert_string_equal(outcome_of(xstrdup(token), NOW), "good");
    verifier_key_drop(verifier, fixture_kid(&ec));
    assert_string_equal(outcome_of(xstrdup(token), NOW), "token_invalid");
    verifier_key_drop(verifier, fixture_kid(&rsa));
    assert_int_equal(verifier_key_count(verifier), 0);
    assert_string_equal(outcome_of(xstrdup(token), NOW), "keys_unknown");
    assert_string_equal(outcome_of(unsigned_token("{\"alg\":\"none\"}"), NOW), "token_invalid");
}

static void full_cache_goes_on(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        char id[UUID_SIZE];
        uuid_new(id);
        scoped(str_drop) char *token = sign_ec(claims_with("jti", json_string(id)));
        struct identity got;
        struct err err;
        for (int n = 0; n < 2; n++) {
            assert_true(verifier_check(verifier, token, NOW, &got, &err));
            assert_string_equal(got.token_id, id);
        }
    }
}

static void apply(const char *type, json_t *data)
{
    struct event ev = {.type = type, .data = data};
    watch_apply(verifier, &ev);
    json_decref(data);
}

static void events_feed_the_verifier(void **state)
{
    (void)state;
    int64_t now_s = time_now_us() / US_PER_S;
    char now_text[TIMEFMT_SIZE];
    timefmt_format(now_s * US_PER_S, now_text);
    const char *kid = fixture_kid(&ec2);
    scoped(str_drop) char *token =
        fixture_sign(fixture_claims(now_s), JWT_ALG_ES256, ec2.private_pem, kid);
    apply(EVENT_KEY_PUBLISHED, json_pack("{s:s, s:O}", "kid", kid, "jwk", ec2.jwk));
    assert_string_equal(outcome_of(xstrdup(token), now_s), "good");
    apply("user.updated", json_pack("{s:s}", "user_id", FIXTURE_USER));
    apply(EVENT_SESSION_REVOKED, json_pack("{s:s}", "user_id", FIXTURE_USER));
    apply(EVENT_KEY_PUBLISHED, json_object());
    assert_string_equal(outcome_of(xstrdup(token), now_s), "good");
    apply(EVENT_SESSION_REVOKED, json_pack("{s:s, s:s, s:s}", "user_id", FIXTURE_USER, "session_id",
                                           FIXTURE_SESSION, "not_after", now_text));
    assert_string_equal(outcome_of(xstrdup(token), now_s), "token_revoked");
    apply(EVENT_KEY_RETIRED, json_pack("{s:s}", "kid", kid));
    assert_string_equal(outcome_of(xstrdup(token), now_s), "token_invalid");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(good_token_says_who),
        TEST(absent_or_no_jwt),
        TEST(times_are_checked),
        TEST(every_claim_is_needed),
        TEST(algorithm_is_the_key_s),
        TEST(foreign_keys_are_refused),
        TEST(every_changed_byte_is_noticed),
        TEST(a_token_has_one_text),
        TEST(remembered_token_still_expires_and_ends),
        TEST(revocation_by_user_and_time),
        TEST(dropped_key_is_forgotten_at_once),
        TEST(full_cache_goes_on),
        TEST(events_feed_the_verifier),
    };
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
