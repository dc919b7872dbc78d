#include "insight/summary_store.h"

static const struct pg_statement rows[] = {
    {"summary_zone", "SELECT sums_zone = time_zone FROM owner WHERE user_id = $1"},
};
const struct pg_statements summary_statements = {TABLE(rows)};

bool summary_store_read(struct pg_pool *db, const struct summary_ask *ask, const char *user_id,
                        struct pg_result **result, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *zone = NULL;
    scoped(query_fini) struct query query = {0};
    bool by_day = summary_by_day(ask);
    if (!pg_begin(db, &tx, err) ||
        (by_day && !pg_exec(tx, "summary_zone", PARAMS(P_STR(user_id)), &zone, err)))
        return false;
    by_day = by_day && pg_rows(zone) > 0 && pg_bool(zone, 0, 0);
    summary_query(ask, user_id, by_day, &query);
    return pg_exec_sql(tx, query.sql.data, query.params, query.count, result, err) &&
           pg_commit(&tx, err);
}
