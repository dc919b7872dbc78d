/* sum_store - the sums by day: kept by triggers on expense (sql/expense/080_sums.sql), folded and
 * made anew here. Owns: rows of expense.day_sum. */
#pragma once
#include <stdbool.h>

#include "base/uuid.h"
#include "pg/pg.h"

extern const struct pg_statements sum_statements;

/* Folds up to limit rows that writers added into those they belong to; *folded: how many. One
 * replica at a time; who comes second folds none. */
must_check bool sum_store_fold(struct pg_tx *tx, int limit, size_t *folded, struct err *err);
/* A person whose days are to be counted in another zone than they are, locked; *found: there is
 * one. Nobody changes an expense of theirs until the transaction ends. */
must_check bool sum_store_next(struct pg_tx *tx, char user_id[static UUID_SIZE], bool *found,
                               struct err *err);
must_check bool sum_store_lock(struct pg_tx *tx, const char *user_id, struct err *err);
/* All of a person's, whatever is being folded. */
must_check bool sum_store_erase(struct pg_tx *tx, const char *user_id, int64_t limit,
                                size_t *erased, struct err *err);
/* Counts a locked person's ledger anew, in their present zone. */
must_check bool sum_store_renew(struct pg_tx *tx, const char *user_id, struct err *err);
/* Columns: day, currency, type, category, account, and minor, count of the sums and of a recount:
 * a row for each key where they differ, at most 100. */
must_check bool sum_store_compare(struct pg_tx *tx, const char *user_id, struct pg_result **result,
                                  struct err *err);
/* Ids of the people after the one given, in their order; at most limit. */
must_check bool sum_store_people(struct pg_tx *tx, const char *after, int limit,
                                 struct pg_result **result, struct err *err);
