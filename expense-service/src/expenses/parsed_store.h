/* parsed_store - expenses out of read texts, a statement for a whole batch of any users.
 * Owns, with expense_store: rows of expense.expense, merchant and account. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "pg/pg.h"

extern const struct pg_statements parsed_statements;

/* Column of *added, behind those of EXPENSE_COLUMNS: place of the row in rows. */
enum { PARSED_PLACE = 25 };
/* rows: array made by parsed_row (expenses/parsed.h), null for those left out. Makes what merchants
 * and accounts are new, and the expenses whose text has none yet; *added has EXPENSE_COLUMNS and
 * the place of those made, in the order of rows. */
must_check bool parsed_store_add(struct pg_tx *tx, const json_t *rows, struct pg_result **added,
                                 struct err *err);
