/* budget_store - budgets and what was spent of them. Owns: rows of budget, budget_crossed and
 * budget_due. */
#pragma once
#include "budgets/budget.h"
#include "http/page.h"
#include "pg/pg.h"

extern const struct pg_statements budget_statements;

/* Rows in the columns that budget_from_row reads; behind them: today in the person's zone. */
must_check bool budget_store_list(struct pg_tx *tx, const char *user_id, struct pg_result **result,
                                  struct err *err);
/* The same, locked, in the order of their ids. */
must_check bool budget_store_lock_all(struct pg_tx *tx, const char *user_id,
                                      struct pg_result **result, struct err *err);
/* lock: to change it. ERR_NOT_FOUND. */
must_check bool budget_store_find(struct pg_tx *tx, const char *user_id, const char *id, bool lock,
                                  struct pg_result **result, struct err *err);
/* Borrows from the result. */
void budget_from_row(const struct pg_result *result, size_t row, struct budget *out,
                     int64_t *today);
must_check bool budget_store_today(struct pg_tx *tx, const char *user_id, int64_t *today,
                                   struct err *err);
/* ERR_CONFLICT too_many_budgets. */
must_check bool budget_store_add(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                                 struct err *err);
must_check bool budget_store_save(struct pg_tx *tx, const char *user_id, struct budget *budget,
                                  struct err *err);
must_check bool budget_store_delete(struct pg_tx *tx, const char *user_id, const char *id,
                                    struct err *err);
/* Of count periods, count at most BUDGET_CARRY_MAX + 1: what was spent in the budget's currency;
 * others (may be NULL): [{currency, amount}] of the last period. */
must_check bool budget_store_spent(struct pg_tx *tx, const char *user_id,
                                   const struct budget *budget, const struct period periods[],
                                   size_t count, int64_t spent[], json_t **others, struct err *err);

/* The person's budgets are to be looked at. */
must_check bool budget_store_make_due(struct pg_tx *tx, const char *user_id, struct err *err);
/* People whose budgets are to be looked at, at most limit; they are no longer due. */
must_check bool budget_store_due(struct pg_tx *tx, int limit, struct pg_result **people,
                                 struct err *err);
/* Remembers that the threshold was crossed; *fresh: it was not told yet. */
must_check bool budget_store_cross(struct pg_tx *tx, const char *user_id, const char *id,
                                   int64_t period_from, int threshold, bool *fresh,
                                   struct err *err);
/* Those above percent may be crossed anew. */
must_check bool budget_store_rearm(struct pg_tx *tx, const char *user_id, const char *id,
                                   int64_t period_from, int64_t percent, struct err *err);
