/* row - one reading as JSON: the parse tool's output, written without a tree.
 * Threads: one for each row. */
#pragma once
#include "explain.h"
#include "line.h"

struct row {
    char *text; /* of len bytes, no NUL; one for all rows, freed by the caller */
    size_t len, size;
};

/* {"id", "transaction", "class", "confidence", "reason" or the fields that were found}, no newline.
 * A text that is not UTF-8 is left out. why: NULL, or what it was chosen from:
 * "fields": {field: {"sure", "text"?}},
 * "candidates": [{"field", "text", "start", "end", "score", "chosen", "means"?}] */
void row_write(struct row *row, const struct line *line, const struct reading *reading,
               const struct explanation *why);
