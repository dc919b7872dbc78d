#include "accounts/gap_store.h"

#include "base/mem.h"

/* clang-format off */
#define OF_ACCOUNT "e.user_id = $1 AND e.account_id = $2 AND e.deleted_at IS NULL"
static const struct pg_statement rows[] = {
    {"gap_take_due",
     "WITH ripe AS (SELECT user_id, account_id FROM gap_due GROUP BY 1, 2"
     "  HAVING max(at) < now() - $1 * interval '1 second' OR min(at) < now() - 10 * $1 * interval '1 second'"
     "  ORDER BY 1, 2 LIMIT $2),"
     " taken AS (DELETE FROM gap_due WHERE ctid = ANY(ARRAY(SELECT d.ctid FROM gap_due d"
     "   JOIN ripe USING (user_id, account_id) FOR UPDATE OF d SKIP LOCKED))"
     "  RETURNING user_id, account_id, since)"
     " SELECT t.user_id, t.account_id, a.name, a.last4, " PG_US("min(t.since)") " FROM taken t"
     "  JOIN account a ON a.user_id = t.user_id AND a.id = t.account_id"
     "  JOIN owner o ON o.user_id = t.user_id AND o.deleted_at IS NULL"
     " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2"},
    {"gap_window",
     "WITH first AS (SELECT coalesce((SELECT e.occurred_at FROM expense e WHERE " OF_ACCOUNT
     "   AND e.balance_minor IS NOT NULL AND e.occurred_at < $3"
     "   ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1), $3) AS at)"
     " SELECT " PG_US("CASE WHEN first.at < (SELECT e.occurred_at FROM expense e WHERE " OF_ACCOUNT
     "   AND e.occurred_at < $3 ORDER BY e.occurred_at DESC, e.id DESC OFFSET 10 * $4 LIMIT 1)"
     "   THEN $3 ELSE first.at END") ", " PG_US("(SELECT e.occurred_at FROM expense e WHERE " OF_ACCOUNT
     "   AND e.occurred_at >= $3 ORDER BY e.occurred_at, e.id OFFSET $4 LIMIT 1)") " FROM first"},
    {"gap_go_on", "INSERT INTO gap_due (user_id, account_id, since, at) VALUES ($1, $2, $3, '-infinity')"},
    {"gap_tell", "INSERT INTO gap_told (user_id, expense_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"},
};
/* clang-format on */
const struct pg_statements gap_statements = {TABLE(rows)};

bool gap_store_due(struct pg_tx *tx, int64_t quiet_s, int limit, struct pg_result **result,
                   struct err *err)
{
    return pg_exec(tx, "gap_take_due", PARAMS(P_INT(quiet_s), P_INT(limit)), result, err);
}

bool gap_store_window(struct pg_tx *tx, const char *user_id, const char *account_id,
                      int64_t since_us, int64_t count, int64_t *from_us, int64_t *to_us,
                      struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "gap_window",
                 PARAMS(P_STR(user_id), P_STR(account_id), P_TIME(since_us), P_INT(count)), &result,
                 err))
        return false;
    *from_us = pg_int(result, 0, 0);
    *to_us = pg_is_null(result, 0, 1) ? 0 : pg_int(result, 0, 1);
    if (*to_us <= since_us) /* more than count at one time: all of them, or it never ends */
        *to_us = 0;
    return true;
}

bool gap_store_go_on(struct pg_tx *tx, const char *user_id, const char *account_id,
                     int64_t since_us, struct err *err)
{
    return pg_exec(tx, "gap_go_on", PARAMS(P_STR(user_id), P_STR(account_id), P_TIME(since_us)),
                   NULL, err);
}

bool gap_store_tell(struct pg_tx *tx, const char *user_id, const char *expense_id, bool *fresh,
                    struct err *err)
{
    return pg_exec_change(tx, "gap_tell", PARAMS(P_STR(user_id), P_STR(expense_id)), fresh, err);
}
