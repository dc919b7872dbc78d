/* ledger_csv - the ledger as a comma-separated file: which columns, and a row of them. No I/O.
 * Texts are made safe for spreadsheets (base/csv.h). Times are UTC, amounts have the decimals of
 * their currency and no sign: direction tells it. Tags are joined by ';', one inside a tag is "\;".
 * Splits are the JSON that PUT /expenses/{id}/splits takes, with categories by name.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/money.h"
#include "base/uuid.h"

/* Borrowed; NULL and empty: nothing. */
struct ledger_row {
    char id[UUID_SIZE];
    int64_t occurred_us;
    const char *type, *direction, *status, *source;
    struct money amount;
    const char *merchant, *category, *account, *last4, *note, *reference;
    const char *tags;   /* a JSON array as text; NULL: none */
    const char *splits; /* rows of splits/split.h as text; NULL: none */
};
void ledger_csv_header(struct buf *out);
void ledger_csv_row(struct buf *out, const struct ledger_row *row);
