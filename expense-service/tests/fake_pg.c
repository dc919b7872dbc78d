/* Results as the database would give them; a statement that no fake looks at finds nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fake_store.h"
#include "pg/pg.h"

void pg_result_drop(struct pg_result **result)
{
    *result = NULL;
}

size_t pg_rows(const struct pg_result *result)
{
    return result->rows;
}

const char *pg_str(const struct pg_result *result, size_t row, int col)
{
    return result->cells[row * (size_t)result->cols + (size_t)col];
}

int64_t pg_int(const struct pg_result *result, size_t row, int col)
{
    const char *text = pg_str(result, row, col);
    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool pg_bool(const struct pg_result *result, size_t row, int col)
{
    return strcmp(pg_str(result, row, col), "t") == 0;
}

bool pg_is_null(const struct pg_result *result, size_t row, int col)
{
    return pg_str(result, row, col) == NULL;
}

void pg_copy(const struct pg_result *result, size_t row, int col, char *out, size_t size)
{
    snprintf(out, size, "%s", pg_str(result, row, col));
}

void *pg_bytes(const struct pg_result *result, size_t row, int col, size_t *len)
{
    char *copy = strdup(pg_str(result, row, col));
    *len = copy != NULL ? strlen(copy) : 0;
    return copy;
}

size_t pg_affected(const struct pg_result *result)
{
    return result->rows;
}

char *pg_array(const char *const items[], size_t count)
{
    (void)items;
    (void)count;
    return xstrdup("{}");
}

char *pg_array_column(const struct pg_result *result, int col)
{
    (void)result, (void)col;
    return xstrdup("{}");
}

/* What no test looks at: the statement went well and found nothing. */
static bool nothing(struct pg_result **result)
{
    static struct pg_result none;
    if (result != NULL)
        *result = &none;
    return true;
}

bool pg_exec(struct pg_tx *tx, const char *statement, const struct pg_param *params, size_t count,
             struct pg_result **result, struct err *err)
{
    (void)tx, (void)statement, (void)params, (void)count, (void)err;
    return nothing(result);
}

bool pg_exec_sql(struct pg_tx *tx, const char *sql, const struct pg_param *params, size_t count,
                 struct pg_result **result, struct err *err)
{
    return pg_exec(tx, sql, params, count, result, err);
}

bool pg_query(struct pg_pool *pool, const char *statement, const struct pg_param *params,
              size_t count, struct pg_result **result, struct err *err)
{
    (void)pool;
    return pg_exec(NULL, statement, params, count, result, err);
}

bool pg_exec_change(struct pg_tx *tx, const char *statement, const struct pg_param *params,
                    size_t count, bool *changed, struct err *err)
{
    *changed = false;
    return pg_exec(tx, statement, params, count, NULL, err);
}
