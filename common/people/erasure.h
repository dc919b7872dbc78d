/* erasure - what every service does when a person is deleted, besides erasing its own rows.
 * Two calls: erasure_begin in the transaction that learns of it, erasure_report in the one after
 * which no row of the person is left (the same one when there are few). user-service keeps who has
 * reported. Reporting again, after a straggler was found and erased, moves the time on. */
#pragma once
#include <stdbool.h>

#include "events/cloudevent.h"
#include "pg/pg.h"

/* Forgets kept answers and unfinished exports. */
must_check bool erasure_begin(struct pg_tx *tx, const char *user_id, struct err *err);
/* Adds user.erased. cause may be NULL. */
must_check bool erasure_report(struct pg_tx *tx, const char *user_id, const struct event *cause,
                               struct err *err);
