/* sign - access tokens through libjwt: the only place outside common/identity/ that uses it. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "accounts/account.h"
#include "base/err.h"

struct signing_key {
    char kid[65], alg[6];
    char *pem;   /* private; owned, wiped */
    json_t *jwk; /* public; owned */
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
