#include "identity/jwk.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json_util.h"
#include "base/mem.h"
#include "base/sha256.h"

enum { P256_BYTES = 32, RSA_MIN_BITS = 2048, RSA_MAX_BITS = 8192, RSA_MAX_BYTES = 1024 };

static void pkey_drop(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}
static void pkey_ctx_drop(EVP_PKEY_CTX **ctx)
{
    EVP_PKEY_CTX_free(*ctx);
}
static void bld_drop(OSSL_PARAM_BLD **bld)
{
    OSSL_PARAM_BLD_free(*bld);
}
static void params_drop(OSSL_PARAM **params)
{
    OSSL_PARAM_free(*params);
}
static void bn_drop(BIGNUM **bn)
{
    BN_free(*bn);
}
static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

void jwk_key_fini(struct jwk_key *key)
{
    free(key->pem);
    key->pem = NULL;
}

/* A base64url member as bytes; *len is at most cap. */
static bool member_bytes(const json_t *jwk, const char *name, unsigned char *out, size_t cap,
                         size_t *len, struct err *err)
{
    const json_t *value = json_object_get(jwk, name);
    if (!json_is_string(value) ||
        !base64url_decode(json_string_value(value), json_string_length(value), out, cap, len))
        return err_set(err, ERR_INVALID, "JWK member %s is not base64url", name);
    return true;
}

static bool key_from_params(const char *type, OSSL_PARAM_BLD *bld, EVP_PKEY **out, struct err *err)
{
    scoped(params_drop) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
    scoped(pkey_ctx_drop) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) <= 0 ||
        EVP_PKEY_fromdata(ctx, out, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        return err_set(err, ERR_INVALID, "JWK is not a usable %s key", type);
    return true;
}

/* OpenSSL refuses a point that is not on the curve while it decodes it. */
static bool ec_from_jwk(const json_t *jwk, EVP_PKEY **out, struct err *err)
{
    const char *crv = json_string_value(json_object_get(jwk, "crv"));
    unsigned char point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    size_t x_len, y_len;
    if (crv == NULL || strcmp(crv, "P-256") != 0)
        return err_set(err, ERR_INVALID, "JWK curve is not P-256");
    if (!member_bytes(jwk, "x", point + 1, P256_BYTES, &x_len, err) ||
        !member_bytes(jwk, "y", point + 1 + P256_BYTES, P256_BYTES, &y_len, err))
        return false;
    if (x_len != P256_BYTES || y_len != P256_BYTES)
        return err_set(err, ERR_INVALID, "JWK coordinates are not 32 bytes long");
    scoped(bld_drop) OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    if (bld == NULL ||
        !OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ||
        !OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
        panic("OSSL_PARAM_BLD");
    return key_from_params("EC", bld, out, err);
}

static bool rsa_from_jwk(const json_t *jwk, EVP_PKEY **out, struct err *err)
{
    unsigned char n[RSA_MAX_BYTES], e[8];
    size_t n_len, e_len;
    if (!member_bytes(jwk, "n", n, sizeof n, &n_len, err) ||
        !member_bytes(jwk, "e", e, sizeof e, &e_len, err))
        return false;
    scoped(bn_drop) BIGNUM *bn_n = BN_bin2bn(n, (int)n_len, NULL);
    scoped(bn_drop) BIGNUM *bn_e = BN_bin2bn(e, (int)e_len, NULL);
    if (bn_n == NULL || bn_e == NULL)
        panic("BN_bin2bn");
    if (BN_num_bits(bn_n) < RSA_MIN_BITS || !BN_is_odd(bn_e) || BN_num_bits(bn_e) < 2)
        return err_set(err, ERR_INVALID, "JWK is RSA below %d bits or with a bad exponent",
                       RSA_MIN_BITS);
    scoped(bld_drop) OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    if (bld == NULL || !OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn_n) ||
        !OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, bn_e))
        panic("OSSL_PARAM_BLD");
    return key_from_params("RSA", bld, out, err);
}

static char *public_pem(EVP_PKEY *key)
{
    scoped(bio_drop) BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    if (bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1)
        panic("PEM_write_bio_PUBKEY");
    long len = BIO_get_mem_data(bio, &data);
    return xstrndup(data, (size_t)len);
}

