#include "purge_store.h"

#include "base/mem.h"

bool purge_store_drop(struct pg_pool *db, const char *statement, size_t *dropped, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, statement, NULL, 0, &result, err))
        return false;
    *dropped = pg_affected(result);
    return true;
}
