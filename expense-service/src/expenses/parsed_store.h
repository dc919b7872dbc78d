/* parsed_store - expenses out of read texts, a statement for a whole batch of any users.
 * Owns, with expense_store: rows of expense.expense, merchant and account. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "expenses/expense_columns.h"
#include "expenses/parsed.h"
#include "pg/pg.h"

extern const struct pg_statements parsed_statements;

/* Column of *added, behind those of EXPENSE_COLUMNS: place of the row in rows. */
enum { PARSED_PLACE = EXPENSE_COLUMN_COUNT };
/* rows: count of them; skip tells which are left out. Makes what merchants and accounts are new,
 * and the expenses whose text has none yet; *added has EXPENSE_COLUMNS and the place of those made,
 * in the order of rows. */
must_check bool parsed_store_add(struct pg_tx *tx, const struct parsed rows[], const bool skip[],
                                 size_t count, struct pg_result **added, struct err *err);
/* The merchant and the account that one text names, where they are new. */
must_check bool parsed_store_make_refs(struct pg_tx *tx, const struct parsed *parsed,
                                       struct err *err);
