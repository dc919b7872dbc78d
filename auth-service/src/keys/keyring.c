#include "keys/keyring.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json_util.h"
#include "base/mem.h"
#include "base/sha256.h"

/* The key to sign with, held by the ring and by each thread that is signing with it. */
struct signer {
    atomic_int holders;
    struct signing_key key;
};

struct keyring {
    struct vault vault;
    struct keyset_conf conf;
    char *alg;
    struct signing_key mine; /* the operator's; pem NULL: there is none */
    pthread_mutex_t lock;    /* guards the rest */
    struct signer *signer;
    json_t *public; /* array of JWKs */
};

static void signer_drop(struct signer *signer)
{
    if (signer == NULL || atomic_fetch_sub(&signer->holders, 1) > 1)
        return;
    signing_key_fini(&signer->key);
    free(signer);
}

static struct signer *hold_signer(struct keyring *ring)
{
    pthread_mutex_lock(&ring->lock);
    struct signer *signer = ring->signer;
    atomic_fetch_add(&signer->holders, 1);
    pthread_mutex_unlock(&ring->lock);
    return signer;
}

/* Takes over key. */
static void set_signer(struct keyring *ring, const struct signing_key *key)
{
    struct signer *signer = xcalloc(1, sizeof *signer);
    atomic_init(&signer->holders, 1);
    signer->key = *key;
    pthread_mutex_lock(&ring->lock);
    struct signer *old = ring->signer;
    ring->signer = signer;
    pthread_mutex_unlock(&ring->lock);
    signer_drop(old);
}

bool keyring_keyset_conf(const struct keyring_conf *conf, struct vault *vault,
                         struct keyset_conf *out, struct err *err)
{
    if (strcmp(conf->alg, "ES256") != 0 && strcmp(conf->alg, "RS256") != 0)
        return err_set(err, ERR_INVALID, "AUTH_SIGNING_ALG must be ES256 or RS256");
    if (!vault_open(&conf->vault, vault, err))
        return false;
    *out = (struct keyset_conf){.rules = {.alg = conf->alg,
                                          .rotate_us = conf->rotate_us,
                                          .lead_us = conf->lead_us,
                                          .verify_us = conf->verify_us,
                                          .makes_keys = conf->file[0] == '\0'},
                                .vault = vault};
    return true;
}

static bool is_known_signer(struct keyring *ring, const char *kid)
{
    return ring->signer != NULL && strcmp(ring->signer->key.kid, kid) == 0;
}

/* The signing one stands first, where there is one. */
static bool adopt_signer(struct keyring *ring, const struct key_rows *rows, struct err *err)
{
    struct signing_key key;
    if (ring->mine.pem != NULL) {
        if (ring->signer == NULL && signing_key_from_pem(ring->mine.pem, &key, err))
            set_signer(ring, &key);
        return ring->signer != NULL;
    }
    if (rows->count == 0 || rows->rows[0].state != KEY_SIGNING)
        return err_set(err, ERR_INTERNAL, "no key signs");
    if (is_known_signer(ring, rows->rows[0].kid))
        return true;
    if (!keyset_open_row(&ring->vault, &rows->rows[0], &key, err))
        return false;
    set_signer(ring, &key);
    return true;
}

/* Those that were in use at the last round and are not now: the event of their end may have come
 * before a round that had still read them. */
static void drop_gone(const json_t *before, const json_t *now, struct verifier *verifier)
{
    size_t i, k;
    const json_t *old, *jwk;
    json_array_foreach((json_t *)before, i, old)
    {
        const char *kid = json_string_value(json_object_get(old, "kid"));
        bool stays = false;
        json_array_foreach((json_t *)now, k, jwk)
        {
            stays |= strcmp(json_string_value(json_object_get(jwk, "kid")), kid) == 0;
        }
        if (!stays && verifier != NULL)
            verifier_key_drop(verifier, kid);
    }
}

static bool adopt(struct keyring *ring, const struct key_rows *rows, struct verifier *verifier,
                  struct err *err)
{
    json_t *public = json_array();
    bool ok = true;
    for (size_t i = 0; i < rows->count; i++) {
        json_array_append(public, rows->rows[i].jwk);
        ok = ok && (verifier == NULL || verifier_key_add(verifier, rows->rows[i].jwk, err));
    }
    pthread_mutex_lock(&ring->lock);
    json_t *old = ring->public;
    ring->public = public;
    pthread_mutex_unlock(&ring->lock);
    drop_gone(old, public, verifier);
    json_decref(old);
    return ok && adopt_signer(ring, rows, err);
}

static bool tend(struct keyring *ring, struct pg_pool *db, struct verifier *verifier,
                 bool publish_all, struct err *err)
{
    struct key_rows rows;
    const struct signing_key *mine = ring->mine.pem != NULL ? &ring->mine : NULL;
    if (!keyset_tend(&ring->conf, mine, db, &rows, err))
        return false;
    bool ok = adopt(ring, &rows, verifier, err) && (!publish_all || keyset_publish_all(db, err));
    key_rows_fini(&rows);
    return ok;
}

bool keyring_tend(struct keyring *ring, struct pg_pool *db, struct verifier *verifier,
                  struct err *err)
{
    return tend(ring, db, verifier, false, err);
}

bool keyring_open(const struct keyring_conf *conf, struct pg_pool *db, struct verifier *verifier,
                  struct keyring **out, struct err *err)
{
    struct keyring *ring = xcalloc(1, sizeof *ring);
    pthread_mutex_init(&ring->lock, NULL);
    ring->alg = xstrdup(conf->alg);
    bool ok = keyring_keyset_conf(conf, &ring->vault, &ring->conf, err) &&
              (conf->file[0] == '\0' || signing_key_from_file(conf->file, &ring->mine, err));
    ring->conf.rules.alg = ring->alg;
    ok = ok && tend(ring, db, verifier, true, err);
    if (!ok) {
        keyring_close(ring);
        return false;
    }
    *out = ring;
    return true;
}

void keyring_close(struct keyring *ring)
{
    if (ring == NULL)
        return;
    signer_drop(ring->signer);
    signing_key_fini(&ring->mine);
    json_decref(ring->public);
    vault_close(&ring->vault);
    pthread_mutex_destroy(&ring->lock);
    free(ring->alg);
    free(ring);
}

bool keyring_sign(struct keyring *ring, const struct access_claims *claims, char **token,
                  struct err *err)
{
    struct signer *signer = hold_signer(ring);
    bool ok = token_sign(&signer->key, claims, token, err);
    signer_drop(signer);
    return ok;
}

void keyring_kid(struct keyring *ring, char kid[static KEY_KID_SIZE])
{
    struct signer *signer = hold_signer(ring);
    memcpy(kid, signer->key.kid, KEY_KID_SIZE);
    signer_drop(signer);
}

bool keyring_is_stale(struct keyring *ring, struct verifier *verifier)
{
    char kid[KEY_KID_SIZE];
    keyring_kid(ring, kid);
    return ring->mine.pem == NULL && !verifier_key_known(verifier, kid);
}

json_t *keyring_jwks(struct keyring *ring, char etag[static 64])
{
    unsigned char digest[SHA256_SIZE];
    pthread_mutex_lock(&ring->lock);
    json_t *jwks = json_pack("{s:o}", "keys", json_deep_copy(ring->public));
    pthread_mutex_unlock(&ring->lock);
    scoped(str_drop) char *text = json_text(jwks);
    sha256(text, strlen(text), digest);
    scoped(str_drop) char *tag = base64url_encode(digest, 16);
    snprintf(etag, 64, "\"%s\"", tag);
    return jwks;
}
