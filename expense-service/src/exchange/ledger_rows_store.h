/* ledger_rows_store - a person's expenses a page at a time in the order of their ids, which never
 * change: whatever is edited meanwhile, each row comes once. Reads expense and what it refers to.
 */
#pragma once
#include <stdbool.h>

#include "exchange/ledger_csv.h"
#include "exchange/ledger_ofx.h"
#include "expenses/range.h"
#include "pg/pg.h"

enum { LEDGER_PAGE = 4000 };

/* Borrowed; NULL: all. */
struct ledger_filter {
    const char *user_id, *account_id, *currency;
    bool no_account; /* only what is of none */
    struct range range;
};
/* Rows after the id; "" begins. Fewer than LEDGER_PAGE: the end. */
must_check bool ledger_rows_page(struct pg_pool *db, const struct ledger_filter *filter,
                                 const char *after, struct pg_result **result, struct err *err);
/* Row n; its text is borrowed from the result. */
void ledger_rows_get(const struct pg_result *result, size_t n, struct ledger_row *out);

enum { STATEMENTS_MAX = 2000 };
/* A row for each account and currency of what the filter lets through. */
must_check bool ledger_rows_statements(struct pg_pool *db, const struct ledger_filter *filter,
                                       struct pg_result **result, struct err *err);
/* Row n; its text is borrowed from the result. */
void ledger_statement_get(const struct pg_result *result, size_t n, struct ledger_statement *out);
