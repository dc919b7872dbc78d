#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "pg/conn.h"

struct pg_result {
    PGresult *res;
    atomic_int refs;
};

void params_fill(struct params *out, const struct pg_param *params, size_t count)
{
    if (count > PG_PARAMS_MAX)
        panic("%zu parameters", count);
    for (size_t i = 0; i < count; i++) {
        const struct pg_param *param = &params[i];
        out->values[i] = out->text[i];
        out->lengths[i] = 0;
        out->formats[i] = 0;
        switch (param->kind) {
        case PG_P_TEXT:
            out->values[i] = param->text;
            break;
        case PG_P_INT:
            snprintf(out->text[i], sizeof out->text[i], "%lld", (long long)param->num);
            break;
        case PG_P_BOOL:
            strcpy(out->text[i], param->num ? "t" : "f");
            break;
        case PG_P_TIME:
            timefmt_format(param->num, out->text[i]);
            break;
        case PG_P_BYTES:
            out->values[i] = param->bytes;
            out->lengths[i] = (int)param->len;
            out->formats[i] = 1;
            break;
        }
    }
}

struct pg_result *result_new(PGresult *res)
{
    struct pg_result *result = xmalloc(sizeof *result);
    result->res = res;
    result->refs = 1;
    return result;
}

struct pg_result *pg_result_share(struct pg_result *result)
{
    atomic_fetch_add(&result->refs, 1);
    return result;
}

void pg_result_drop(struct pg_result **result)
{
    struct pg_result *dropped = *result;
    *result = NULL;
    if (dropped == NULL || atomic_fetch_sub(&dropped->refs, 1) > 1)
        return;
    PQclear(dropped->res);
    free(dropped);
}

size_t pg_rows(const struct pg_result *result)
{
    return (size_t)PQntuples(result->res);
}

size_t pg_affected(const struct pg_result *result)
{
    return (size_t)strtoull(PQcmdTuples(result->res), NULL, 10);
}

/* A column or row that is not there is a mistake in the code, which libpq would answer with NULL.
 */
static const PGresult *at(const struct pg_result *result, size_t row, int col)
{
    if (row >= (size_t)PQntuples(result->res) || col < 0 || col >= PQnfields(result->res))
        panic("row %zu column %d of %d x %d", row, col, PQntuples(result->res),
              PQnfields(result->res));
    return result->res;
}

bool pg_is_null(const struct pg_result *result, size_t row, int col)
{
    return PQgetisnull(at(result, row, col), (int)row, col);
}

const char *pg_str(const struct pg_result *result, size_t row, int col)
{
    return pg_is_null(result, row, col) ? NULL : PQgetvalue(result->res, (int)row, col);
}

const void *pg_raw(const struct pg_result *result, size_t row, int col, size_t *len)
{
    *len = (size_t)PQgetlength(at(result, row, col), (int)row, col);
    return pg_str(result, row, col);
}

/* Two's complement, most significant byte first. */
static int64_t int_of_bytes(const unsigned char *bytes, size_t len)
{
    uint64_t value = len > 0 && (bytes[0] & 0x80) ? UINT64_MAX : 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

void pg_copy(const struct pg_result *result, size_t row, int col, char *out, size_t size)
{
    const char *text = pg_str(result, row, col);
    snprintf(out, size, "%s", text != NULL ? text : "");
}

int64_t pg_int(const struct pg_result *result, size_t row, int col)
{
    size_t len;
    const char *text = pg_raw(result, row, col, &len);
    if (text == NULL)
        return 0;
    if (PQfformat(result->res, col) == 1)
        return int_of_bytes((const unsigned char *)text, len);
    return strtoll(text, NULL, 10);
}

bool pg_bool(const struct pg_result *result, size_t row, int col)
{
    const char *text = pg_str(result, row, col);
    return text != NULL && (text[0] == 't' || text[0] == 1);
}

static unsigned nibble(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

void *pg_bytes(const struct pg_result *result, size_t row, int col, size_t *len)
{
    size_t have;
    const char *text = pg_raw(result, row, col, &have);
    *len = 0;
    if (text == NULL)
        return NULL;
    if (PQfformat(result->res, col) == 1) {
        *len = have;
        void *copy = xmalloc(have);
        memcpy(copy, text, have);
        return copy;
    }
    if (have < 2 || text[0] != '\\' || text[1] != 'x')
        panic("column %d is not bytea in hex", col);
    *len = have / 2 - 1;
    unsigned char *bytes = xmalloc(*len);
    for (size_t i = 0; i < *len; i++)
        bytes[i] = (unsigned char)(nibble(text[2 + 2 * i]) << 4 | nibble(text[3 + 2 * i]));
    return bytes;
}

static void add_quoted(struct buf *out, const char *text)
{
    buf_add(out, "\"", 1);
    for (;;) {
        size_t plain = strcspn(text, "\"\\");
        buf_add(out, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        buf_add(out, "\\", 1);
        buf_add(out, text++, 1);
    }
    buf_add(out, "\"", 1);
}

char *pg_array(const char *const items[], size_t count)
{
    struct buf out = {0};
    buf_add(&out, "{", 1);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add(&out, ",", 1);
        if (items[i] == NULL)
            buf_add(&out, "NULL", 4);
        else
            add_quoted(&out, items[i]);
    }
    buf_add(&out, "}", 1);
    return out.data;
}

char *pg_array_column(const struct pg_result *result, int col)
{
    size_t count = pg_rows(result);
    const char **items = xcalloc(count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = pg_str(result, i, col);
    char *list = pg_array(items, count);
    free(items);
    return list;
}

char *pg_array_int(const int64_t items[], size_t count)
{
    struct buf out = {0};
    buf_add(&out, "{", 1);
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, i > 0 ? ",%lld" : "%lld", (long long)items[i]);
    buf_add(&out, "}", 1);
    return out.data;
}
