#include "base/mem.h"
#include "pg/pg.h"

bool pg_exec_change(struct pg_tx *tx, const char *statement, const struct pg_param *params,
                    size_t count, bool *changed, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, statement, params, count, &result, err))
        return false;
    *changed = pg_affected(result) > 0;
    return true;
}

bool pg_exec_ids(struct pg_tx *tx, const char *statement, const struct pg_param *params,
                 size_t count, char (**ids)[UUID_SIZE], size_t *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, statement, params, count, &result, err))
        return false;
    *found = pg_rows(result);
    *ids = xcalloc(*found + 1, sizeof **ids);
    for (size_t i = 0; i < *found; i++)
        pg_copy(result, i, 0, (*ids)[i], sizeof(*ids)[i]);
    return true;
}
