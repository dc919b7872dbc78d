/* columns - many rows as one array literal per column, for statements over
 *     unnest($1::uuid[], $2::text[], …)
 * Rows are added column by column; every column must get one item a row. Not thread-safe. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "pg/pg.h"

enum { PG_COLUMNS_MAX = 32 };

struct pg_columns {
    struct buf arrays[PG_COLUMNS_MAX];
    uint32_t items[PG_COLUMNS_MAX]; /* of those in binary */
    size_t count;
};
/* count: number of columns, at most PG_COLUMNS_MAX. */
void pg_columns_init(struct pg_columns *columns, size_t count);
void pg_columns_fini(struct pg_columns *columns);

/* NULL text is SQL NULL. */
void pg_columns_str(struct pg_columns *columns, size_t column, const char *text);
void pg_columns_int(struct pg_columns *columns, size_t column, int64_t value);
void pg_columns_null(struct pg_columns *columns, size_t column);
/* timestamptz; microseconds. */
void pg_columns_time(struct pg_columns *columns, size_t column, int64_t us);
/* bytea, as its hex form. */
void pg_columns_bytes(struct pg_columns *columns, size_t column, const void *bytes, size_t len);
/* The same in binary, for long texts, which are then neither quoted nor searched for quotes: all of
 * a column or none, and the statement takes it as text[]. */
void pg_columns_long(struct pg_columns *columns, size_t column, const char *text);
/* Whatever a parameter of one row would be. */
void pg_columns_param(struct pg_columns *columns, size_t column, const struct pg_param *param);

/* All columns as parameters, in order; they borrow from columns, to which nothing may be added
 * any more. params has room for count. */
void pg_columns_params(struct pg_columns *columns, struct pg_param *params);
