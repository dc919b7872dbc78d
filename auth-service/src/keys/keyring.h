/* keyring - the key this instance signs with and the public keys of all.
 * The key comes from a file of the operator's, or from the database, where keys are made, rotated
 * and retired (keyset.h); another instance's changes are seen at the next keyring_tend. A key that
 * no longer signs verifies on until the last token of any instance has expired.
 * At start all keys in use are published again, so that a topic that was lost is whole again.
 * Threads: any after keyring_open. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "identity/verify.h"
#include "keys/keyset.h"
#include "keys/sign.h"
#include "pg/pg.h"
#include "secrets/vault.h"

struct keyring;
struct keyring_conf {
    const char *alg;  /* "ES256" or "RS256", of a key that is made */
    const char *file; /* path of the operator's key, or empty */
    struct vault_conf vault;
    int64_t rotate_us, lead_us, verify_us; /* rotation.h */
};
/* The verifier learns the keys; NULL: nobody does. */
must_check bool keyring_open(const struct keyring_conf *conf, struct pg_pool *db,
                             struct verifier *verifier, struct keyring **out, struct err *err);
void keyring_close(struct keyring *ring);

/* Takes the steps of the rotation that are due, and what other instances did. To be called every
 * minute; until it has worked, all goes on with the keys known. */
must_check bool keyring_tend(struct keyring *ring, struct pg_pool *db, struct verifier *verifier,
                             struct err *err);
/* Another instance has ended the key that is signed with: what is signed until keyring_tend is
 * refused everywhere. */
bool keyring_is_stale(struct keyring *ring, struct verifier *verifier);
/* *token is the caller's, a secret. */
must_check bool keyring_sign(struct keyring *ring, const struct access_claims *claims, char **token,
                             struct err *err);
/* The kid it signs with. */
void keyring_kid(struct keyring *ring, char kid[static KEY_KID_SIZE]);
/* {"keys": […]}, the caller's, and its ETag. */
json_t *keyring_jwks(struct keyring *ring, char etag[static 64]);

/* For commands, which have no ring: what keyset.h needs. The vault is the caller's to close. */
must_check bool keyring_keyset_conf(const struct keyring_conf *conf, struct vault *vault,
                                    struct keyset_conf *out, struct err *err);
