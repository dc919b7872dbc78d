/* ofx - entries of an OFX file, 1.x (SGML) or 2.x (XML), as records in the columns of
 * layout_of_ofx. Format: Open Financial Exchange 2.2, sections 11.4.4 (STMTTRN) and 3.2.8 (dates).
 * No I/O. */
#pragma once
#include "base/csv_read.h"

enum { OFX_ENTRY_MAX = 65536 };

/* What a statement says of all its entries. */
struct ofx {
    char currency[8], account[64];
};
/* CSV_RECORD: an entry, with *used and *lines as of csv_read; a record of no cells is the end or
 * something between. Other results as of csv_read. */
enum csv_next ofx_read(struct ofx *state, const char *window, size_t len, bool last,
                       struct csv_record *out, size_t *used, size_t *lines);
