#include "expenses/trash.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "expenses/change_store.h"
#include "ledger.h"

enum { PURGED_AT_ONCE = 500 };

void trash_empty(struct svc *svc)
{
    size_t purged = PURGED_AT_ONCE;
    while (purged == PURGED_AT_ONCE && !svc->base.stopping) {
        scoped(pg_tx_drop) struct pg_tx *tx = NULL;
        struct err err;
        if (!pg_begin(svc->base.db, &tx, &err) ||
            !change_store_purge(tx, PURGED_AT_ONCE, &purged, &err) || !pg_commit(&tx, &err)) {
            log_warn("trash_not_emptied", L_STR("reason", err.text));
            return;
        }
        metric_add("ledger_purged_total", NO_LABELS, purged);
    }
}
