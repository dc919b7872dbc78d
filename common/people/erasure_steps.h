/* erasure_steps - erasing a person's rows a step a transaction, the first one in that which learns
 * of the deletion, the others in the background (erasure.h has what comes before and after). */
#pragma once
#include <stdbool.h>

#include "base/step.h"
#include "events/cloudevent.h"
#include "pg/pg.h"

/* Of a service that erases in steps, since a million rows take longer than a transaction may. */
struct erasure_steps {
    /* A deleted person whose rows are not erased yet, locked; *found: there is one. */
    bool (*next)(struct pg_tx *tx, char user_id[static UUID_SIZE], bool *found, struct err *err);
    /* Erases about limit rows; *done: none is left. */
    bool (*erase)(struct pg_tx *tx, const char *user_id, int limit, bool *done, struct err *err);
};
/* One step for a person, and the report when it was the last one. */
must_check bool erasure_step(struct pg_tx *tx, const struct erasure_steps *steps,
                             const char *user_id, const struct event *cause, struct err *err);
/* One step for the next person: background work. */
enum step erasure_rest(struct pg_pool *db, const struct erasure_steps *steps);
