/* keyring - the key this instance signs with and the public keys of all.
 * The key comes from a file of the operator's, or from the database, or is made and kept there;
 * under a lock in the database, so that instances that start at once end with the same one.
 * At each start all keys in use are published again, so that a topic that was lost is whole again.
 * Threads: any after keyring_open. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "identity/verify.h"
#include "keys/sign.h"
#include "pg/pg.h"

struct keyring;
struct keyring_conf {
    const char *alg;            /* "ES256" or "RS256", of a key that is made */
    const char *encryption_key; /* base64, or empty */
    const char *file;           /* path, or empty */
};
must_check bool keyring_open(const struct keyring_conf *conf, struct pg_pool *db,
                             struct keyring **out, struct err *err);
void keyring_close(struct keyring *ring);

/* Reads the public keys again and gives them to the verifier: another instance may sign with a key
 * that was made after our start. */
must_check bool keyring_reload(struct keyring *ring, struct pg_pool *db, struct verifier *verifier,
                               struct err *err);
const struct signing_key *keyring_signing(const struct keyring *ring);
/* {"keys": […]}, the caller's, and its ETag. */
json_t *keyring_jwks(struct keyring *ring, char etag[static 64]);
