/* change_store - the history of expenses, what brings them back from the trash and empties it.
 * Owns: rows of expense.expense_change; with expense_store, rows of expense.expense. */
#pragma once
#include <stdbool.h>

#include "expenses/change.h"
#include "expenses/expense_store.h"
#include "http/page.h"
#include "pg/pg.h"

extern const struct pg_statements change_statements;

/* Remembers a change that was just stored: of the expense as it is, with its new version. fields is
 * {field: {from, to}}. */
must_check bool change_store_add(struct pg_tx *tx, const struct expense *expense,
                                 const struct change *change, const json_t *fields,
                                 struct err *err);
/* Page of the history, newest first, one row more than the limit; its last row is the entering.
 * No rows: no such expense of this user. */
must_check bool change_store_list(struct pg_pool *db, const char *user_id, const char *id,
                                  const struct page *page, struct pg_result **result,
                                  struct err *err);
json_t *change_from_row(const struct pg_result *result, size_t n);

/* Locks an expense, in the trash or not; ERR_NOT_FOUND for what was purged or is another's. */
must_check bool change_store_lock_any(struct pg_tx *tx, const char *user_id, const char *id,
                                      struct expense_row *out, struct err *err);
/* Locks those of the ids that are there, in one order whoever asks, so that two who change many at
 * once do not wait for each other. ids: an array literal. */
must_check bool change_store_lock_many(struct pg_tx *tx, const char *user_id, const char *ids,
                                       struct err *err);
/* Of a locked row; moves version and updated_us on. */
must_check bool change_store_restore(struct pg_tx *tx, struct expense *expense, struct err *err);

/* Purges at most limit of what was deleted TRASH_DAYS ago, of anyone; *purged < limit: no more. */
must_check bool change_store_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err);
