#include "accounts/password_routes.h"

#include "accounts/account_store.h"
#include "accounts/again.h"
#include "accounts/password_change.h"
#include "audit/audit.h"
#include "auth.h"
#include "base/log.h"
#include "base/mem.h"
#include "mail/mailer.h"

bool change_password(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    char hash[PASSWORD_HASH_SIZE];
    struct password_cost cost = auth_password_cost(svc);
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_need_object(req, err))
        return false;
    if (!account_store_get(svc->base.db, req->identity->user_id, &row, err))
        return false;
    const struct account *account = &row.account;
    const char *own[] = {account->email, account->username, account->name};
    json_read_known(&reader, (const char *const[]){"new_password", "old_password", NULL});
    scoped(secret_drop) char *old = password_read(&reader, "old_password");
    scoped(secret_drop) char *new = password_read_new(&reader, "new_password", own, LENGTH(own));
    if (!fields_check(&resp->fields, err) ||
        !again_password(svc, req, resp, &row, "/old_password", old, err) ||
        !password_hash(new, &cost, hash, err))
        return false;
    struct password_change change = {.row = &row,
                                     .new_hash = hash,
                                     .keep = req->identity->session_id,
                                     .reason = "changed",
                                     .action = AUDIT_PASSWORD_CHANGED};
    if (!pg_begin(svc->base.db, &tx, err) ||
        !password_change_in(svc, tx, req, &change, &gone, err) || !pg_commit(&tx, err))
        return false;
    mailer_wake(svc->mailer);
    sessions_forget(svc, account->user_id, &gone);
    log_info("password_changed", L_STR("user_id", account->user_id));
    resp->status = 204;
    return true;
}
