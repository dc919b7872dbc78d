/* totp_routes - turning the second factor on and off, and the second step of a login. */
#pragma once
#include "accounts/account_store.h"
#include "auth.h"
#include "http/http.h"

handler_fn totp_begin, totp_off; /* hash: for the hashing lane */
handler_fn totp_confirm, totp_status, login_totp;

/* Takes the factor away, tells its owner by mail, notes the action; ERR_NOT_FOUND: there is none.
 */
must_check bool totp_remove(struct svc *svc, const struct req *req, const struct account *account,
                            const char *action, struct err *err);
/* Answers a login whose password was right with a challenge instead of tokens. */
must_check bool totp_ask(struct svc *svc, const struct account_row *row, struct resp *resp,
                         struct err *err);
