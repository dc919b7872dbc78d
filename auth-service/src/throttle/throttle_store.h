/* throttle_store - rows of login_throttle and known_address. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pg/pg.h"
#include "throttle/throttle.h"

extern const struct pg_statements throttle_statements;

/* Counts the attempt. ERR_TOO_MANY "too_many_attempts" with retry_after_s when it must wait; then
 * nothing was counted. */
must_check bool throttle_store_charge(struct pg_pool *db, const struct attempt *attempt,
                                      struct err *err);
/* The password was right: gives the attempt back and remembers the address. */
must_check bool throttle_store_refund(struct pg_pool *db, const struct attempt *attempt,
                                      struct err *err);
/* The same without remembering the address: what was right is not all that signing in takes. */
must_check bool throttle_store_give_back(struct pg_pool *db, const struct attempt *attempt,
                                         struct err *err);
/* Drops counts at rest for a day and addresses unseen for 90 days, at most a batch each. */
must_check bool throttle_store_purge(struct pg_pool *db, size_t *dropped, struct err *err);
