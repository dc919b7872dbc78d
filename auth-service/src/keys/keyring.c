#include "keys/keyring.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "events/events.h"
#include "events/outbox.h"
#include "keys/key_store.h"
#include "keys/seal.h"

enum { PEM_MAX = 16384 };

struct keyring {
    struct signing_key signing; /* set once, before other threads see the ring */
    pthread_mutex_t lock;       /* guards public */
    json_t *public;             /* array of JWKs */
};

/* NULL encryption_key: nothing is sealed. */
struct opener {
    const struct keyring_conf *conf;
    const unsigned char *encryption_key;
};

static bool key_from_file(const char *path, struct signing_key *key, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return err_set(err, ERR_INVALID, "AUTH_SIGNING_KEY_FILE: cannot open it: %s",
                       strerror(errno));
    scoped(secret_drop) char *pem = xcalloc(1, PEM_MAX + 1);
    size_t len = fread(pem, 1, PEM_MAX, file);
    fclose(file);
    pem[len] = '\0';
    return signing_key_from_pem(pem, key, err) ? true : err_wrap(err, "AUTH_SIGNING_KEY_FILE: ");
}

static bool key_from_row(const struct opener *opener, const struct key_row *row,
                         struct signing_key *key, struct err *err)
{
    scoped(secret_drop) char *pem = NULL;
    if (!row->sealed)
        pem = xstrndup((const char *)row->private, row->private_len);
    else if (opener->encryption_key == NULL)
        return err_set(err, ERR_INVALID,
                       "the signing key in the database is sealed: set AUTH_KEY_ENCRYPTION_KEY");
    else if (!unseal(opener->encryption_key, row->kid, row->private, row->private_len, &pem, err))
        return false;
    return signing_key_from_pem(pem, key, err);
}

/* Stores key as the one that signs, its private part only when the database is its home. */
static bool store_key(const struct opener *opener, struct pg_tx *tx, const struct signing_key *key,
                      bool from_file, struct err *err)
{
    struct key_row row = {.jwk = json_incref(key->jwk)};
    size_t len = strlen(key->pem);
    snprintf(row.kid, sizeof row.kid, "%s", key->kid);
    if (!from_file && opener->encryption_key != NULL) {
        row.private = seal(opener->encryption_key, key->kid, key->pem, len);
        row.private_len = len + SEAL_OVERHEAD;
        row.sealed = true;
    } else if (!from_file) {
        row.private = (unsigned char *)xstrdup(key->pem);
        row.private_len = len;
    }
    bool ok = key_store_sign_with(tx, &row, err);
    key_row_fini(&row);
    return ok;
}

/* The key to sign with, found or made; *store when the database must learn of it. */
static bool choose_key(const struct opener *opener, const struct key_row *row, bool found,
                       struct signing_key *key, bool *store, struct err *err)
{
    const struct keyring_conf *conf = opener->conf;
    *store = true;
    if (conf->file[0] != '\0') {
        if (!key_from_file(conf->file, key, err))
            return false;
        *store = !found || strcmp(row->kid, key->kid) != 0;
        return true;
    }
    const char *alg = found ? json_string_value(json_object_get(row->jwk, "alg")) : NULL;
    if (alg == NULL || row->private == NULL || strcmp(alg, conf->alg) != 0) {
        if (!signing_key_make(conf->alg, key, err))
            return false;
        log_info("signing_key_made", L_STR("kid", key->kid), L_STR("alg", key->alg),
                 L_BOOL("sealed", opener->encryption_key != NULL));
        return true;
    }
    *store = !row->sealed && opener->encryption_key != NULL; /* seal what was kept in clear */
    return key_from_row(opener, row, key, err);
}

static bool publish(struct pg_tx *tx, const json_t *jwk, struct err *err)
{
    const char *kid = json_string_value(json_object_get(jwk, "kid"));
    scoped(json_drop) json_t *data = json_pack("{s:s, s:O}", "kid", kid, "jwk", jwk);
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_KEYS,
                                             .type = EVENT_KEY_PUBLISHED,
                                             .user_id = kid,
                                             .subject = kid,
                                             .data = data,
                                             .keyed = true},
                      err);
}

static bool publish_all(struct pg_pool *db, const json_t *keys, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    size_t i;
    const json_t *jwk;
    if (!pg_begin(db, &tx, err))
        return false;
    json_array_foreach((json_t *)keys, i, jwk)
    {
        if (!publish(tx, jwk, err))
            return false;
    }
    return pg_commit(&tx, err);
}

static bool settle_key(const struct opener *opener, struct pg_pool *db, struct signing_key *key,
                       struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    struct key_row row = {.jwk = NULL};
    bool found = false, store = false;
    if (!pg_begin(db, &tx, err) || !key_store_lock(tx, err))
        return false;
    bool ok = key_store_signing(tx, &row, &found, err) &&
              choose_key(opener, &row, found, key, &store, err) &&
              (!store || (store_key(opener, tx, key, opener->conf->file[0] != '\0', err) &&
                          publish(tx, key->jwk, err)));
    key_row_fini(&row);
    return ok && pg_commit(&tx, err);
}

bool keyring_open(const struct keyring_conf *conf, struct pg_pool *db, struct keyring **out,
                  struct err *err)
{
    unsigned char key[SEAL_KEY_SIZE];
    struct opener opener = {.conf = conf};
    if (strcmp(conf->alg, "ES256") != 0 && strcmp(conf->alg, "RS256") != 0)
        return err_set(err, ERR_INVALID, "AUTH_SIGNING_ALG must be ES256 or RS256");
    if (conf->encryption_key[0] != '\0') {
        if (!seal_key_parse(conf->encryption_key, key, err))
            return false;
        opener.encryption_key = key;
    } else if (conf->file[0] == '\0') {
        log_warn("signing_key_unsealed",
                 L_STR("advice", "set AUTH_KEY_ENCRYPTION_KEY in production"));
    }
    struct keyring *ring = xcalloc(1, sizeof *ring);
    pthread_mutex_init(&ring->lock, NULL);
    ring->public = json_array();
    bool ok = settle_key(&opener, db, &ring->signing, err) && keyring_reload(ring, db, NULL, err) &&
              publish_all(db, ring->public, err);
    explicit_bzero(key, sizeof key);
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
    signing_key_fini(&ring->signing);
    json_decref(ring->public);
    pthread_mutex_destroy(&ring->lock);
    free(ring);
}

bool keyring_reload(struct keyring *ring, struct pg_pool *db, struct verifier *verifier,
                    struct err *err)
{
    json_t *keys = NULL;
    size_t i;
    const json_t *jwk;
    if (!key_store_public(db, &keys, err))
        return false;
    pthread_mutex_lock(&ring->lock);
    json_t *old = ring->public;
    ring->public = json_incref(keys);
    pthread_mutex_unlock(&ring->lock);
    json_decref(old);
    bool ok = true;
    json_array_foreach(keys, i, jwk)
    {
        ok = ok && (verifier == NULL || verifier_key_add(verifier, jwk, err));
    }
    json_decref(keys);
    return ok;
}

const struct signing_key *keyring_signing(const struct keyring *ring)
{
    return &ring->signing;
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
