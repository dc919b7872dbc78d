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
/* In binary, which neither side has to quote, search or parse: all items of a column or none, and
 * the statement takes it as an array of just that type. Names and values are PostgreSQL's. */
enum pg_type {
    PG_BYTEA = 17,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_TIMESTAMPTZ = 1184,
    PG_UUID = 2950, /* of a valid text */
};
void pg_columns_typed(struct pg_columns *columns, size_t column, enum pg_type type,
                      const struct pg_param *param);
/* The same of a long text. */
void pg_columns_long(struct pg_columns *columns, size_t column, const char *text);
/* Whatever a parameter of one row would be. */
void pg_columns_param(struct pg_columns *columns, size_t column, const struct pg_param *param);

/* All columns as parameters, in order; they borrow from columns, to which nothing may be added
 * any more. params has room for count. */
void pg_columns_params(struct pg_columns *columns, struct pg_param *params);
