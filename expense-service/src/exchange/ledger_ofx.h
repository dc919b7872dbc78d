/* ledger_ofx - the ledger as an OFX 2.2 file (Open Financial Exchange, financialdataexchange.org):
 * a statement for each account and currency. No I/O. Names are cut to the lengths of the standard;
 * FITID is the id of the entry, by which an import knows it again. */
#pragma once
#include <stdbool.h>

#include "exchange/ledger_csv.h"

/* Borrowed; NULL: of no account. */
struct ledger_statement {
    const char *account_id, *bank, *number, *currency;
    bool is_card;
    const char *balance_minor; /* an integer as text, of any length */
    int64_t first_us, last_us;
};
void ledger_ofx_begin(struct buf *out, int64_t now_us);
void ledger_ofx_statement(struct buf *out, const struct ledger_statement *statement);
void ledger_ofx_row(struct buf *out, const struct ledger_row *row);
void ledger_ofx_statement_end(struct buf *out, const struct ledger_statement *statement);
void ledger_ofx_end(struct buf *out);
