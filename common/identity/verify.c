#include "identity/verify.h"

#include <errno.h>
#include <jwt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json_util.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "identity/denylist.h"
#include "identity/jwk.h"
#include "identity/token_cache.h"

/* SIGNATURE_MAX: RSA of 8192 bits. */
enum { KEYS_MAX = 32, TOKEN_MAX = 4096, HEADER_MAX = 512, SIGNATURE_MAX = 1024 };
/* A purge walks the whole deny-list, so it is done at most this often. */
enum { PURGE_EVERY_S = 10 };

struct verifier {
    char *issuer, *audience;
    int leeway_s;
    struct token_cache *cache;
    struct denylist *denied;
    _Atomic int64_t purged_at;
    pthread_rwlock_t lock; /* guards keys, key_count */
    struct jwk_key keys[KEYS_MAX];
    size_t key_count;
};

struct verifier *verifier_new(const struct verifier_conf *conf)
{
    struct verifier *verifier = xcalloc(1, sizeof *verifier);
    verifier->issuer = xstrdup(conf->issuer);
    verifier->audience = xstrdup(conf->audience);
    verifier->leeway_s = conf->leeway_s;
    verifier->cache = token_cache_new(conf->cache_slots);
    verifier->denied = denylist_new();
    pthread_rwlock_init(&verifier->lock, NULL);
    return verifier;
}

void verifier_free(struct verifier *verifier)
{
    if (verifier == NULL)
        return;
    for (size_t i = 0; i < verifier->key_count; i++)
        jwk_key_fini(&verifier->keys[i]);
    pthread_rwlock_destroy(&verifier->lock);
    denylist_free(verifier->denied);
    token_cache_free(verifier->cache);
    free(verifier->audience);
    free(verifier->issuer);
    free(verifier);
}

/* With the lock held; KEYS_MAX when absent. */
static size_t key_index(const struct verifier *verifier, const char *kid)
{
    for (size_t i = 0; i < verifier->key_count; i++)
        if (strcmp(verifier->keys[i].kid, kid) == 0)
            return i;
    return KEYS_MAX;
}

bool verifier_key_add(struct verifier *verifier, const json_t *jwk, struct err *err)
{
    struct jwk_key key;
    if (!jwk_to_key(jwk, &key, err))
        return false;
    bool replaced = false, full = false;
    pthread_rwlock_wrlock(&verifier->lock);
    size_t at = key_index(verifier, key.kid);
    if (at < KEYS_MAX) {
        replaced = strcmp(verifier->keys[at].pem, key.pem) != 0;
        jwk_key_fini(&verifier->keys[at]);
        verifier->keys[at] = key;
    } else if (verifier->key_count < KEYS_MAX) {
        verifier->keys[verifier->key_count++] = key;
    } else {
        full = true;
    }
    pthread_rwlock_unlock(&verifier->lock);
    if (full) {
        jwk_key_fini(&key);
        return err_set(err, ERR_INVALID, "more than %d keys", KEYS_MAX);
    }
    if (replaced)
        token_cache_clear(verifier->cache);
    return true;
}

void verifier_key_drop(struct verifier *verifier, const char *kid)
{
    pthread_rwlock_wrlock(&verifier->lock);
    size_t at = key_index(verifier, kid);
    if (at < KEYS_MAX) {
        jwk_key_fini(&verifier->keys[at]);
        verifier->keys[at] = verifier->keys[--verifier->key_count];
    }
    pthread_rwlock_unlock(&verifier->lock);
    if (at < KEYS_MAX)
        token_cache_clear(verifier->cache);
}

bool verifier_key_known(struct verifier *verifier, const char *kid)
{
    pthread_rwlock_rdlock(&verifier->lock);
    bool known = key_index(verifier, kid) < KEYS_MAX;
    pthread_rwlock_unlock(&verifier->lock);
    return known;
}

size_t verifier_key_count(struct verifier *verifier)
{
    pthread_rwlock_rdlock(&verifier->lock);
    size_t count = verifier->key_count;
    pthread_rwlock_unlock(&verifier->lock);
    return count;
}

void verifier_revoke(struct verifier *verifier, const char *user_id, const char *session_id,
                     int64_t not_after, int64_t forget_at)
{
    bool all = session_id == NULL || session_id[0] == '\0';
    denylist_add(verifier->denied, all ? user_id : session_id, not_after, forget_at);
}

bool verifier_revoked(struct verifier *verifier, const char *user_id, const char *session_id,
                      int64_t issued_at)
{
    return denylist_has(verifier->denied, session_id, issued_at) ||
           denylist_has(verifier->denied, user_id, issued_at);
}

