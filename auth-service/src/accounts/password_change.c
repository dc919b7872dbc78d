#include "accounts/password_change.h"

#include "audit/audit.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "mail/mail_routes.h"

static bool end_access(struct pg_tx *tx, const struct password_change *change,
                       struct ended_sessions *gone, struct err *err)
{
    const char *user_id = change->row->account.user_id, *reason = "password_changed";
    return change->keep != NULL ? session_end_all(tx, user_id, change->keep, reason, gone, err)
                                : access_delete_all(tx, user_id, reason, gone, err);
}

bool password_change_in(struct svc *svc, struct pg_tx *tx, const struct req *req,
                        const struct password_change *change, struct ended_sessions *gone,
                        struct err *err)
{
    const struct account *account = &change->row->account;
    const char *user_id = account->user_id;
    scoped(json_drop) json_t *data = password_changed_event(user_id, change->reason, time_now_us());
    return account_store_set_password(tx, change->row, change->new_hash, err) &&
           audit_add(tx, req, user_id, change->action, err) && end_access(tx, change, gone, err) &&
           mail_queue(svc, tx, LETTER_PASSWORD_CHANGED, account, err) &&
           outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_SESSION,
                                             .type = EVENT_PASSWORD_CHANGED,
                                             .user_id = user_id,
                                             .subject = user_id,
                                             .data = data},
                      err);
}
