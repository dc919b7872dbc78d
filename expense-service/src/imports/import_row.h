/* import_row - a record of a file as an entry of the ledger. No I/O. */
#pragma once
#include <stdbool.h>

#include "base/csv_read.h"
#include "expenses/expense.h"
#include "imports/cell.h"
#include "imports/layout.h"

/* Text is borrowed from the record or a constant; NULL: the file does not say. */
struct import_row {
    const char *code; /* why it is no entry, a constant; NULL: it is one */
    const char *column;
    char id[UUID_SIZE]; /* the file's own, or new */
    bool own_id;
    enum expense_type type;
    enum expense_direction direction;
    enum expense_status status;
    struct money money;
    struct cell_time when;
    const char *merchant, *category, *account, *last4, *note, *reference;
    json_t *tags;   /* owned */
    json_t *splits; /* owned: [{minor, category, note, share_of}], category by name; NULL: none */
};
void import_row_fini(struct import_row *row);
/* base_currency: of rows that name none where the layout has none either; NULL: not known. Trims
 * the record's cells where they are. */
void import_row_read(const struct layout *layout, const char *base_currency,
                     struct csv_record *record, struct import_row *out);
/* Whether two names may be of the same merchant: one of them is missing, or they share a word. */
bool import_names_agree(const char *one, const char *other);
