/* gap_store - accounts whose gaps are to be looked for, and which were told. Owns: rows of gap_due,
 * gap_told. */
#pragma once
#include <stdbool.h>

#include "pg/pg.h"

extern const struct pg_statements gap_statements;

/* Columns of gap_store_due. */
enum { GAP_USER, GAP_ACCOUNT, GAP_NAME, GAP_LAST4, GAP_SINCE };
/* Takes at most limit accounts to which no text came for quiet_s, or that have waited ten times
 * that; GAP_SINCE is the earliest new text's time in microseconds. They are this transaction's:
 * others pass them by. */
must_check bool gap_store_due(struct pg_tx *tx, int64_t quiet_s, int limit,
                              struct pg_result **result, struct err *err);
/* What to look at for the texts since then: from the balance told before them, at most count
 * entries on. *to_us 0: to the end. A balance that was
 * told more than ten times count entries before is not gone back to. */
must_check bool gap_store_window(struct pg_tx *tx, const char *user_id, const char *account_id,
                                 int64_t since_us, int64_t count, int64_t *from_us, int64_t *to_us,
                                 struct err *err);
/* The account's entries from then on are still to be looked at. */
must_check bool gap_store_go_on(struct pg_tx *tx, const char *user_id, const char *account_id,
                                int64_t since_us, struct err *err);
/* *fresh: the gap that ends with this entry was not told before. */
must_check bool gap_store_tell(struct pg_tx *tx, const char *user_id, const char *expense_id,
                               bool *fresh, struct err *err);
