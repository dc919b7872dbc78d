/* expense_store - expenses in PostgreSQL, entered by hand and read from texts.
 * Owns: rows of expense.expense, merchant and account. */
#pragma once
#include <stdbool.h>

#include "expenses/expense.h"
#include "expenses/expense_text.h"
#include "expenses/range.h"
#include "pg/pg.h"

extern const struct pg_statements expense_statements;

/* An expense with the result that its text is borrowed from. init is { 0 }. */
struct expense_row {
    struct expense expense;
    struct pg_result *result;
};
void expense_row_fini(struct expense_row *row);

/* Reads row n of a result with EXPENSE_COLUMNS; the caller ends it with expense_fini. */
void expense_from_row(const struct pg_result *result, size_t n, struct expense *out);
/* The same without trees of tags and origins: as text, borrowed. */
void expense_from_row_bare(const struct pg_result *result, size_t n, struct expense *out,
                           struct expense_texts *texts);

/* The expense that "expense_get" found; ERR_NOT_FOUND for what is absent, deleted or another's. It
 * borrows from result; the caller ends it with expense_fini. */
must_check bool expense_store_found(const struct pg_result *result, struct expense *out,
                                    struct err *err);
must_check bool expense_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                                   struct expense_row *out, struct err *err);
must_check bool expense_store_add(struct pg_tx *tx, struct expense *expense, struct err *err);
/* The same by other statements: one that locks, and one that reads what is locked. */
must_check bool expense_store_lock_by(struct pg_tx *tx, const char *lock, const char *get,
                                      const char *user_id, const char *id, struct expense_row *out,
                                      struct err *err);
/* Rows of EXPENSE_COLUMNS by id, deleted or not. ids: an array literal. */
must_check bool expense_store_get_many(struct pg_tx *tx, const char *user_id, const char *ids,
                                       struct pg_result **result, struct err *err);
/* Of a locked row; moves version and updated_us on in expense, too. */
must_check bool expense_store_save(struct pg_tx *tx, struct expense *expense, struct err *err);
must_check bool expense_store_delete(struct pg_tx *tx, struct expense *expense, struct err *err);
must_check bool expense_store_query(struct pg_pool *db, const struct query *query,
                                    struct pg_result **result, struct err *err);

/* Finds what a client named; a merchant's name that is new makes the merchant. *found false: there
 * is no such thing of this user. out borrows from *result. what is "merchant", "category" or
 * "account". */
must_check bool ref_store_resolve(struct pg_tx *tx, const char *user_id, const char *what,
                                  const struct ref_input *input, struct pg_result **result,
                                  struct ref *out, bool *found, struct err *err);
