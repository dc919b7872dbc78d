#include "keys/sign.h"

#include <errno.h>
#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "identity/jwk.h"

enum { RSA_BITS = 2048, PEM_MAX = 16384 };

void signing_key_fini(struct signing_key *key)
{
    secret_drop(&key->pem);
    json_decref(key->jwk);
    key->jwk = NULL;
}

bool signing_key_from_pem(const char *pem, struct signing_key *out, struct err *err)
{
    *out = (struct signing_key){.pem = NULL};
    if (strstr(pem, "PRIVATE KEY-----") == NULL)
        return err_set(err, ERR_INVALID, "the signing key is not a private key in PEM");
    if (!jwk_from_pem(pem, &out->jwk, err))
        return err_wrap(err, "signing key: ");
    out->pem = xstrdup(pem);
    snprintf(out->kid, sizeof out->kid, "%s", json_string_value(json_object_get(out->jwk, "kid")));
    snprintf(out->alg, sizeof out->alg, "%s", json_string_value(json_object_get(out->jwk, "alg")));
    return true;
}

bool signing_key_from_file(const char *path, struct signing_key *out, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return err_set(err, ERR_INVALID, "cannot open the signing key's file: %s", strerror(errno));
    scoped(secret_drop) char *pem = xcalloc(1, PEM_MAX + 1);
    setvbuf(file, NULL, _IONBF, 0); /* no copy of the secret stays in a buffer */
    size_t len = fread(pem, 1, PEM_MAX, file);
    fclose(file);
    pem[len] = '\0';
    return signing_key_from_pem(pem, out, err);
}

bool signing_key_make(const char *alg, struct signing_key *out, struct err *err)
{
    EVP_PKEY *key = strcmp(alg, "RS256") == 0 ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen("P-256");
    BIO *bio = BIO_new(BIO_s_secmem());
    char *data = NULL;
    if (key == NULL || bio == NULL ||
        PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        panic("OpenSSL makes no %s key", alg);
    long len = BIO_get_mem_data(bio, &data);
    scoped(secret_drop) char *pem = xstrndup(data, (size_t)len);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return signing_key_from_pem(pem, out, err);
}

static char *claims_text(const struct access_claims *claims)
{
    const struct account *account = claims->account;
    char token_id[UUID_SIZE];
    uuid_new(token_id);
    json_int_t now = claims->now_s;
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s*, s:s*}", "iss",
                             claims->issuer, "aud", claims->audience, "sub", account->user_id,
                             "sid", claims->session_id, "jti", token_id, "iat", now, "nbf", now,
                             "exp", now + (json_int_t)claims->life_s, "scope", claims->scope,
                             "email", account->email[0] ? account->email : NULL, "name",
                             account->name[0] ? account->name : NULL);
    char *text = json_text(json);
    json_decref(json);
    return text;
}

bool token_sign(const struct signing_key *key, const struct access_claims *claims, char **token,
                struct err *err)
{
    jwt_t *jwt = NULL;
    scoped(str_drop) char *text = claims_text(claims);
    *token = NULL;
    if (jwt_new(&jwt) == 0 && jwt_add_grants_json(jwt, text) == 0 &&
        jwt_add_header(jwt, "kid", key->kid) == 0 &&
        jwt_set_alg(jwt, jwt_str_alg(key->alg), (const unsigned char *)key->pem,
                    (int)strlen(key->pem)) == 0)
        *token = jwt_encode_str(jwt);
    jwt_free(jwt);
    return *token != NULL ? true : err_set(err, ERR_INTERNAL, "cannot sign with key %s", key->kid);
}
