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

enum step user_background(struct svc *svc)
{
    struct err err;
    bool purged = false, told = false, made = false;
    /* Each on its own: an archive that cannot be made must not hold up what is to be erased. */
    bool ok = export_store_purge(svc->base.db, &purged, &err) && tell_erased(svc, &told, &err);
    if (!ok)
        log_warn("erasing_postponed", L_STR("reason", err.text));
    if (!assembly_run(svc->base.db, &svc->base.stopping, &made, &err)) {
        log_warn("export_not_made", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return !ok ? STEP_FAILED : purged || told || made ? STEP_MORE : STEP_IDLE;
}

void user_housekeeping(struct svc *svc)
{
    struct err err;
    if (!export_store_expire(svc->base.db, &err) || !profile_store_forget(svc->base.db, &err))
        log_warn("purge_failed", L_STR("reason", err.text));
}
