/* token_fixture - keys and tokens for tests and benchmarks, made afresh in each run. */
#pragma once
#include <jansson.h>
#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"
#include "identity/jwk.h"
#include "identity/verify.h"

#define FIXTURE_USER "0191d2a0-0000-7000-8000-000000000001"
#define FIXTURE_SESSION "0191d2a0-0000-7000-8000-000000000002"
#define FIXTURE_TOKEN "0191d2a0-0000-7000-8000-000000000003"
#define FIXTURE_ISSUER "https://issuer.example"
#define FIXTURE_AUDIENCE "expenses"

struct fixture_key {
    char *private_pem;
    json_t *jwk;
};

static inline struct fixture_key fixture_key_new(bool rsa)
{
    EVP_PKEY *key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    struct fixture_key made = {0};
    struct err err;
    if (key == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        panic("no key");
    long len = BIO_get_mem_data(bio, &data);
    made.private_pem = xstrndup(data, (size_t)len);
    if (!jwk_from_pem(made.private_pem, &made.jwk, &err))
        panic("%s", err.text);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return made;
}

static inline void fixture_key_fini(struct fixture_key *key)
{
    free(key->private_pem);
    json_decref(key->jwk);
}

/* Valid from now for ten minutes; tests change what they want to see refused. */
static inline json_t *fixture_claims(int64_t now_s)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:s}", "iss",
                     FIXTURE_ISSUER, "aud", FIXTURE_AUDIENCE, "sub", FIXTURE_USER, "sid",
                     FIXTURE_SESSION, "jti", FIXTURE_TOKEN, "iat", (json_int_t)now_s, "nbf",
                     (json_int_t)now_s, "exp", (json_int_t)now_s + 600, "scope",
                     "expenses:read expenses:write", "email", "asha@example.com", "name", "Asha");
}

/* Takes claims. key is what jwt_set_alg is given: a PEM, or bytes for HS256. */
static inline char *fixture_sign(json_t *claims, jwt_alg_t alg, const char *key, const char *kid)
{
    jwt_t *jwt = NULL;
    char *text = json_dumps(claims, JSON_COMPACT);
    if (jwt_new(&jwt) != 0 || jwt_add_grants_json(jwt, text) != 0 ||
        (kid != NULL && jwt_add_header(jwt, "kid", kid) != 0) ||
        jwt_set_alg(jwt, alg, (const unsigned char *)key, (int)strlen(key)) != 0)
        panic("libjwt");
    char *token = jwt_encode_str(jwt);
    if (token == NULL)
        panic("libjwt");
    jwt_free(jwt);
    free(text);
    json_decref(claims);
    return token;
}

static inline const char *fixture_kid(const struct fixture_key *key)
{
    return json_string_value(json_object_get(key->jwk, "kid"));
}
