/* parsed_store - expenses out of read texts, a statement for a whole batch of any users.
 * Owns, with expense_store: rows of expense.expense. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "expenses/parsed.h"
#include "pg/pg.h"

extern const struct pg_statements parsed_statements;

/* rows and what they are to be: count of them, with all that they point to. skip tells which are
 * left out, and afterwards, besides, those whose text has its expense already. */
must_check bool parsed_store_add(struct pg_tx *tx, const struct parsed rows[],
                                 const struct expense expenses[], bool skip[], size_t count,
                                 struct err *err);
