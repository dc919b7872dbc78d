/* idempotency - a creating POST sent twice with one Idempotency-Key has its effect once.
 * The first answer is kept, in the transaction of the effect itself, under (user, route, key), and
 * given again for IDEMPOTENCY_HOURS. Two calls in the handler, between pg_begin and pg_commit:
 *
 *     if (!idempotency_begin(tx, req, resp, &replayed, err))
 *         return false;
 *     if (replayed)
 *         return true;                                   resp holds the first answer
 *     … the effect, then resp_json(…) …
 *     return idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
 *
 * Without the header both calls do nothing. Not for answers that hold a secret: they are stored as
 * they are. Routes need a user. Errors are not kept: what rolled back may be tried again.
 * Fails: 400 idempotency_key_malformed; 422 idempotency_key_reused for another path or body;
 * 409 idempotency_in_progress with Retry-After while the first is under way. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "http/http.h"
#include "pg/pg.h"

/* Long enough for a phone that was offline for a night. The statements repeat it. */
enum { IDEMPOTENCY_HOURS = 24, IDEMPOTENCY_KEY_MAX = 255 };

/* To be prepared by every service that calls these; the table is in sql/backbone/. */
extern const struct pg_statements idempotency_statements;

/* The header of a request, for routes that keep an answer by means of their own; *key: NULL without
 * one, borrowed from the request. Fails: 400 idempotency_key_malformed. */
must_check bool idempotency_key(const struct req *req, const char **key, struct err *err);
must_check bool idempotency_begin(struct pg_tx *tx, const struct req *req, struct resp *resp,
                                  bool *replayed, struct err *err);
must_check bool idempotency_finish(struct pg_tx *tx, const struct req *req, const struct resp *resp,
                                   struct err *err);
/* Removes up to limit expired rows; *purged < limit: no more are left. */
must_check bool idempotency_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err);
/* Removes the rows of a user whose account is gone. */
must_check bool idempotency_forget(struct pg_tx *tx, const char *user_id, struct err *err);
