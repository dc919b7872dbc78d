#include "accounts/deletion.h"

#include "accounts/again.h"
#include "accounts/deletion_store.h"
#include "audit/audit.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "mail/mail_routes.h"
#include "mail/mailer.h"
#include "people/erasure.h"
#include "sessions/ending.h"

static bool begin(struct svc *svc, struct pg_tx *tx, const struct req *req,
                  const struct account *account, int64_t delete_at_us, struct ended_sessions *gone,
                  struct err *err)
{
    return deletion_store_set(tx, account->user_id, delete_at_us, err) &&
           access_end_all(tx, account->user_id, "account_deleted", gone, err) &&
           mail_queue(svc, tx, LETTER_DELETION_BEGUN, account, err) &&
           audit_add(tx, req, account->user_id, AUDIT_DELETION_BEGUN, err);
}

bool delete_account(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    int64_t delete_at_us = time_now_us() + svc->conf.delete_grace_s * US_PER_S;
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"password", NULL});
    scoped(secret_drop) char *password = password_read(&reader, "password");
    if (!fields_check(&resp->fields, err) ||
        !account_store_get(svc->base.db, req->identity->user_id, &row, err) ||
        !again_password(svc, req, resp, &row, "/password", password, err))
        return false;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !begin(svc, tx, req, &row.account, delete_at_us, &gone, err) || !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, row.account.user_id, &gone);
    mailer_wake(svc->mailer);
    log_info("deletion_begun", L_STR("user_id", row.account.user_id));
    return resp_json(resp, 202, json_pack("{s:o}", "delete_at", json_time(delete_at_us)));
}

bool deletion_undo(struct pg_tx *tx, const struct req *req, const struct account *account,
                   struct err *err)
{
    bool undone = false;
    if (account->delete_at_us == 0)
        return true;
    if (!deletion_store_undo(tx, account->user_id, &undone, err))
        return false;
    return !undone || audit_add(tx, req, account->user_id, AUDIT_DELETION_UNDONE, err);
}

static bool erase(struct pg_tx *tx, const struct deletion *due, struct ended_sessions *gone,
                  struct err *err)
{
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:o}", "user_id", due->user_id, "deleted_at", json_time(time_now_us()));
    return access_end_all(tx, due->user_id, "account_deleted", gone, err) &&
           erasure_begin(tx, due->user_id, err) && deletion_store_erase(tx, due, err) &&
           audit_add(tx, NULL, due->user_id, AUDIT_ACCOUNT_DELETED, err) &&
           outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_USER,
                                             .type = EVENT_USER_DELETED,
                                             .user_id = due->user_id,
                                             .subject = due->user_id,
                                             .data = data},
                      err) &&
           erasure_report(tx, due->user_id, NULL, err);
}

bool deletion_step(struct svc *svc, bool *found, struct err *err)
{
    struct deletion due;
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) || !deletion_store_take(tx, &due, found, err))
        return false;
    if (!*found)
        return true;
    if (!erase(tx, &due, &gone, err) || !pg_commit(&tx, err)) {
        log_error("erasure_failed", L_STR("user_id", due.user_id), L_STR("reason", err->text));
        pg_tx_drop(&tx);
        return deletion_store_postpone(svc->base.db, due.user_id, err);
    }
    sessions_forget(svc, due.user_id, &gone);
    log_info("account_deleted", L_STR("user_id", due.user_id));
    return true;
}
