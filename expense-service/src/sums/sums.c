#include "sums/sums.h"

#include "base/log.h"
#include "base/mem.h"
#include "ledger.h"
#include "service/purge.h"
#include "sums/sum_store.h"

void sums_fold(struct svc *svc)
{
    purge_all(&svc->base, sum_store_fold);
}

enum step sums_rest(struct svc *svc)
{
    char user_id[UUID_SIZE];
    bool found = false;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, &err) || !sum_store_next(tx, user_id, &found, &err) ||
        (found && !sum_store_renew(tx, user_id, &err)) || !pg_commit(&tx, &err)) {
        log_warn("sums_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return found ? STEP_MORE : STEP_IDLE;
}
