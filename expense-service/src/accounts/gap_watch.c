#include "accounts/gap_watch.h"

#include "accounts/account.h"
#include "accounts/gap_store.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/step.h"
#include "events/events.h"
#include "events/outbox.h"
#include "ledger.h"

enum {
    ACCOUNTS_AT_ONCE = 20,
    WINDOW = 20000, /* entries looked at in one statement: a tenth of a second */
    ROUNDS_MAX = 500,
};

static bool tell(struct pg_tx *tx, const struct pg_result *due, size_t row, json_t *gap,
                 struct err *err)
{
    scoped(json_drop) json_t *data = gap;
    const char *last4 = pg_str(due, row, GAP_LAST4);
    json_object_set_new(data, "user_id", json_string(pg_str(due, row, GAP_USER)));
    json_object_set_new(data, "account",
                        json_pack("{s:s, s:s, s:o}", "id", pg_str(due, row, GAP_ACCOUNT), "name",
                                  pg_str(due, row, GAP_NAME), "last4",
                                  json_str_or_null(*last4 != '\0' ? last4 : NULL)));
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_EXPENSE,
                                             .type = EVENT_GAP_FOUND,
                                             .user_id = pg_str(due, row, GAP_USER),
                                             .subject = pg_str(due, row, GAP_ACCOUNT),
                                             .data = data},
                      err);
}

static bool look_at(struct pg_tx *tx, const struct pg_result *due, size_t row, struct err *err)
{
    const char *user_id = pg_str(due, row, GAP_USER), *account_id = pg_str(due, row, GAP_ACCOUNT);
    struct range range = {.from.given = true};
    const struct page page = {.limit = WINDOW};
    scoped(query_fini) struct query query = {0};
    scoped(pg_result_drop) struct pg_result *gaps = NULL;
    if (!gap_store_window(tx, user_id, account_id, pg_int(due, row, GAP_SINCE), WINDOW,
                          &range.from.us, &range.to.us, err))
        return false;
    range.to.given = range.to.us != 0;
    gap_query(user_id, account_id, &range, &page, &query);
    if (!pg_exec_sql(tx, query.sql.data, query.params, query.count, &gaps, err))
        return false;
    for (size_t i = pg_rows(gaps); i-- > 0;) { /* the earliest first */
        bool fresh;
        if (!gap_store_tell(tx, user_id, pg_str(gaps, i, 0), &fresh, err) ||
            (fresh && !tell(tx, due, row, gap_to_json(gaps, i), err)))
            return false;
    }
    return !range.to.given || gap_store_go_on(tx, user_id, account_id, range.to.us, err);
}

static enum step watch_some(struct svc *svc)
{
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *due = NULL;
    bool ok = pg_begin(svc->base.db, &tx, &err) &&
              gap_store_due(tx, svc->base.conf->housekeeping_s, ACCOUNTS_AT_ONCE, &due, &err);
    size_t count = ok ? pg_rows(due) : 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = look_at(tx, due, i, &err);
    if (!ok || !pg_commit(&tx, &err)) {
        log_warn("gaps_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return count > 0 ? STEP_MORE : STEP_IDLE;
}

void gaps_watch(struct svc *svc)
{
    for (int i = 0; i < ROUNDS_MAX && !svc->base.stopping && watch_some(svc) == STEP_MORE; i++)
        continue;
}
