/* output - what an operator's command prints: JSON for machines, a table otherwise. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The bytes as text that is safe on a terminal: printable UTF-8 stays, a backslash is doubled, all
 * else (control characters, those that turn the writing direction, bytes that are no UTF-8) becomes
 * \n, \t or \xNN. NULL gives "". The caller frees. */
char *output_escape(const void *bytes, size_t len);

struct output_column {
    const char *title, *member; /* of each row: text, integer, boolean or null */
    bool right;
};
/* A line of titles and one for each object of rows, padded to the widest. */
void output_table(FILE *out, const struct output_column *columns, size_t count, const json_t *rows);
/* Compact, on a line of its own. */
void output_json(FILE *out, const json_t *json);
/* "812 B", "64.0 KiB", … */
void output_size(long long bytes, char out[static 24]);
