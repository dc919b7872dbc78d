/* watching - where budgets stand, and telling of each threshold that is crossed: once a period. */
#pragma once
#include "base/step.h"
#include "budgets/budget_store.h"

struct svc;
/* Where the budget stands in period n; others may be NULL. */
must_check bool budget_state_of(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                                int64_t n, int64_t today, struct budget_state *out, json_t **others,
                                struct err *err);
/* As the API shows it: with the period of today, while there is one. *out is the caller's. */
must_check bool budget_show_now(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                                int64_t today, json_t **out, struct err *err);
/* Background work: budgets of people whose sums changed. */
enum step budgets_watch(struct svc *svc);
