/* inbox - records of a topic applied exactly once, in order, a batch in one transaction.
 * One transaction holds: the partition's next offset moved by compare-and-set, the effects, and the
 * events they cause. What several partitions of a topic have is tried together first. A batch that
 * fails is halved until the record at fault is alone; one that fails for a passing reason is
 * retried in place with its partition paused, one that can never succeed goes to <topic>.dlq
 * through the outbox in the transaction that moves the offset past it.
 * An event whose sequence is not above the last one applied for (topic, user) is a repeat and
 * skipped; a gap is counted and logged. Events without a sequence are the handler's to recognise.
 * A dead letter is given again by inbox_replay.h, which does not ask for its sequence: a function
 * that sets a state keeps the sequence it came from, and lets no older event change it.
 * Owns: rows of <schema>.inbox_offset and <schema>.inbox_sequence. Threads: one a process.
 * Knows nothing of the Kafka client: consumer.h brings the records. */
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

struct topic_row {
    const char *topic, *type;
    topic_apply_fn *apply;
    const char *help;
    /* The function only makes rows follow the event, and an event older than the row changes
     * nothing: the command `replay` may give it again (inbox_replay.h). Never with money. */
    bool derived;
};

/* To be given to the pool of the consumer. */
extern const struct pg_statements inbox_statements;

struct inbox {
    const struct topic_row *rows;
    size_t row_count;
    struct svc *svc;
    struct pg_pool *db;
    const char *consumer; /* named in dead letters */
};

/* Is it the first row that names its topic? For going over the topics once. */
bool inbox_is_first_of_topic(const struct inbox *inbox, size_t row);

struct inbox_record {
    int64_t offset;
    const void *key;
    size_t key_len;
    const void *value; /* NULL: a tombstone */
    size_t value_len;
};

/* One partition as this process knows it. */
struct inbox_partition {
    const char *topic; /* borrowed */
    int32_t partition;
    int64_t next_offset;      /* as stored, or where the first record may stand */
    bool stored;              /* the row exists */
    unsigned attempts;        /* failed so far for the record at next_offset */
    int64_t first_failure_us; /* wall clock; 0 when attempts is 0 */
    int64_t retry_at_us;      /* monotonic; 0 when attempts is 0 */
};

/* Records of one partition: count (at least 1) in the order of their offsets, none below
 * part->next_offset. All borrowed. */
struct inbox_slice {
    struct inbox_partition *part;
    const struct inbox_record *records;
    size_t count;
    struct batch *ahead; /* what inbox_read made of just these, or NULL; taken by inbox_apply */
};

/* Parses the records ahead of their turn, on any thread. To be given to inbox_apply or dropped. */
struct batch *inbox_read(const struct inbox *inbox, const struct inbox_slice *slice);
void inbox_read_drop(struct batch **ahead);

/* Reads the stored offset; *start is where to read from. low and high are the broker's: a stored
 * offset above high means that the topic was made again, and is set back to low. */
must_check bool inbox_load(const struct inbox *inbox, struct inbox_partition *part, int64_t low,
                           int64_t high, int64_t *start, struct err *err);

enum inbox_outcome {
    INBOX_APPLIED, /* *used records are behind the stored offset; go on with the rest */
    INBOX_WAIT,    /* so are *used, but the next one failed: again at part->retry_at_us */
    INBOX_MOVED,   /* another owner moved the stored offset; part->next_offset is as it is now */
};
enum inbox_outcome inbox_apply(const struct inbox *inbox, const struct inbox_slice *slice,
                               size_t *used);
/* All records of several partitions of one topic, each of them stored and without a failed attempt,
 * in one transaction: with few records each it is the transactions that cost. false: nothing is
 * known to be applied; inbox_apply for each finds out why. */
bool inbox_apply_together(const struct inbox *inbox, const struct inbox_slice slices[],
                          size_t count);
