/* jwk - public keys as JSON Web Keys (RFC 7517, 7518) and as the PEM that libjwt takes.
 * Only what this suite signs with: EC P-256 for ES256, RSA of 2048 to 8192 bits for RS256.
 * Fails: ERR_INVALID for any other key. Threads: any. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"

enum { JWK_KID_SIZE = 65, JWK_ALG_SIZE = 6 };

struct jwk_key {
    char kid[JWK_KID_SIZE];
    char alg[JWK_ALG_SIZE]; /* "ES256", "RS256" */
    char *pem;              /* SubjectPublicKeyInfo; owned, end with jwk_key_fini */
};
void jwk_key_fini(struct jwk_key *key);

/* The JWK must have kid and alg, and no private member. */
must_check bool jwk_to_key(const json_t *jwk, struct jwk_key *out, struct err *err);
/* The public part of a private or public PEM as {kty, …, kid, alg, use}; kid is the key's
 * thumbprint (RFC 7638), so that the same key has the same kid wherever it is loaded. */
must_check bool jwk_from_pem(const char *pem, json_t **out, struct err *err);
