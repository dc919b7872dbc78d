#include "keys/sign.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json_util.h"
#include "base/mem.h"
#include "identity/jwk.h"
#include "secrets/secret_file.h"

/* SIGNATURE_MAX: RSA of 8192 bits. */
enum { RSA_BITS = 2048, PEM_MAX = 16384, ES256_BYTES = 64, SIGNATURE_MAX = 1024 };

void signing_key_fini(struct signing_key *key)
{
    secret_drop(&key->pem);
    EVP_PKEY_free(key->pkey);
    key->pkey = NULL;
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
    BIO *bio = BIO_new_mem_buf(pem, -1);
    out->pkey = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    if (out->pkey == NULL) {
        signing_key_fini(out);
        return err_set(err, ERR_INVALID, "the signing key cannot be read");
    }
    out->pem = xstrdup(pem);
    snprintf(out->kid, sizeof out->kid, "%s", json_string_value(json_object_get(out->jwk, "kid")));
    snprintf(out->alg, sizeof out->alg, "%s", json_string_value(json_object_get(out->jwk, "alg")));
    return true;
}

bool signing_key_from_file(const char *path, struct signing_key *out, struct err *err)
{
    scoped(secret_drop) char *pem = xcalloc(1, PEM_MAX + 1);
    return secret_file_read(path, "cannot open the signing key's file", pem, PEM_MAX + 1, err) &&
           signing_key_from_pem(pem, out, err);
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

/* r and s in fixed width, as JWS has them (RFC 7518, 3.4), of a signature in DER. */
static bool to_raw(const unsigned char *der, size_t len, unsigned char out[ES256_BYTES])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
    bool ok = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, ES256_BYTES / 2) > 0 &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + ES256_BYTES / 2, ES256_BYTES / 2) > 0;
    ECDSA_SIG_free(pair);
    return ok;
}

static char *signature_of(const struct signing_key *key, const char *text)
{
    unsigned char bytes[SIGNATURE_MAX], raw[ES256_BYTES];
    size_t len = sizeof bytes;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL &&
              EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL) == 1 &&
              EVP_DigestSign(ctx, bytes, &len, (const unsigned char *)text, strlen(text)) == 1;
    EVP_MD_CTX_free(ctx);
    if (ok && strcmp(key->alg, "ES256") == 0)
        return to_raw(bytes, len, raw) ? base64url_encode(raw, sizeof raw) : NULL;
    return ok ? base64url_encode(bytes, len) : NULL;
}

bool token_sign(const struct signing_key *key, const struct access_claims *claims, char **token,
                struct err *err)
{
    /* alg and kid are ours: nothing in them needs an escape. */
    scoped(str_drop) char *header =
        xasprintf("{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", key->alg, key->kid);
    scoped(str_drop) char *text = claims_text(claims);
    scoped(str_drop) char *first = base64url_encode(header, strlen(header));
    scoped(str_drop) char *second = base64url_encode(text, strlen(text));
    scoped(str_drop) char *signed_part = xasprintf("%s.%s", first, second);
    scoped(str_drop) char *signature = signature_of(key, signed_part);
    *token = signature != NULL ? xasprintf("%s.%s", signed_part, signature) : NULL;
    return *token != NULL ? true : err_set(err, ERR_INTERNAL, "cannot sign with key %s", key->kid);
}
