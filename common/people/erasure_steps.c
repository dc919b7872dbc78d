#include "people/erasure_steps.h"

#include "base/log.h"
#include "base/mem.h"
#include "people/erasure.h"

enum { ERASE_AT_ONCE = 2000 };

bool erasure_step(struct pg_tx *tx, const struct erasure_steps *steps, const char *user_id,
                  const struct event *cause, struct err *err)
{
    bool done;
    return steps->erase(tx, user_id, ERASE_AT_ONCE, &done, err) &&
           (!done || erasure_report(tx, user_id, cause, err));
}

static bool erase_next(struct pg_pool *db, const struct erasure_steps *steps, bool *found,
                       struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    char user_id[UUID_SIZE];
    if (!pg_begin(db, &tx, err) || !steps->next(tx, user_id, found, err))
        return false;
    return !*found || (erasure_step(tx, steps, user_id, NULL, err) && pg_commit(&tx, err));
}

enum step erasure_rest(struct pg_pool *db, const struct erasure_steps *steps)
{
    struct err err;
    bool found = false;
    if (erase_next(db, steps, &found, &err))
        return found ? STEP_MORE : STEP_IDLE;
    log_warn("erasing_postponed", L_STR("reason", err.text));
    return STEP_FAILED;
}
