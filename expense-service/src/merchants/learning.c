#include "merchants/learning.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "events/events.h"
#include "events/outbox.h"
#include "expenses/parsed_topics.h"
#include "ledger.h"
#include "merchants/merchant_store.h"

enum { AT_ONCE = 500 };

bool learning_note(struct pg_tx *tx, const json_t *before, const struct expense *expense,
                   const json_t *changed, const struct change *change, struct err *err)
{
    const json_t *was = json_object_get(before, "category");
    const char *was_id = json_string_value(json_object_get(was, "id"));
    if (change->by != ORIGIN_USER || json_object_get(changed, "category") == NULL ||
        expense->category.id == NULL ||
        (was_id != NULL && strcmp(was_id, expense->category.id) == 0))
        return true;
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s, s:s?, s:O?, s:{s:s, s:s}}", "user_id", expense->user_id, "expense_id",
                  expense->id, "merchant_id", expense->merchant.id, "from", was, "to", "id",
                  expense->category.id, "name", expense->category.name);
    return (expense->merchant.id == NULL ||
            merchant_store_teach(tx, expense->user_id, expense->merchant.id, expense->category.id,
                                 err)) &&
           outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_EXPENSE,
                                             .type = EVENT_EXPENSE_CATEGORY_CORRECTED,
                                             .user_id = expense->user_id,
                                             .subject = expense->id,
                                             .data = data,
                                             .cause = change->cause},
                      err);
}

bool learning_apply(struct pg_tx *tx, struct expense *expense, json_t *changed,
                    struct pg_result **result, struct err *err)
{
    struct ref category;
    enum origin by;
    bool found;
    if (expense->merchant.id == NULL || json_object_get(expense->origins, "category") != NULL)
        return true;
    if (!merchant_store_category(tx, expense->user_id, expense->merchant.id, result, &category, &by,
                                 &found, err))
        return false;
    if (found)
        expense_apply_ref(expense, "category", &category, by, changed);
    return true;
}

enum step learning_spread(struct svc *svc)
{
    struct merchant_job job;
    bool found = false, done = false;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *moved = NULL;
    scoped(json_drop) json_t *changed = json_pack("{s:s}", "category", "rule");
    if (!pg_begin(svc->base.db, &tx, &err) || !merchant_store_next(tx, &job, &found, &err) ||
        (found && (!merchant_store_apply(tx, &job, AT_ONCE, &moved, &done, &err) ||
                   !expense_publish_rows(tx, EVENT_EXPENSE_UPDATED, moved, changed, &err))) ||
        !pg_commit(&tx, &err)) {
        log_warn("merchant_spreading_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return found ? STEP_MORE : STEP_IDLE;
}
