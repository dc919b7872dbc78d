/* password_change - what every change of a password brings with it, in one transaction: the
 * sessions end, password.changed is told, the log says so, and a mail lets the owner know. API
 * tokens outlive a change by the owner, who knows of them, and not a reset. */
#pragma once
#include "accounts/account_store.h"
#include "auth.h"
#include "http/http.h"
#include "sessions/ending.h"

struct password_change {
    const struct account_row *row; /* with the hash so far */
    const char *new_hash;
    const char *keep;   /* the session that stays; NULL: none, nor do API tokens */
    const char *reason; /* in the event: "changed" or "reset" */
    const char *action; /* in the audit log */
};
/* After the commit: sessions_forget(gone), mailer_wake. */
must_check bool password_change_in(struct svc *svc, struct pg_tx *tx, const struct req *req,
                                   const struct password_change *change,
                                   struct ended_sessions *gone, struct err *err);
