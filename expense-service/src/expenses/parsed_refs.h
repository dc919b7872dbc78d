/* parsed_refs - what the texts of a batch name: merchants, accounts and categories of their people,
 * each looked up once a batch, and made where it is not there; and what they are in the people's
 * base currencies. What was found stays until the transaction ends.
 * Owns, with expense_store: rows of expense.merchant and account. */
#pragma once
#include "expenses/expense.h"
#include "expenses/parsed.h"
#include "imports/names.h"
#include "pg/pg.h"

extern const struct pg_statements parsed_refs_statements;

enum parsed_ref_kind { PARSED_MERCHANT, PARSED_ACCOUNT, PARSED_CATEGORY, PARSED_OWNER };
enum { PARSED_REF_KINDS = PARSED_OWNER + 1 };

struct parsed_found {
    const struct pg_result *result; /* NULL: it is not there */
    size_t row;
};
/* What is looked up in one table. */
struct parsed_lookup {
    struct names names;          /* owned texts: who and what */
    const struct parsed **first; /* the first text that names each */
    struct parsed_found *found;  /* of each */
    size_t *of_row;              /* which of them each row names, from 1; 0: none */
    struct pg_result *results[2];
};
/* Zero-initialise; end with parsed_refs_fini. */
struct parsed_refs {
    struct parsed_lookup lookups[PARSED_REF_KINDS];
    struct pg_result *bases;
};
void parsed_refs_fini(struct parsed_refs *refs);
/* skip tells which of the rows are left out. */
must_check bool parsed_refs_find(struct pg_tx *tx, const struct parsed rows[], const bool skip[],
                                 size_t count, struct parsed_refs *refs, struct err *err);
/* Those of row number n, which was not left out: into out, and into the row's origins. What was
 * learned of the merchant, or its owner said of it, goes before what its name suggests. */
void parsed_refs_set(const struct parsed_refs *refs, size_t n, struct parsed *row,
                     struct expense *out);
/* What the rows are in the base currencies: into out, which has the rest of those that were not
 * left out. */
must_check bool parsed_refs_bases(struct pg_tx *tx, struct parsed_refs *refs, struct expense out[],
                                  size_t count, struct err *err);
/* The merchant and the account that one text names, where they are new. */
must_check bool parsed_refs_make(struct pg_tx *tx, const struct parsed *parsed, struct err *err);
