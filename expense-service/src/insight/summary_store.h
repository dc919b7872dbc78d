/* summary_store - asks PostgreSQL for sums. */
#pragma once
#include "insight/summary.h"

extern const struct pg_statements summary_statements;
must_check bool summary_store_read(struct pg_pool *db, const struct summary_ask *ask,
                                   const char *user_id, struct pg_result **result, struct err *err);
