/* person_store - what other services' events tell of a user. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "pg/pg.h"

extern const struct pg_statements person_statements;

/* SQL: by how many seconds the zone of person p was ahead of UTC at that time. */
#define PERSON_UTC_OFFSET(at)                                                                      \
    "extract(epoch FROM (" at " AT TIME ZONE coalesce(p.time_zone, 'UTC'))"                        \
    "  - (" at " AT TIME ZONE 'UTC'))::bigint"

/* What user-service tells; strings are borrowed. */
struct person {
    const char *base_currency, *time_zone; /* base_currency may be NULL */
    int retention_days;                    /* 0: not told */
    int64_t version;
};
/* A version below the known one, and anything of a deleted user, changes nothing; the same version
 * again sets it again. */
must_check bool person_store_set(struct pg_tx *tx, const char *user_id, const struct person *person,
                                 struct err *err);
/* Leaves the tombstone. The rows are erased by person_store_erase. */
must_check bool person_store_delete(struct pg_tx *tx, const char *user_id, struct err *err);
/* Erases at most limit texts with what was read in them; *done tells that none is left. */
must_check bool person_store_erase(struct pg_tx *tx, const char *user_id, int limit, bool *done,
                                   struct err *err);
/* A deleted user whose rows are not erased yet, locked; *found tells whether there is one. */
must_check bool person_store_next_to_erase(struct pg_tx *tx, char user_id[static UUID_SIZE],
                                           bool *found, struct err *err);
/* Erases again what those deleted in the last hour have: a transaction that saw one of them alive
 * may have been committed after the erasure. Safe to repeat. */
must_check bool person_store_erase_stragglers(struct pg_pool *db, struct err *err);
