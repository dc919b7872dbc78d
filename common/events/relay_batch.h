/* relay_batch - a batch of outbox rows as records for the producer: private to the relay. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "events/relay_shards.h"
#include "kafka/producer.h"

extern const struct pg_statements relay_batch_statements;

struct relay_batch {
    struct pg_result *result; /* the records point into it */
    struct producer_record *records;
    json_t **headers;
    size_t count, bytes; /* of records; of their values */
    bool full;           /* there may be more */
    struct {
        int64_t last_id;
        int64_t count;
    } of_part[OUTBOX_SHARDS];
};

/* The oldest rows of the parts held, each part's in id order. init is { 0 }.
 * before: a batch of the same parts that is read and not yet settled, whose rows are passed over;
 * NULL without one. Of a part in which a row has come between those, nothing is read. */
must_check bool relay_batch_read(struct relay_batch *batch, const struct relay_shards *shards,
                                 const struct relay_batch *before, struct pg_session *session,
                                 struct err *err);
/* Deletes the rows the broker acknowledged and parks, with the reason, those it will never take. On
 * the connection that holds the locks: a relay that lost it cannot delete either, and what it sent
 * is sent again by its successor, which the sequence shows to consumers. */
must_check bool relay_batch_settle(const struct relay_batch *batch, struct pg_session *session,
                                   size_t *deleted, struct err *err);
/* Age of the oldest row, in seconds; 0 without rows. */
double relay_batch_age_s(const struct relay_batch *batch);
void relay_batch_fini(struct relay_batch *batch);
