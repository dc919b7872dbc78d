#include "workers/reading_templates.h"

#include <stdlib.h>

#include "base/mem.h"

bool reading_templates(struct pg_tx *tx, struct reading_jobs *jobs, struct taught_sets **taught,
                       struct err *err)
{
    const char **users = xcalloc(jobs->count, sizeof *users);
    for (size_t i = 0; i < jobs->count; i++)
        users[i] = jobs->items[i].ev->user_id;
    bool ok = taught_sets_load(tx, users, jobs->count, taught, err);
    free(users);
    for (size_t i = 0; ok && i < jobs->count; i++) {
        jobs->items[i].own = taught_sets_own(*taught, jobs->items[i].ev->user_id);
        jobs->items[i].shared = taught_sets_shared(*taught);
    }
    return ok;
}
