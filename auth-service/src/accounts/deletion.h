/* deletion - an account's end. Asking for it ends all sessions at once; the account itself stays
 * for AUTH_DELETE_GRACE_S, in which signing in undoes it, so that neither an open screen nor a
 * moment of anger costs a person years of records. Then everything here is erased and user.deleted,
 * in the same transaction, makes every other service do so. */
#pragma once
#include "accounts/account.h"
#include "auth.h"
#include "http/http.h"

handler_fn delete_account; /* hashes: for the hashing lane */

/* In the transaction that opens a session. Before the account's row is locked for reading: two
 * logins that both read it first would wait for each other. */
must_check bool deletion_undo(struct pg_tx *tx, const struct req *req,
                              const struct account *account, struct err *err);
/* Erases one account whose time has come; *found is false when there is none. */
must_check bool deletion_step(struct svc *svc, bool *found, struct err *err);
