#include "recurring/recurring_store.h"

#include "base/mem.h"
#include "base/uuid.h"

/* What is looked at: the merchants with the most entries of the last two years and a bit, and of
 * each its latest. */
#define MERCHANTS "300"
#define LATEST "120" /* RECURRING_SEEN_MAX */

/* clang-format off */
static const struct pg_statement rows[] = {
    {"recurring_seen",
     "WITH busy AS (SELECT e.merchant_id, e.currency, e.direction FROM expense e"
     "  WHERE e.user_id = $1 AND e.deleted_at IS NULL AND e.merchant_id IS NOT NULL"
     "   AND e.type IN ('expense', 'income') AND e.occurred_at > now() - interval '800 days'"
     "  GROUP BY 1, 2, 3 HAVING count(*) >= 3 ORDER BY count(*) DESC LIMIT " MERCHANTS ")"
     " SELECT m.id, m.name, b.currency, b.direction, c.id, c.name,"
     "  (s.occurred_at AT TIME ZONE o.time_zone)::date - date '1970-01-01', s.amount_minor,"
     "  (now() AT TIME ZONE o.time_zone)::date - date '1970-01-01', s.id"
     " FROM busy b JOIN owner o ON o.user_id = $1"
     " JOIN merchant m ON m.user_id = $1 AND m.id = b.merchant_id"
     " CROSS JOIN LATERAL (SELECT e.occurred_at, e.id, e.amount_minor, e.category_id FROM expense e"
     "  WHERE e.user_id = $1 AND e.merchant_id = b.merchant_id AND e.currency = b.currency"
     "   AND e.direction = b.direction AND e.deleted_at IS NULL"
     "   AND e.type IN ('expense', 'income') AND e.occurred_at > now() - interval '800 days'"
     "  ORDER BY e.occurred_at DESC, e.id DESC LIMIT " LATEST ") s"
     " LEFT JOIN category c ON c.user_id = $1 AND c.id = s.category_id"
     " ORDER BY m.id, b.currency, b.direction, s.occurred_at, s.id"},
    {"recurring_dismissed", "SELECT id, merchant_id, currency, direction, period, amount_minor"
                            " FROM recurring_dismissed WHERE user_id = $1"},
    {"recurring_dismiss",
     "INSERT INTO recurring_dismissed (user_id, id, merchant_id, currency, direction, period,"
     "  amount_minor) VALUES ($1, $2, $3, $4, $5, $6, $7)"},
    {"recurring_restore",
     "DELETE FROM recurring_dismissed WHERE user_id = $1 AND id = ANY($2::uuid[])"},
};
/* clang-format on */
const struct pg_statements recurring_statements = {TABLE(rows)};

bool recurring_store_seen(struct pg_tx *tx, const char *user_id, struct pg_result **result,
                          struct err *err)
{
    return pg_exec(tx, "recurring_seen", PARAMS(P_STR(user_id)), result, err);
}

bool recurring_store_dismissed(struct pg_tx *tx, const char *user_id, struct pg_result **result,
                               struct err *err)
{
    return pg_exec(tx, "recurring_dismissed", PARAMS(P_STR(user_id)), result, err);
}

bool recurring_store_dismiss(struct pg_tx *tx, const char *user_id,
                             const struct dismissal *dismissal, struct err *err)
{
    char id[UUID_SIZE];
    uuid_new(id);
    return pg_exec(tx, "recurring_dismiss",
                   PARAMS(P_STR(user_id), P_STR(id), P_STR(dismissal->merchant_id),
                          P_STR(dismissal->currency), P_STR(dismissal->direction),
                          P_STR(dismissal->period), P_INT(dismissal->minor)),
                   NULL, err);
}

bool recurring_store_restore(struct pg_tx *tx, const char *user_id, const char *ids,
                             struct err *err)
{
    return pg_exec(tx, "recurring_restore", PARAMS(P_STR(user_id), P_STR(ids)), NULL, err);
}
