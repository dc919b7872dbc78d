/* suggesting - looks for what belongs to new expenses, in the transaction that enters them. What is
 * sure is linked at once (by: rule, which a text read again does not override), and undone like any
 * link. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pg/pg.h"

struct event;
/* user_ids and ids: count of each. cause: NULL from a request; given, it names the event that these
 * came with. */
must_check bool suggest_for(struct pg_tx *tx, const char *const user_ids[], const char *const ids[],
                            size_t count, const struct event *cause, struct err *err);
