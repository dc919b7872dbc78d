/* throttle_store - rows of login_throttle and known_address. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pg/pg.h"
#include "throttle/throttle.h"

extern const struct pg_statements throttle_statements;

/* Counts the attempt. ERR_TOO_MANY "too_many_attempts" with retry_after_s when it must wait; then
 * nothing was counted. */
must_check bool throttle_store_charge(struct pg_pool *db, struct attempt *attempt, struct err *err);
/* All that signing in takes was right: gives the attempt back and forgets the pair's failures. */
must_check bool throttle_store_refund(struct pg_pool *db, const struct attempt *attempt,
                                      struct err *err);
/* Gives back alone: what was right is not all that signing in takes. */
must_check bool throttle_store_give_back(struct pg_pool *db, const struct attempt *attempt,
                                         struct err *err);
/* A session is opened from this address: attacks from elsewhere shall not hold it up. */
must_check bool throttle_store_remember(struct pg_tx *tx, const char *user_id, const char *address,
                                        struct err *err);
