#include "base/log.h"
#include "base/mem.h"
#include "exports/assembly.h"
#include "exports/export_store.h"
#include "people/erasure.h"
#include "profile_store.h"
#include "user.h"

static bool tell_erased(struct svc *svc, bool *found, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    char user_id[UUID_SIZE];
    if (!pg_begin(svc->base.db, &tx, err) || !profile_store_next_erased(tx, user_id, found, err))
        return false;
    return !*found || (erasure_report(tx, user_id, NULL, err) && pg_commit(&tx, err));
}

bool user_background(struct svc *svc)
{
    struct err err;
    bool purged = false, told = false, made = false;
    if (!export_store_purge(svc->base.db, &purged, &err) || !tell_erased(svc, &told, &err) ||
        !assembly_run(svc->base.db, &svc->base.stopping, &made, &err)) {
        log_warn("background_failed", L_STR("reason", err.text));
        return false;
    }
    return purged || told || made;
}

void user_every_minute(struct svc *svc)
{
    struct err err;
    if (!export_store_expire(svc->base.db, &err) || !profile_store_forget(svc->base.db, &err))
        log_warn("purge_failed", L_STR("reason", err.text));
}
