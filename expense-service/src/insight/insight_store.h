/* insight_store - statements over the sums by day. Amounts are minor units as text. */
#pragma once
#include "insight/insight.h"
#include "pg/pg.h"

extern const struct pg_statements insight_statements;

/* Columns: period, currency, in, out, net, running net since from. */
must_check bool insight_store_cash_flow(struct pg_pool *db, const char *user_id,
                                        const struct insight_ask *ask, struct pg_result **result,
                                        struct err *err);
/* Columns: category id and name, currency, spent, spent in the period before, the difference. */
must_check bool insight_store_movers(struct pg_pool *db, const char *user_id,
                                     const struct insight_ask *ask, struct pg_result **result,
                                     struct err *err);
/* Columns: category id and name, currency, whether it is the first month of these, month, spent,
 * the mean of the three months before (NULL: there are none). */
must_check bool insight_store_trends(struct pg_pool *db, const char *user_id,
                                     const struct insight_ask *ask, struct pg_result **result,
                                     struct err *err);
