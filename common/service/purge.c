#include "service/purge.h"

#include "base/log.h"
#include "base/mem.h"

enum { BATCH = 500 };

size_t purge_all(const struct svc_base *base, purge_fn *purge_some)
{
    struct err err;
    size_t purged = BATCH, all = 0;
    while (purged == BATCH && !base->stopping) {
        scoped(pg_tx_drop) struct pg_tx *tx = NULL;
        if (!pg_begin(base->db, &tx, &err) || !purge_some(tx, BATCH, &purged, &err) ||
            !pg_commit(&tx, &err)) {
            log_warn("purge_failed", L_STR("reason", err.text));
            break;
        }
        all += purged;
    }
    return all;
}
