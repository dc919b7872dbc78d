/* entering_refs - what the rows of a page name: merchants, categories and accounts, each looked up
 * once a page, and made where it is not there. Owns, with expense_store: rows of merchant, category
 * and account. */
#pragma once
#include "expenses/expense.h"
#include "imports/import_row.h"
#include "imports/import_store.h"
#include "imports/names.h"

extern const struct pg_statements entering_refs_statements;

/* Refs borrow from the results. Zero-initialise. */
struct entering_refs {
    struct names merchants, categories, keys, accounts;
    char **account_keys; /* owned: the texts of accounts */
    size_t account_count;
    struct pg_result *found[4]; /* owned: of each of these, by its number */
};
void entering_refs_fini(struct entering_refs *refs);
/* skip tells which rows are left out. */
must_check bool entering_refs_find(struct pg_tx *tx, const struct import_work *work,
                                   const struct import_row rows[], const bool skip[], size_t count,
                                   struct entering_refs *refs, struct err *err);
/* Those of a row that was not left out: into out, with the category's origin in *by (NULL: it has
 * none). */
void entering_refs_set(const struct entering_refs *refs, const struct import_row *row,
                       struct expense *out, const char **by);
/* What a split's category is called; NULL: it has none. */
struct ref entering_refs_category(const struct entering_refs *refs, const char *name);
