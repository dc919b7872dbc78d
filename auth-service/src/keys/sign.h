/* sign - access tokens as signed JWTs (RFC 7515 compact form; ES256 and RS256 of RFC 7518).
 * Signed with OpenSSL and not with libjwt, which verifies them everywhere: its 1.10 parses the PEM
 * for each token, and 20 times as many are signed with a key that was parsed once
 * (tests/bench/sign_bench.c). Threads: any, with one key. */
#pragma once
#include <jansson.h>
#include <openssl/types.h>
#include <stdbool.h>

#include "accounts/account.h"
#include "base/err.h"

struct signing_key {
    char kid[65], alg[6];
    char *pem;      /* private; owned, wiped */
    EVP_PKEY *pkey; /* the same, parsed; owned */
    json_t *jwk;    /* public; owned */
};
void signing_key_fini(struct signing_key *key);

/* A new key: ES256 (P-256) or RS256 (2048 bits). */
must_check bool signing_key_make(const char *alg, struct signing_key *out, struct err *err);
must_check bool signing_key_from_pem(const char *pem, struct signing_key *out, struct err *err);
/* The operator's, in PEM. */
must_check bool signing_key_from_file(const char *path, struct signing_key *out, struct err *err);

struct access_claims {
    const char *issuer, *audience, *session_id, *scope;
    const struct account *account;
    int64_t now_s, life_s;
};
/* *token is the caller's, a secret. */
must_check bool token_sign(const struct signing_key *key, const struct access_claims *claims,
                           char **token, struct err *err);
