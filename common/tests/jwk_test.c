#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json_util.h"
#include "token_fixture.h"

static void round_trip(bool rsa, const char *alg)
{
    struct fixture_key made = fixture_key_new(rsa);
    struct jwk_key key;
    struct err err;
    assert_true(jwk_to_key(made.jwk, &key, &err));
    assert_string_equal(key.alg, alg);
    assert_string_equal(key.kid, fixture_kid(&made));
    assert_null(strstr(key.pem, "PRIVATE"));
    assert_null(json_object_get(made.jwk, "d"));
    scoped(json_drop) json_t *again = NULL;
    assert_true(jwk_from_pem(key.pem, &again, &err));
    assert_true(json_equal(again, made.jwk));
    jwk_key_fini(&key);
    fixture_key_fini(&made);
}

static void ec_survives_the_way_there_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) /* some coordinates begin with a zero byte */
        round_trip(false, "ES256");
}

static void rsa_survives_the_way_there_and_back(void **state)
{
    (void)state;
    round_trip(true, "RS256");
}

/* The example of RFC 7638, section 3.1. */
static void thumbprint_is_that_of_the_standard(void **state)
{
    (void)state;
    static const char n[] =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
        "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_"
        "RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO"
        "pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8a"
        "wapJzKnqDKgw";
    scoped(json_drop) json_t *jwk = json_pack("{s:s, s:s, s:s, s:s, s:s}", "kty", "RSA", "n", n,
                                              "e", "AQAB", "alg", "RS256", "kid", "2011-04-29");
    struct jwk_key key;
    struct err err;
    assert_true(jwk_to_key(jwk, &key, &err));
    scoped(json_drop) json_t *again = NULL;
    assert_true(jwk_from_pem(key.pem, &again, &err));
    assert_string_equal(json_string_value(json_object_get(again, "kid")),
                        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    jwk_key_fini(&key);
}

static void refuse(json_t *jwk)
{
    struct jwk_key key;
    struct err err;
    assert_false(jwk_to_key(jwk, &key, &err));
    assert_int_equal(err.code, ERR_INVALID);
    json_decref(jwk);
}

static json_t *changed(const json_t *jwk, const char *name, const char *value)
{
    json_t *copy = json_deep_copy(jwk);
    json_object_set_new(copy, name, json_string(value));
    return copy;
}

static void unusable_keys_are_refused(void **state)
{
    (void)state;
    struct fixture_key ec = fixture_key_new(false);
    refuse(json_object());
    refuse(json_array());
    refuse(changed(ec.jwk, "kid", ""));
    refuse(changed(ec.jwk, "alg", "HS256"));
    refuse(changed(ec.jwk, "alg", "RS256"));
    refuse(changed(ec.jwk, "kty", "oct"));
    refuse(changed(ec.jwk, "crv", "P-384"));
    refuse(changed(ec.jwk, "d", "AAAA"));
    refuse(changed(ec.jwk, "x", "AAAA"));
    /* Not on the curve. */
    refuse(changed(ec.jwk, "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    refuse(json_pack("{s:s, s:s, s:s, s:s, s:s}", "kty", "RSA", "alg", "RS256", "kid", "small", "n",
                     "wqfOoQ", "e", "AQAB"));
    fixture_key_fini(&ec);
    json_t *jwk = NULL;
    struct err err;
    assert_false(jwk_from_pem("nonsense", &jwk, &err));
}

static void base64url_is_strict(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},           {"f", "Zg"},
                                           {"fo", "Zm8"},      {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg"}, {"\xff\xef", "_-8"}};
    char out[16];
    size_t len;
    for (size_t i = 0; i < LENGTH(pairs); i++) {
        scoped(str_drop) char *text = base64url_encode(pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(text, pairs[i][1]);
        assert_true(base64url_decode(text, strlen(text), out, sizeof out, &len));
        assert_int_equal(len, strlen(pairs[i][0]));
        assert_memory_equal(out, pairs[i][0], len);
    }
    static const char *const bad[] = {"Z", "Zg==", "Zh", "Zm+v", "Zm9", "Zm 9"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(base64url_decode(bad[i], strlen(bad[i]), out, sizeof out, &len));
    assert_false(base64url_decode("Zm9v", 4, out, 2, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ec_survives_the_way_there_and_back),
        cmocka_unit_test(rsa_survives_the_way_there_and_back),
        cmocka_unit_test(thumbprint_is_that_of_the_standard),
        cmocka_unit_test(unusable_keys_are_refused),
        cmocka_unit_test(base64url_is_strict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
