/* purge - rows that are of no more use go in small batches, a transaction each, so that no request
 * waits. For housekeeping. */
#pragma once
#include "service/service.h"

/* Removes at most limit rows; *purged < limit: no more are left. */
typedef bool purge_fn(struct pg_tx *tx, int limit, size_t *purged, struct err *err);
/* Until none is left or the service stops. Returns how many went; a failure is logged, and what is
 * left waits for the next time. */
size_t purge_all(const struct svc_base *base, purge_fn *purge_some);
