/* rows - rows of a table as text for files: JSON as they are, CSV for spreadsheets. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/mem.h"

/* Adds rows of an array of objects; first: nothing of the table was written yet.
 * JSON: a row a line, between rows_json_begin and rows_json_end.
 * CSV (RFC 4180): the first row's names are the header. A text that a spreadsheet would take for a
 * formula gets an apostrophe in front, since senders of bank texts are not to run anything in the
 * person's office; the JSON has it as it is. */
typedef void rows_fn(struct buf *out, const json_t *rows, bool first);
rows_fn rows_to_json, rows_to_csv;
void rows_json_begin(struct buf *out);
void rows_json_end(struct buf *out);
