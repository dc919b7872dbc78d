#include "sums/sum_store.h"

#include "base/mem.h"

#define KEY "user_id, day, currency, type, category_id, account_id"
/* Of pg_try_advisory_xact_lock, in this schema's database: one folds at a time. */
#define FOLD_LOCK "hashtext('expense.day_sum')"

static const struct pg_statement rows[] = {
    {"sum_fold",
     "WITH taken AS (DELETE FROM day_sum WHERE ctid = ANY(ARRAY(SELECT ctid FROM day_sum"
     "  WHERE part <> 0 AND (SELECT pg_try_advisory_xact_lock(" FOLD_LOCK
     ")) LIMIT $1)) RETURNING *),"
     " folded AS (INSERT INTO day_sum AS s (" KEY ", part, minor, count, review)"
     "  SELECT " KEY ", 0, sum(minor), sum(count), sum(review) FROM taken GROUP BY " KEY
     "  ORDER BY " KEY " ON CONFLICT (" KEY ", part) DO UPDATE"
     "  SET minor = s.minor + excluded.minor, count = s.count + excluded.count,"
     "      review = s.review + excluded.review)"
     " SELECT count(*) FROM taken"},
    {"sum_next", "SELECT user_id FROM owner WHERE sums_zone <> time_zone AND deleted_at IS NULL"
                 " LIMIT 1 FOR UPDATE SKIP LOCKED"},
    {"sum_lock", "SELECT FROM owner WHERE user_id = $1 FOR UPDATE"},
    /* Before rows are deleted: what another folds meanwhile would not be seen. */
    {"sum_keep_folds_away", "SELECT pg_advisory_xact_lock(" FOLD_LOCK ")"},
    {"sum_clear", "DELETE FROM day_sum WHERE user_id = $1"},
    {"sum_erase", "DELETE FROM day_sum WHERE ctid = ANY(ARRAY(SELECT ctid FROM day_sum WHERE "
                  "user_id = $1 LIMIT $2))"},
    {"sum_renew", "INSERT INTO day_sum (" KEY ", part, minor, count, review)"
                  " SELECT o.user_id, r.day, r.currency, r.type, r.category_id, r.account_id, 0,"
                  "  r.minor, r.count, r.review FROM owner o"
                  " CROSS JOIN LATERAL day_sum_recount(o.user_id, o.time_zone) r"
                  " WHERE o.user_id = $1"},
    /* A ledger of millions takes longer than a request may. */
    {"sum_take_time", "SET LOCAL statement_timeout = '10min'"},
    {"sum_budgets", "INSERT INTO budget_due (user_id) SELECT $1::uuid WHERE EXISTS"
                    " (SELECT FROM budget WHERE user_id = $1)"},
    {"sum_zone", "UPDATE owner SET sums_zone = time_zone WHERE user_id = $1"},
    {"sum_compare",
     "WITH kept AS (SELECT day, currency, type, category_id, account_id, sum(minor) AS minor,"
     "  sum(count) AS count, sum(review) AS review FROM day_sum WHERE user_id = $1"
     "  GROUP BY 1, 2, 3, 4, 5),"
     " counted AS (SELECT r.* FROM owner o"
     "  CROSS JOIN LATERAL day_sum_recount(o.user_id, o.sums_zone) r WHERE o.user_id = $1)"
     " SELECT day, currency, type, category_id, account_id, coalesce(k.minor, 0),"
     "  coalesce(k.count, 0), coalesce(c.minor, 0), coalesce(c.count, 0)"
     " FROM kept k FULL JOIN counted c USING (day, currency, type, category_id, account_id)"
     " WHERE coalesce(k.minor, 0) <> coalesce(c.minor, 0)"
     "  OR coalesce(k.count, 0) <> coalesce(c.count, 0)"
     "  OR coalesce(k.review, 0) <> coalesce(c.review, 0)"
     " ORDER BY 1, 2, 3, 4, 5 LIMIT 100"},
    {"sum_people", "SELECT user_id FROM owner WHERE user_id > $1 AND deleted_at IS NULL"
                   " ORDER BY user_id LIMIT $2"},
};
const struct pg_statements sum_statements = {TABLE(rows)};

bool sum_store_fold(struct pg_tx *tx, int limit, size_t *folded, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "sum_fold", PARAMS(P_INT(limit)), &result, err))
        return false;
    *folded = (size_t)pg_int(result, 0, 0);
    return true;
}

bool sum_store_next(struct pg_tx *tx, char user_id[static UUID_SIZE], bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "sum_next", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (*found)
        pg_copy(result, 0, 0, user_id, UUID_SIZE);
    return true;
}

bool sum_store_lock(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "sum_lock", PARAMS(P_STR(user_id)), NULL, err);
}

static bool clear(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "sum_keep_folds_away", NULL, 0, NULL, err) &&
           pg_exec(tx, "sum_clear", PARAMS(P_STR(user_id)), NULL, err);
}

bool sum_store_erase(struct pg_tx *tx, const char *user_id, int64_t limit, size_t *erased,
                     struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "sum_keep_folds_away", NULL, 0, NULL, err) ||
        !pg_exec(tx, "sum_erase", PARAMS(P_STR(user_id), P_INT(limit)), &result, err))
        return false;
    *erased = pg_affected(result);
    return true;
}

bool sum_store_renew(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "sum_take_time", NULL, 0, NULL, err) && clear(tx, user_id, err) &&
           pg_exec(tx, "sum_renew", PARAMS(P_STR(user_id)), NULL, err) &&
           pg_exec(tx, "sum_budgets", PARAMS(P_STR(user_id)), NULL, err) &&
           pg_exec(tx, "sum_zone", PARAMS(P_STR(user_id)), NULL, err);
}

bool sum_store_compare(struct pg_tx *tx, const char *user_id, struct pg_result **result,
                       struct err *err)
{
    return pg_exec(tx, "sum_compare", PARAMS(P_STR(user_id)), result, err);
}

bool sum_store_people(struct pg_tx *tx, const char *after, int limit, struct pg_result **result,
                      struct err *err)
{
    return pg_exec(tx, "sum_people", PARAMS(P_STR(after), P_INT(limit)), result, err);
}
