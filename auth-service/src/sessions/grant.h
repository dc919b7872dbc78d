/* grant - what a successful sign-up, login or refresh hands out: the token fields of RFC 6749 5.1.
 */
#pragma once
#include <jansson.h>

#include "accounts/account.h"
#include "auth.h"
#include "http/http.h"
#include "sessions/session.h"

struct session_rules grant_rules(const struct svc *svc);

/* Opens a session for the account in tx, tells of it (session.created), and signs a token.
 * *answer is the caller's. */
must_check bool grant_open(struct svc *svc, struct pg_tx *tx, const struct req *req,
                           const struct account *account, json_t **answer, struct err *err);
/* {access_token, token_type, expires_in, refresh_token, scope} for a session that stands. */
must_check bool grant_answer(struct svc *svc, const struct account *account,
                             const struct session *session, const char *refresh_token,
                             json_t **answer, struct err *err);