bool jwk_to_key(const json_t *jwk, struct jwk_key *out, struct err *err)
{
    *out = (struct jwk_key){0};
    const char *kty = json_string_value(json_object_get(jwk, "kty"));
    const char *kid = json_string_value(json_object_get(jwk, "kid"));
    const char *alg = json_string_value(json_object_get(jwk, "alg"));
    if (kid == NULL || kid[0] == '\0' || strlen(kid) >= sizeof out->kid)
        return err_set(err, ERR_INVALID, "JWK kid is missing or too long");
    if (kty == NULL || alg == NULL || json_object_get(jwk, "d") != NULL)
        return err_set(err, ERR_INVALID, "JWK is not a public key with kty and alg");
    scoped(pkey_drop) EVP_PKEY *key = NULL;
    if (strcmp(kty, "EC") == 0 && strcmp(alg, "ES256") == 0) {
        if (!ec_from_jwk(jwk, &key, err))
            return false;
    } else if (strcmp(kty, "RSA") == 0 && strcmp(alg, "RS256") == 0) {
        if (!rsa_from_jwk(jwk, &key, err))
            return false;
    } else {
        return err_set(err, ERR_INVALID, "JWK is neither EC with ES256 nor RSA with RS256");
    }
    memcpy(out->kid, kid, strlen(kid) + 1);
    memcpy(out->alg, alg, strlen(alg) + 1);
    out->pem = public_pem(key);
    return true;
}

/* A number of the key, base64url of big-endian bytes, left-padded to width (0: as long as it is).
 */
static json_t *number_member(EVP_PKEY *key, const char *param, size_t width)
{
    scoped(bn_drop) BIGNUM *bn = NULL;
    unsigned char bytes[RSA_MAX_BYTES];
    if (EVP_PKEY_get_bn_param(key, param, &bn) != 1)
        panic("key without %s", param);
    size_t len = width ? width : (size_t)BN_num_bytes(bn);
    if (len > sizeof bytes || BN_bn2binpad(bn, bytes, (int)len) < 0)
        panic("%s is too long", param);
    scoped(str_drop) char *text = base64url_encode(bytes, len);
    return json_string(text);
}

/* The required members in alphabetical order, which is also the input of the thumbprint. */
static bool members_of(EVP_PKEY *key, json_t **out, const char **alg, struct err *err)
{
    char group[32] = "";
    if (EVP_PKEY_is_a(key, "EC")) {
        if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                           NULL) != 1 ||
            strcmp(group, "prime256v1") != 0)
            return err_set(err, ERR_INVALID, "EC key is not on curve P-256");
        *alg = "ES256";
        *out = json_pack("{s:s, s:s, s:o, s:o}", "crv", "P-256", "kty", "EC", "x",
                         number_member(key, OSSL_PKEY_PARAM_EC_PUB_X, P256_BYTES), "y",
                         number_member(key, OSSL_PKEY_PARAM_EC_PUB_Y, P256_BYTES));
        return true;
    }
    if (!EVP_PKEY_is_a(key, "RSA"))
        return err_set(err, ERR_INVALID, "key is neither EC P-256 nor RSA");
    int bits = EVP_PKEY_get_bits(key);
    if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS)
        return err_set(err, ERR_INVALID, "RSA key of %d bits; 2048 to 8192 are taken", bits);
    *alg = "RS256";
    *out = json_pack("{s:o, s:s, s:o}", "e", number_member(key, OSSL_PKEY_PARAM_RSA_E, 0), "kty",
                     "RSA", "n", number_member(key, OSSL_PKEY_PARAM_RSA_N, 0));
    return true;
}

static json_t *thumbprint(const json_t *members)
{
    unsigned char digest[SHA256_SIZE];
    scoped(str_drop) char *canonical = json_dumps(members, JSON_COMPACT | JSON_SORT_KEYS);
    size_t len = canonical != NULL ? strlen(canonical) : 0;
    if (len == 0)
        panic("thumbprint");
    sha256(canonical, len, digest);
    scoped(str_drop) char *text = base64url_encode(digest, sizeof digest);
    return json_string(text);
}

bool jwk_from_pem(const char *pem, json_t **out, struct err *err)
{
    scoped(bio_drop) BIO *bio = BIO_new_mem_buf(pem, -1);
    if (bio == NULL)
        panic("BIO_new_mem_buf");
    /* An encrypted key would make OpenSSL ask on the terminal; the empty password fails it. */
    char no_password[] = "";
    bool private = strstr(pem, "PRIVATE KEY-----") != NULL;
    scoped(pkey_drop) EVP_PKEY *key = private
                                          ? PEM_read_bio_PrivateKey(bio, NULL, NULL, no_password)
                                          : PEM_read_bio_PUBKEY(bio, NULL, NULL, no_password);
    if (key == NULL)
        return err_set(err, ERR_INVALID, "not an unencrypted PEM key");
    const char *alg = NULL;
    json_t *jwk = NULL;
    if (!members_of(key, &jwk, &alg, err))
        return false;
    json_object_set_new(jwk, "kid", thumbprint(jwk));
    json_object_set_new(jwk, "alg", json_string(alg));
    json_object_set_new(jwk, "use", json_string("sig"));
    *out = jwk;
    return true;
}
