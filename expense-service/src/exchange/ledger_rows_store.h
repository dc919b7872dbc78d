/* ledger_rows_store - a person's expenses a page at a time in the order of their ids, which never
 * change: whatever is edited meanwhile, each row comes once. Reads expense and what it refers to.
 */
#pragma once
#include <stdbool.h>

#include "exchange/ledger_csv.h"
#include "expenses/range.h"
#include "pg/pg.h"

enum { LEDGER_PAGE = 4000 };

/* Borrowed; NULL: all. */
struct ledger_filter {
    const char *user_id, *account_id, *currency;
    struct range range;
};
/* Rows after the id; "" begins. Fewer than LEDGER_PAGE: the end. */
must_check bool ledger_rows_page(struct pg_pool *db, const struct ledger_filter *filter,
                                 const char *after, struct pg_result **result, struct err *err);
/* Row n; its text is borrowed from the result. */
void ledger_rows_get(const struct pg_result *result, size_t n, struct ledger_row *out);
