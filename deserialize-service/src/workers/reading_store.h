/* reading_store - what the reading workers read and write of messages and attempts, a statement for
 * a whole batch of any users. */
#pragma once
#include <stdbool.h>

#include "pg/pg.h"
#include "workers/reading_job.h"

extern const struct pg_statements reading_statements;

/* Finds what is known of each message and its user; those read already, and those of a deleted
 * user, are skipped from here on. */
must_check bool reading_store_open(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err);
/* Of the booked ones: the nearest in time of the earlier messages with the same text. */
must_check bool reading_store_twins(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err);
/* Writes outcome and attempt of all that are not skipped. A message without a row (a forwarder sent
 * it straight to the topic) gets one, unless its device id belongs to another: then it is a repeat
 * and skipped. */
must_check bool reading_store_save(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err);

/* The expense that a message became. */
struct reading_expense {
    const char *user_id, *message_id, *expense_id;
};
must_check bool reading_store_expenses(struct pg_tx *tx, const struct reading_expense links[],
                                       size_t count, struct err *err);
