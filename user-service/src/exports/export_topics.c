#include "exports/export_topics.h"

#include "base/mem.h"
#include "base/metrics.h"
#include "exports/export_store.h"

static const struct export_table rows[] = {
    {"profile", "",
     EXPORT_ONE("email, name, base_currency, time_zone, locale, month_start, week_start,"
                " retention_days, notifications, chosen, created_at, updated_at",
                "profile")},
    {"exports", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("state, requested_at, ready_at, expires_at, size, sha256", "export")},
};
const struct export_tables user_exports = {TABLE(rows)};

bool export_on_part(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                    size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        struct export_part part;
        bool stored;
        if (!export_part_read(evs[i], &part, err) ||
            !export_store_part(tx, evs[i]->user_id, &part, &stored, err))
            return false;
        if (!stored)
            metric_add("user_events_skipped_total", LABEL("reason", "no_export"), 1);
    }
    return true;
}

bool export_on_completed(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                         size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        struct export_end end;
        if (!export_end_read(evs[i], &end, err) ||
            !export_store_end(tx, evs[i]->user_id, &end, err))
            return false;
    }
    return true;
}
