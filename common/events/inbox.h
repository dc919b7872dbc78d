/* inbox - records of a topic applied exactly once, in order, a batch in one transaction.
 * One transaction holds: the partition's next offset moved by compare-and-set, the effects, and the
 * events they cause. A batch that fails is applied again record by record; a record that fails for
 * a passing reason is retried in place with its partition paused, one that can never succeed goes
 * to <topic>.dlq through the outbox in the transaction that moves the offset past it.
 * An event whose sequence is not above the last one applied for (topic, user) is a repeat and
 * skipped; a gap is counted and logged. Events without a sequence are the handler's to recognise.
 * Owns: rows of <schema>.inbox_offset and <schema>.inbox_sequence. Threads: one a process. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "events/cloudevent.h"
#include "pg/pg.h"

struct svc;

/* Applies count (at least 1) events of one type and topic, in order. May be called again with the
 * same events after a rollback, so its only effects are in tx. */
typedef bool topic_apply_fn(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                            size_t count, struct err *err);

/* For the pool that the consumer is given. */
extern const struct pg_statements inbox_statements;

struct topic_row {
    const char *topic, *type;
    topic_apply_fn *apply;
    const char *help;
};
