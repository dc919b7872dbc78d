#include "pg/columns.h"

#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"

void pg_columns_init(struct pg_columns *columns, size_t count)
{
    if (count > PG_COLUMNS_MAX)
        panic("%zu columns", count);
    memset(columns, 0, sizeof *columns);
    columns->count = count;
}

void pg_columns_fini(struct pg_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        buf_fini(&columns->arrays[i]);
}

static struct buf *next_item(struct pg_columns *columns, size_t column)
{
    struct buf *array = &columns->arrays[column];
    buf_add(array, array->len == 0 ? "{" : ",", 1);
    return array;
}

/* Quotes and backslashes are what an array literal needs escaped inside quotes. */
static void add_quoted(struct buf *array, const char *text)
{
    buf_add(array, "\"", 1);
    for (;;) {
        size_t plain = strcspn(text, "\"\\");
        buf_add(array, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        buf_add(array, "\\", 1);
        buf_add(array, text++, 1);
    }
    buf_add(array, "\"", 1);
}

void pg_columns_null(struct pg_columns *columns, size_t column)
{
    buf_add(next_item(columns, column), "NULL", 4);
}

void pg_columns_str(struct pg_columns *columns, size_t column, const char *text)
{
    if (text == NULL)
        pg_columns_null(columns, column);
    else
        add_quoted(next_item(columns, column), text);
}

/* array_recv: dimensions, whether there are NULLs, type of the items, their number, the first
 * index, which pg_columns_params fills in; then each item's length and bytes. */
enum { BINARY_HEAD = 20, BINARY_COUNT = 12 };

static void put_u32(char *out, uint32_t value)
{
    for (int i = 3; i >= 0; i--, value >>= 8)
        out[i] = (char)(value & 255);
}

/* bytes NULL: NULL. */
static void add_binary(struct pg_columns *columns, size_t column, enum pg_type type,
                       const void *bytes, size_t size)
{
    struct buf *array = &columns->arrays[column];
    char head[BINARY_HEAD], len[4];
    if (array->len == 0) {
        put_u32(head, 1);
        put_u32(head + 4, 1);
        put_u32(head + 8, (uint32_t)type);
        put_u32(head + BINARY_COUNT, 0);
        put_u32(head + 16, 1);
        buf_add(array, head, sizeof head);
    }
    columns->items[column]++;
    put_u32(len, bytes != NULL ? (uint32_t)size : UINT32_MAX);
    buf_add(array, len, sizeof len);
    buf_add(array, bytes, bytes != NULL ? size : 0);
}

void pg_columns_long(struct pg_columns *columns, size_t column, const char *text)
{
    add_binary(columns, column, PG_TEXT, text, text != NULL ? strlen(text) : 0);
}

static void add_number(struct pg_columns *columns, size_t column, enum pg_type type, int64_t value)
{
    char bytes[8];
    size_t size = type == PG_INT2 ? 2 : type == PG_INT4 ? 4 : 8;
    put_u32(bytes, (uint32_t)((uint64_t)value >> 32));
    put_u32(bytes + 4, (uint32_t)((uint64_t)value & UINT32_MAX));
    add_binary(columns, column, type, bytes + sizeof bytes - size, size);
}

static void add_uuid(struct pg_columns *columns, size_t column, const char *text)
{
    unsigned char bytes[16];
    uuid_to_bytes(text, bytes);
    add_binary(columns, column, PG_UUID, bytes, sizeof bytes);
}

void pg_columns_typed(struct pg_columns *columns, size_t column, enum pg_type type,
                      const struct pg_param *param)
{
    switch (param->kind) {
    case PG_P_TEXT:
        if (param->text == NULL)
            add_binary(columns, column, type, NULL, 0);
        else if (type == PG_UUID)
            add_uuid(columns, column, param->text);
        else
            pg_columns_long(columns, column, param->text);
        break;
    case PG_P_TIME:
        add_number(columns, column, type, param->num - PG_BINARY_US(0));
        break;
    case PG_P_INT:
        add_number(columns, column, type, param->num);
        break;
    case PG_P_BYTES:
        add_binary(columns, column, type, param->bytes, param->len);
        break;
    case PG_P_BOOL:
        panic("no column of these is in binary");
    }
}

void pg_columns_int(struct pg_columns *columns, size_t column, int64_t value)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)value);
    buf_add(next_item(columns, column), text, (size_t)len);
}

void pg_columns_time(struct pg_columns *columns, size_t column, int64_t us)
{
    char text[TIMEFMT_SIZE];
    timefmt_format(us, text);
    add_quoted(next_item(columns, column), text);
}

void pg_columns_bytes(struct pg_columns *columns, size_t column, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes;
    struct buf *array = next_item(columns, column);
    buf_add(array, "\"\\\\x", 4);
    for (size_t i = 0; i < len; i++) {
        char pair[2] = {digits[from[i] >> 4], digits[from[i] & 15]};
        buf_add(array, pair, 2);
    }
    buf_add(array, "\"", 1);
}

void pg_columns_param(struct pg_columns *columns, size_t column, const struct pg_param *param)
{
    switch (param->kind) {
    case PG_P_TEXT:
        pg_columns_str(columns, column, param->text);
        break;
    case PG_P_INT:
        pg_columns_int(columns, column, param->num);
        break;
    case PG_P_BOOL:
        pg_columns_str(columns, column, param->num ? "t" : "f");
        break;
    case PG_P_TIME:
        pg_columns_time(columns, column, param->num);
        break;
    case PG_P_BYTES:
        if (param->bytes == NULL)
            pg_columns_null(columns, column);
        else
            pg_columns_bytes(columns, column, param->bytes, param->len);
        break;
    }
}

void pg_columns_params(struct pg_columns *columns, struct pg_param *params)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct buf *array = &columns->arrays[i];
        if (columns->items[i] > 0) {
            put_u32(array->data + BINARY_COUNT, columns->items[i]);
            params[i] = P_BYTES(array->data, array->len);
            continue;
        }
        buf_add(array, array->len == 0 ? "{}" : "}", array->len == 0 ? 2 : 1);
        params[i] = P_STR(array->data);
    }
}
