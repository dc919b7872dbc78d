/* learning - what a person's corrections teach, and what was learned put to use. */
#pragma once
#include "base/step.h"
#include "expenses/change.h"
#include "expenses/expense.h"
#include "pg/pg.h"

/* An expense was changed as changed tells: when its person set another category, its merchant has
 * it from now on, and the event says so. before: its JSON before. */
must_check bool learning_note(struct pg_tx *tx, const json_t *before, const struct expense *expense,
                              const json_t *changed, const struct change *change, struct err *err);
/* An expense that nobody gave a category gets that of its merchant. It borrows from *result. */
must_check bool learning_apply(struct pg_tx *tx, struct expense *expense, json_t *changed,
                               struct pg_result **result, struct err *err);
struct svc;
/* Background work: a merchant's category given to all that was bought there. */
enum step learning_spread(struct svc *svc);
