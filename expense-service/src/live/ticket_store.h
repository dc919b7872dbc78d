/* ticket_store - tickets in PostgreSQL. Owns: rows of expense.live_ticket. */
#pragma once
#include "identity/identity.h"
#include "live/feed.h"
#include "live/ticket.h"
#include "pg/pg.h"

extern const struct pg_statements ticket_statements;

/* Also removes the person's expired ones. *added false: there are TICKETS_PER_USER already. */
must_check bool ticket_store_add(struct pg_tx *tx, const struct ticket *ticket,
                                 const struct identity *identity, bool *added, struct err *err);
/* The session and the number of the person's last event, from the row that "ticket_use" found by
 * user and hash. ERR_UNAUTHORIZED ticket_invalid: unknown or expired. */
must_check bool ticket_store_used(const struct pg_result *result, const char *user_id,
                                  struct feed_session *session, int64_t *newest, struct err *err);
