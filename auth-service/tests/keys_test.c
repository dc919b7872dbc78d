#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "keys/keyring.h"
#include "keys/sign.h"
#include "tests/fake_store.h"

#define SEAL_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OTHER_SEAL_KEY "//////////////////////////////////////////8="
#define SESSION "0191d2a0-0000-7000-8000-000000000002"

static void signed_tokens_verify(void **state)
{
    (void)state;
    static const char *const algs[] = {"ES256", "RS256"};
    struct account account = {.email = "asha@example.com"};
    memcpy(account.user_id, SESSION, UUID_SIZE);
    int64_t now_s = time_now_us() / US_PER_S;
    for (size_t i = 0; i < LENGTH(algs); i++) {
        struct signing_key key;
        struct identity id;
        struct err err;
        char *token;
        assert_true(signing_key_make(algs[i], &key, &err));
        assert_string_equal(key.alg, algs[i]);
        struct verifier *verifier = verifier_new(&(struct verifier_conf){
            .issuer = "i", .audience = "a", .leeway_s = 5, .cache_slots = 64});
        assert_true(verifier_key_add(verifier, key.jwk, &err));
        struct access_claims claims = {.issuer = "i",
                                       .audience = "a",
                                       .session_id = SESSION,
                                       .scope = "expenses:read",
                                       .account = &account,
                                       .now_s = now_s,
                                       .life_s = 600};
        assert_true(token_sign(&key, &claims, &token, &err));
        assert_true(verifier_check(verifier, token, now_s, &id, &err));
        assert_string_equal(id.email, "asha@example.com");
        assert_string_equal(id.name, "");
        assert_int_equal(id.expires_at, now_s + 600);
        free(token);
        verifier_free(verifier);
        signing_key_fini(&key);
    }
}

enum { DAY_S = 86400 };
#define DAYS(n) ((n) * (DAY_S * US_PER_S))

static struct keyring *open_ring(const char *alg, const char *encryption_key, const char *previous)
{
    struct keyring *ring = NULL;
    struct err err;
    struct keyring_conf conf = {.alg = alg,
                                .vault = {.name = "AUTH_KEY_ENCRYPTION_KEY",
                                          .key = encryption_key,
                                          .previous = previous,
                                          .file = ""},
                                .file = "",
                                .rotate_us = DAYS(30),
                                .lead_us = DAYS(1),
                                .verify_us = DAYS(2)};
    return keyring_open(&conf, NULL, NULL, &ring, &err) ? ring : NULL;
}

/* Opens a ring on the fake database; its kid, or "" when it cannot. */
static void kid_with(const char *alg, const char *encryption_key, const char *previous,
                     char kid[static KEY_KID_SIZE])
{
    struct keyring *ring = open_ring(alg, encryption_key, previous);
    kid[0] = '\0';
    if (ring != NULL)
        keyring_kid(ring, kid);
    keyring_close(ring);
}

static int forget(void **state)
{
    (void)state;
    fake_reset();
    fake_forget_keys();
    return 0;
}

static void ring_keeps_its_key(void **state)
{
    (void)state;
    char made[KEY_KID_SIZE], again[KEY_KID_SIZE];
    kid_with("ES256", "", "", made);
    assert_int_equal(strlen(made), 43);
    assert_true(fake.event_count >= 1);
    assert_string_equal(fake.events[0], "key.published");
    kid_with("ES256", "", "", again);
    assert_string_equal(again, made);
    kid_with("ES256", SEAL_KEY, "", again); /* seals what was in clear */
    assert_string_equal(again, made);
    kid_with("ES256", "", "", again);
    assert_string_equal(again, "");
    kid_with("ES256", OTHER_SEAL_KEY, "", again);
    assert_string_equal(again, "");
    kid_with("ES256", "short", "", again);
    assert_string_equal(again, "");
    kid_with("HS256", SEAL_KEY, "", again);
    assert_string_equal(again, "");
    kid_with("ES256", SEAL_KEY, "", again);
    assert_string_equal(again, made);
}

static void the_encryption_key_changes(void **state)
{
    (void)state;
    char made[KEY_KID_SIZE], again[KEY_KID_SIZE];
    kid_with("ES256", SEAL_KEY, "", made);
    kid_with("ES256", OTHER_SEAL_KEY, SEAL_KEY, again); /* seals anew */
    assert_string_equal(again, made);
    kid_with("ES256", OTHER_SEAL_KEY, "", again);
    assert_string_equal(again, made);
    kid_with("ES256", SEAL_KEY, "", again);
    assert_string_equal(again, "");
}

static size_t public_count(struct keyring *ring)
{
    char etag[64];
    json_t *jwks = keyring_jwks(ring, etag);
    size_t count = json_array_size(json_object_get(jwks, "keys"));
    json_decref(jwks);
    return count;
}

static void tend(struct keyring *ring)
{
    struct err err;
    assert_true(keyring_tend(ring, NULL, NULL, &err));
}

static void key_is_published_signs_and_retires(void **state)
{
    (void)state;
    char first[KEY_KID_SIZE], kid[KEY_KID_SIZE];
    struct keyring *ring = open_ring("ES256", SEAL_KEY, "");
    keyring_kid(ring, first);
    fake_age_keys(DAYS(29)); /* a day before its time is over the next one is made */
    tend(ring);
    keyring_kid(ring, kid);
    assert_string_equal(kid, first);
    assert_int_equal(public_count(ring), 2);
    fake_age_keys(DAYS(1));
    tend(ring);
    keyring_kid(ring, kid);
    assert_string_not_equal(kid, first);
    assert_int_equal(public_count(ring), 2);
    fake_age_keys(DAYS(2)); /* all tokens of the first have expired */
    tend(ring);
    assert_int_equal(public_count(ring), 1);
    assert_string_equal(fake.events[fake.event_count - 1], "key.retired");
    keyring_close(ring);
}

static void another_algorithm_comes_by_rotation(void **state)
{
    (void)state;
    char first[KEY_KID_SIZE], kid[KEY_KID_SIZE];
    kid_with("ES256", SEAL_KEY, "", first);
    struct keyring *ring = open_ring("RS256", SEAL_KEY, "");
    keyring_kid(ring, kid);
    assert_string_equal(kid, first); /* published, not signing yet */
    assert_int_equal(public_count(ring), 2);
    keyring_close(ring);
}

static int quiet(void **state)
{
    (void)state;
    log_init("test", LOG_ERROR);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signed_tokens_verify),
        cmocka_unit_test_setup(ring_keeps_its_key, forget),
        cmocka_unit_test_setup(the_encryption_key_changes, forget),
        cmocka_unit_test_setup(key_is_published_signs_and_retires, forget),
        cmocka_unit_test_setup(another_algorithm_comes_by_rotation, forget),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
