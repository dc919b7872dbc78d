#include "accounts/opening.h"

#include "accounts/deletion.h"
#include "audit/audit.h"
#include "base/log.h"
#include "sessions/grant.h"

void opening_fini(struct opening *opening)
{
    json_decref(opening->tokens);
    opening->tokens = NULL;
}

bool opening_in(struct svc *svc, struct pg_tx *tx, const struct req *req, struct opening *opening,
                struct err *err)
{
    const struct account_row *row = opening->row;
    opening->same = false;
    if (!deletion_undo(tx, req, &row->account, err) ||
        !account_store_hold(tx, row, &opening->same, err))
        return false;
    return !opening->same || (audit_add(tx, req, row->account.user_id, AUDIT_SIGNED_IN, err) &&
                              grant_open(svc, tx, req, &row->account, &opening->tokens, err));
}

bool opening_answer(const struct opening *opening, unsigned status, struct resp *resp)
{
    json_object_set_new(opening->tokens, "user", account_json(&opening->row->account));
    return resp_json(resp, status, json_incref(opening->tokens));
}

bool wrong_credentials(struct svc *svc, const struct req *req, const char *user_id, struct err *err)
{
    if (!audit_failure(svc->base.db, req, user_id, err))
        return false;
    log_info("login_failed", L_STR("user_id", user_id));
    return err_set_name(err, ERR_UNAUTHORIZED, "invalid_credentials",
                        "e-mail address, username or password is wrong");
}
