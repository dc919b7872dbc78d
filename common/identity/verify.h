/* verify - access tokens checked through libjwt, keys and revocations kept as events tell them.
 * A token is verified once with the algorithm of its key (ES256, RS256) pinned; iss, aud, exp, nbf,
 * sub, sid and jti are checked here, since libjwt checks none of them. The outcome is remembered
 * under SHA-256 of the whole token in a bounded table; a hit re-checks exp and the deny-list.
 * The table is emptied when a key is retired. Threads: any.
 * Traps of libjwt 1.10.2 held off here: a NULL key accepts anything; HS256 signed with the public
 * PEM is accepted; the PEM is parsed at each call. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "identity/identity.h"

/* A token that claims to live longer is refused, so that a revocation can be forgotten after it. */
enum { TOKEN_LIFE_MAX_S = 3600 };

struct verifier;

struct verifier_conf {
    const char *issuer, *audience;
    int leeway_s; /* clock difference forgiven at exp, nbf, iat */
    size_t cache_slots;
};
struct verifier *verifier_new(const struct verifier_conf *conf);
void verifier_free(struct verifier *verifier);

/* jwk: public EC P-256 or RSA key with kid and alg (RFC 7517). Same kid again replaces it. */
must_check bool verifier_key_add(struct verifier *verifier, const json_t *jwk, struct err *err);
void verifier_key_drop(struct verifier *verifier, const char *kid);
bool verifier_key_known(struct verifier *verifier, const char *kid);
size_t verifier_key_count(struct verifier *verifier);

/* Tokens of the session issued at or before not_after (seconds) are refused until forget_at, when
 * the last of them has expired anyway. session_id NULL or "": every session of the user. */
void verifier_revoke(struct verifier *verifier, const char *user_id, const char *session_id,
                     int64_t not_after, int64_t forget_at);

/* Forgets revocations whose forget_at has passed; cheap to call often. */
void verifier_purge(struct verifier *verifier, int64_t now_s);

/* Whether tokens of the session issued then were revoked since. */
bool verifier_revoked(struct verifier *verifier, const char *user_id, const char *session_id,
                      int64_t issued_at);

/* ERR_UNAUTHORIZED with name token_missing, token_malformed, token_expired, token_invalid,
 * token_revoked; ERR_UNAVAILABLE while no key is known yet. */
must_check bool verifier_check(struct verifier *verifier, const char *token, int64_t now_s,
                               struct identity *out, struct err *err);
