/* entering_store - rows of a file put into the ledger, a statement for a page of them.
 * Owns, with expense_store: rows of expense. */
#pragma once
#include <stdbool.h>

#include "expenses/expense.h"
#include "imports/import_row.h"
#include "imports/import_store.h"

extern const struct pg_statements entering_statements;

/* us of the rows that have only a local time, in the person's zone; skip tells which are left out.
 */
must_check bool entering_store_times(struct pg_tx *tx, const char *user_id,
                                     struct import_row rows[], const bool skip[], size_t count,
                                     struct err *err);
/* Which of the files' own ids are there: {id, it is deleted, the undoing of an import deleted it}.
 */
must_check bool entering_store_known(struct pg_tx *tx, const char *user_id,
                                     const struct import_row rows[], const bool skip[],
                                     size_t count, struct pg_result **result, struct err *err);
/* Entries of the same amount, direction and day that no row of this import stands for yet: {place,
 * id, merchant's name, reference}, by place. */
must_check bool entering_store_alike(struct pg_tx *tx, const struct import_work *work,
                                     const struct import_row rows[], const bool skip[],
                                     size_t count, struct pg_result **result, struct err *err);
/* A row about to be an entry, with what is text already. */
struct entering {
    struct expense expense; /* tags and origins are NULL: the texts below are those */
    char *tags, *origins;   /* owned: JSON */
    const char *reference;  /* NULL: none */
};
/* What they are in the person's base currency. */
must_check bool entering_store_bases(struct pg_tx *tx, const struct import_work *work,
                                     struct entering rows[], size_t count, struct err *err);
/* count: at least one. */
must_check bool entering_store_add(struct pg_tx *tx, const struct import_work *work,
                                   const struct entering rows[], size_t count, struct err *err);
