/* opening - the session that a sign-up repeated or a login ends with, once all that is asked for
 * was right. */
#pragma once
#include <jansson.h>

#include "accounts/account_store.h"
#include "auth.h"
#include "http/http.h"

struct opening {
    const struct account_row *row; /* as it was when the password was right */
    bool same;                     /* it still is; without that nothing was opened */
    json_t *tokens;                /* owned */
};
void opening_fini(struct opening *opening);

/* In tx, which the caller commits if opening->same. Undoes a deletion that is waiting. */
must_check bool opening_in(struct svc *svc, struct pg_tx *tx, const struct req *req,
                           struct opening *opening, struct err *err);
/* The token fields with the user beside them. */
bool opening_answer(const struct opening *opening, unsigned status, struct resp *resp);
/* invalid_credentials, logged and written down; user_id NULL: no such account. Returns false. */
bool wrong_credentials(struct svc *svc, const struct req *req, const char *user_id,
                       struct err *err);