void verifier_purge(struct verifier *verifier, int64_t now_s)
{
    int64_t last = atomic_load(&verifier->purged_at);
    if (now_s - last >= PURGE_EVERY_S &&
        atomic_compare_exchange_strong(&verifier->purged_at, &last, now_s))
        denylist_purge(verifier->denied, now_s);
}

static bool malformed(struct err *err)
{
    return err_set_name(err, ERR_UNAUTHORIZED, "token_malformed", "the token is not a JWT");
}

static bool invalid(struct err *err, const char *why)
{
    return err_set_name(err, ERR_UNAUTHORIZED, "token_invalid", "the token is not valid: %s", why);
}

/* Reads the first part ourselves, strictly and before libjwt sees the token: the kid chooses the
 * key, and an algorithm other than the key's must never reach a signature check. */
static bool read_header(const char *token, json_t **header, struct err *err)
{
    const char *dot = strchr(token, '.');
    char text[HEADER_MAX];
    size_t len;
    struct err ignored;
    if (dot == NULL || strchr(dot + 1, '.') == NULL ||
        !base64url_decode(token, (size_t)(dot - token), text, sizeof text, &len) ||
        !json_parse(text, len, header, &ignored) || !json_is_object(*header))
        return malformed(err);
    return true;
}

/* The key's own copy, so that no lock is held during the signature check. */
static bool find_key(struct verifier *verifier, const json_t *header, struct jwk_key *key,
                     struct err *err)
{
    const char *kid = json_string_value(json_object_get(header, "kid"));
    const char *alg = json_string_value(json_object_get(header, "alg"));
    if (alg == NULL || (strcmp(alg, "ES256") != 0 && strcmp(alg, "RS256") != 0))
        return invalid(err, "algorithm");
    if (json_object_get(header, "crit") != NULL)
        return invalid(err, "crit");
    pthread_rwlock_rdlock(&verifier->lock);
    size_t count = verifier->key_count;
    size_t at = kid == NULL ? KEYS_MAX : key_index(verifier, kid);
    if (at < KEYS_MAX) {
        *key = verifier->keys[at];
        key->pem = xstrdup(key->pem);
    }
    pthread_rwlock_unlock(&verifier->lock);
    if (count == 0) {
        err_set_name(err, ERR_UNAVAILABLE, "keys_unknown", "no signing key is known yet");
        err->retry_after_s = 1;
        return false;
    }
    if (at == KEYS_MAX)
        return invalid(err, "key");
    if (strcmp(alg, key->alg) != 0) {
        jwk_key_fini(key);
        return invalid(err, "algorithm");
    }
    return true;
}

/* The claims are read strictly too, once the signature is known to be good: libjwt forgives
 * encodings that are not the canonical one, by which one token has several texts, and members that
 * come twice, of which others might take the other one. */
static bool read_claims(const char *token, json_t **claims, struct err *err)
{
    const char *body = strchr(token, '.') + 1, *signature = strchr(body, '.') + 1;
    unsigned char ignored[SIGNATURE_MAX];
    char text[TOKEN_MAX];
    size_t len;
    struct err why;
    if (!base64url_decode(signature, strlen(signature), ignored, sizeof ignored, &len) ||
        !base64url_decode(body, (size_t)(signature - 1 - body), text, sizeof text, &len) ||
        !json_parse(text, len, claims, &why) || !json_is_object(*claims))
        return invalid(err, "claims");
    return true;
}

/* Signature by libjwt; the claims as JSON. */
static bool decode(const char *token, const struct jwk_key *key, json_t **claims, struct err *err)
{
    jwt_t *jwt = NULL;
    if (jwt_decode(&jwt, token, (const unsigned char *)key->pem, (int)strlen(key->pem)) != 0)
        return invalid(err, "signature");
    /* jwt_decode has no algorithm parameter: it takes what the header says. */
    bool pinned = jwt_get_alg(jwt) == jwt_str_alg(key->alg);
    jwt_free(jwt);
    return pinned ? read_claims(token, claims, err) : invalid(err, "algorithm");
}

static bool claim_str(const json_t *claims, const char *name, char *out, size_t size, bool required)
{
    const json_t *value = json_object_get(claims, name);
    out[0] = '\0';
    if (value == NULL)
        return !required;
    if (!json_is_string(value) || json_string_length(value) >= size)
        return false;
    memcpy(out, json_string_value(value), json_string_length(value) + 1);
    return true;
}

