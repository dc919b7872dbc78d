/* csv_read - records of a comma-separated file (RFC 4180), one at a time out of a window of it, so
 * that a file of any size is read in little memory. Line ends may be CRLF, LF or CR. No I/O. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

enum { CSV_CELLS_MAX = 64, CSV_RECORD_MAX = 65536 /* bytes */ };

struct csv_record {
    const char *cells[CSV_CELLS_MAX]; /* NUL-terminated, in text */
    size_t count;
    struct buf text; /* owned; init is { 0 }, kept from record to record */
};
void csv_record_fini(struct csv_record *record);

enum csv_next {
    CSV_RECORD, /* *used bytes of it, *lines line ends in them */
    CSV_MORE,   /* the window ends within a record */
    CSV_BROKEN, /* no record: too long, too many cells, a NUL, or a quote left open; *used is its
                 * first line */
};
/* last: the window ends with the file. An empty line is a record of one empty cell. */
enum csv_next csv_read(const char *window, size_t len, bool last, char delimiter,
                       struct csv_record *out, size_t *used, size_t *lines);
