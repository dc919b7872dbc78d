#include "expenses/trash.h"

#include "base/metrics.h"
#include "expenses/change_store.h"
#include "ledger.h"
#include "service/purge.h"

void trash_empty(struct svc *svc)
{
    metric_add("ledger_purged_total", NO_LABELS, purge_all(&svc->base, change_store_purge));
}
