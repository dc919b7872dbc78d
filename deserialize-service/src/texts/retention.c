#include "texts/retention.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "deserialize.h"

/* A step holds at most so many rows for a moment. */
enum { PEOPLE = 20, TEXTS_EACH = 100 };

static const struct pg_statement rows[] = {
    /* Who had a full share has more: is due at once. The others come again in about a day, spread
     * out, so that those who came together do not stay together. */
    {"retention_purge",
     "WITH due AS (SELECT user_id, retention_days FROM person"
     "  WHERE purge_at <= now() AND retention_days IS NOT NULL AND NOT deleted"
     "  ORDER BY purge_at LIMIT $1 FOR UPDATE SKIP LOCKED),"
     " old AS (SELECT m.user_id, m.id FROM due CROSS JOIN LATERAL"
     "  (SELECT user_id, id FROM message WHERE message.user_id = due.user_id"
     "    AND sealed IS NOT NULL"
     "    AND created_at < now() - make_interval(days => due.retention_days)"
     "    ORDER BY created_at LIMIT $2) AS m),"
     " purged AS (UPDATE message SET sealed = NULL FROM old WHERE message.user_id = old.user_id"
     "  AND message.id = old.id RETURNING message.user_id),"
     " looked AS (UPDATE person SET purge_at = CASE WHEN"
     "   (SELECT count(*) FROM old WHERE old.user_id = person.user_id) = $2 THEN now()"
     "   ELSE now() + interval '20 hours' + random() * interval '8 hours' END"
     "  FROM due WHERE person.user_id = due.user_id RETURNING 1)"
     " SELECT (SELECT count(*) FROM looked), (SELECT count(*) FROM purged)"},
};
const struct pg_statements retention_statements = {TABLE(rows)};

enum step retention_purge(struct svc *svc)
{
    struct err err;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(svc->base.db, "retention_purge", PARAMS(P_INT(PEOPLE), P_INT(TEXTS_EACH)),
                  &result, &err)) {
        log_warn("purging_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    if (pg_int(result, 0, 1) > 0)
        metric_add("texts_purged_total", NO_LABELS, (uint64_t)pg_int(result, 0, 1));
    return pg_int(result, 0, 0) > 0 ? STEP_MORE : STEP_IDLE;
}
