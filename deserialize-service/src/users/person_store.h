/* person_store - what other services' events tell of a user. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "pg/pg.h"

extern const struct pg_statements person_statements;

/* A version below the known one, and anything of a deleted user, changes nothing; the same version
 * again sets it again. */
must_check bool person_store_set(struct pg_tx *tx, const char *user_id, const char *base_currency,
                                 const char *time_zone, int64_t version, struct err *err);
/* Erases the user's rows and leaves the tombstone. */
must_check bool person_store_erase(struct pg_tx *tx, const char *user_id, struct err *err);
/* Erases again what those deleted in the last hour have: a transaction that saw one of them alive
 * may have been committed after the erasure. Safe to repeat. */
must_check bool person_store_erase_rest(struct pg_pool *db, struct err *err);
