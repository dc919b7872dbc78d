/* again - a password asked for once more by who is signed in, so that an open screen or a stolen
 * token does not change what the account hangs on. Guesses count as failed sign-ins.
 * Blocks for a hash: for the hashing lane. */
#pragma once
#include "accounts/account_store.h"
#include "auth.h"
#include "http/http.h"
#include "throttle/throttle_store.h"

/* Counts an attempt before anything is compared. user_id NULL: no such account. ERR_TOO_MANY. */
must_check bool again_charge(struct svc *svc, const struct req *req, const char *account_key,
                             const char *user_id, struct attempt *attempt, struct err *err);
/* false with field error "password_wrong" at pointer when it is another one: it is no 401, which a
 * client answers with a refresh. */
must_check bool again_password(struct svc *svc, const struct req *req, struct resp *resp,
                               const struct account_row *row, const char *pointer,
                               const char *password, struct err *err);
