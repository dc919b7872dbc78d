/* leaving_store - expenses leave a category that was deleted, some in a transaction.
 * Owns: with category_store, rows of expense.category. */
#pragma once
#include <stdbool.h>

#include "base/uuid.h"
#include "pg/pg.h"

extern const struct pg_statements leaving_statements;

/* A category whose expenses have not all left, locked; *found: there is one. moved_to is empty when
 * they go to none. */
must_check bool leaving_store_next(struct pg_tx *tx, char user_id[static UUID_SIZE],
                                   char id[static UUID_SIZE], char moved_to[static UUID_SIZE],
                                   bool *found, struct err *err);
/* Moves at most limit expenses on, with their history; *moved has EXPENSE_COLUMNS, those in the
 * trash included. What a rule, learning or the parser had said of them becomes the person's word.
 * *done: these were the last ones. */
must_check bool leaving_store_move(struct pg_tx *tx, const char *user_id, const char *id, int limit,
                                   struct pg_result **moved, bool *done, struct err *err);
/* Nothing is left in it: the row goes. */
must_check bool leaving_store_end(struct pg_tx *tx, const char *user_id, const char *id,
                                  struct err *err);