static bool claim_int(const json_t *claims, const char *name, int64_t *out)
{
    const json_t *value = json_object_get(claims, name);
    *out = (int64_t)json_integer_value(value);
    return json_is_integer(value) && *out >= 0 && *out < INT64_MAX / 2;
}

static bool names(const json_t *value, const char *wanted)
{
    const char *text = json_string_value(value);
    return text != NULL && strcmp(text, wanted) == 0;
}

/* aud is one string or an array of them (RFC 7519, 4.1.3). */
static bool audience_names(const json_t *aud, const char *wanted)
{
    size_t i;
    const json_t *item;
    if (names(aud, wanted))
        return true;
    json_array_foreach((json_t *)aud, i, item)
    {
        if (names(item, wanted))
            return true;
    }
    return false;
}

static bool check_expiry(const struct verifier *verifier, const struct identity *id, int64_t now_s,
                         struct err *err)
{
    if (now_s >= id->expires_at + verifier->leeway_s)
        return err_set_name(err, ERR_UNAUTHORIZED, "token_expired", "the token has expired");
    return true;
}

static bool check_claims(const struct verifier *verifier, const json_t *claims, int64_t now_s,
                         struct identity *id, struct err *err)
{
    int64_t nbf = 0, latest = now_s + verifier->leeway_s;
    if (!names(json_object_get(claims, "iss"), verifier->issuer))
        return invalid(err, "iss");
    if (!audience_names(json_object_get(claims, "aud"), verifier->audience))
        return invalid(err, "aud");
    if (!claim_int(claims, "exp", &id->expires_at) || !claim_int(claims, "iat", &id->issued_at))
        return invalid(err, "exp, iat");
    if (!check_expiry(verifier, id, now_s, err))
        return false;
    if (id->issued_at > latest || id->expires_at - id->issued_at > TOKEN_LIFE_MAX_S)
        return invalid(err, "iat");
    if (json_object_get(claims, "nbf") != NULL && (!claim_int(claims, "nbf", &nbf) || nbf > latest))
        return invalid(err, "nbf");
    if (!claim_str(claims, "sub", id->user_id, sizeof id->user_id, true) ||
        !claim_str(claims, "sid", id->session_id, sizeof id->session_id, true) ||
        !claim_str(claims, "jti", id->token_id, sizeof id->token_id, true) ||
        !uuid_valid(id->user_id) || !uuid_valid(id->session_id) || !uuid_valid(id->token_id))
        return invalid(err, "sub, sid, jti");
    if (!claim_str(claims, "email", id->email, sizeof id->email, false) ||
        !claim_str(claims, "name", id->name, sizeof id->name, false) ||
        !claim_str(claims, "scope", id->scope, sizeof id->scope, false))
        return invalid(err, "email, name, scope");
    return true;
}

static bool verify(struct verifier *verifier, const char *token, int64_t now_s,
                   struct identity *out, struct err *err)
{
    struct jwk_key key;
    scoped(json_drop) json_t *header = NULL;
    scoped(json_drop) json_t *claims = NULL;
    if (!read_header(token, &header, err) || !find_key(verifier, header, &key, err))
        return false;
    bool ok = decode(token, &key, &claims, err);
    jwk_key_fini(&key);
    return ok && check_claims(verifier, claims, now_s, out, err);
}

static bool check_revoked(struct verifier *verifier, const struct identity *id, struct err *err)
{
    if (verifier_revoked(verifier, id->user_id, id->session_id, id->issued_at))
        return err_set_name(err, ERR_UNAUTHORIZED, "token_revoked", "the session has ended");
    return true;
}

bool verifier_check(struct verifier *verifier, const char *token, int64_t now_s,
                    struct identity *out, struct err *err)
{
    if (token == NULL || token[0] == '\0')
        return err_set_name(err, ERR_UNAUTHORIZED, "token_missing", "a bearer token is needed");
    size_t len = strnlen(token, TOKEN_MAX + 1);
    if (len > TOKEN_MAX)
        return malformed(err);
    unsigned char digest[TOKEN_DIGEST_SIZE];
    sha256(token, len, digest);
    uint64_t generation = token_cache_generation(verifier->cache);
    if (token_cache_find(verifier->cache, digest, out)) {
        if (!check_expiry(verifier, out, now_s, err))
            return false;
    } else {
        if (!verify(verifier, token, now_s, out, err))
            return false;
        token_cache_add(verifier->cache, digest, out, generation);
    }
    return check_revoked(verifier, out, err);
}
