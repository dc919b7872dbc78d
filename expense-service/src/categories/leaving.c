#include "categories/leaving.h"

#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "categories/followers.h"
#include "categories/leaving_store.h"
#include "events/events.h"
#include "expenses/expense_store.h"
#include "expenses/parsed_topics.h"
#include "ledger.h"

enum { MOVED_AT_ONCE = 500 };

bool leaving_step(struct pg_tx *tx, const char *user_id, const char *id, bool *done,
                  struct err *err)
{
    scoped(pg_result_drop) struct pg_result *moved = NULL;
    scoped(json_drop) json_t *changed = json_pack("{s:s}", "category", "user");
    return leaving_store_move(tx, user_id, id, MOVED_AT_ONCE, &moved, done, err) &&
           expense_publish_rows(tx, EVENT_EXPENSE_UPDATED, moved, changed, err);
}

/* What was given it while it was being deleted follows: its deletion did not see that. */
static bool end(struct pg_tx *tx, const char *user_id, const char *id, const char *moved_to,
                struct err *err)
{
    return followers_move(tx, user_id, id, NULL, moved_to[0] != '\0' ? moved_to : NULL, err) &&
           leaving_store_end(tx, user_id, id, err);
}

enum step leaving_rest(struct svc *svc)
{
    char user_id[UUID_SIZE], id[UUID_SIZE], moved_to[UUID_SIZE];
    bool found = false, done = false;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, &err) ||
        !leaving_store_next(tx, user_id, id, moved_to, &found, &err) ||
        (found && !leaving_step(tx, user_id, id, &done, &err)) ||
        (done && !end(tx, user_id, id, moved_to, &err)) || !pg_commit(&tx, &err)) {
        log_warn("category_leaving_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return found ? STEP_MORE : STEP_IDLE;
}
