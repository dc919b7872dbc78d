#include "accounts/password_routes.h"

#include "accounts/account_store.h"
#include "accounts/again.h"
#include "audit/audit.h"
#include "auth.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "sessions/ending.h"

/* Stores the hash, ends the sessions but keep, tells of both. */
static bool set_password(struct pg_tx *tx, const struct req *req, const struct account_row *row,
                         const char *new_hash, const char *keep, struct ended_sessions *gone,
                         struct err *err)
{
    const char *user_id = row->account.user_id;
    scoped(json_drop) json_t *data = password_changed_event(user_id, "changed", time_now_us());
    return account_store_set_password(tx, row, new_hash, err) &&
           audit_add(tx, req, user_id, AUDIT_PASSWORD_CHANGED, err) &&
           session_end_all(tx, user_id, keep, "password_changed", gone, err) &&
           outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_SESSION,
                                             .type = EVENT_PASSWORD_CHANGED,
                                             .user_id = user_id,
                                             .subject = user_id,
                                             .data = data},
                      err);
}

bool change_password(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    char hash[PASSWORD_HASH_SIZE];
    struct password_cost cost = auth_password_cost(svc);
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!json_is_object(req->body))
        return err_set(err, ERR_MALFORMED, "the body must be a JSON object");
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
    if (!pg_begin(svc->base.db, &tx, err) ||
        !set_password(tx, req, &row, hash, req->identity->session_id, &gone, err) ||
        !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, account->user_id, &gone);
    log_info("password_changed", L_STR("user_id", account->user_id));
    resp->status = 204;
    return true;
}
