/* inbox_batch - what is to become of each record of one transaction: private to the inbox.
 * Parsing and the decision between apply, repeat, unknown and poison, apart from SQL of effects. */
#pragma once
#include "events/inbox.h"

enum batch_fate {
    FATE_APPLY,   /* its row's function gets it */
    FATE_REPEAT,  /* sequence not above the known one */
    FATE_UNKNOWN, /* no row for its type, or a tombstone */
    FATE_POISON,  /* to the dead letters, for the reason in err */
};

struct batch_item {
    const struct inbox_record *record;  /* borrowed */
    const struct inbox_partition *part; /* borrowed */
    struct event ev;                    /* empty when it could not be parsed */
    const struct topic_row *row;
    enum batch_fate first_fate, fate; /* before and after the sequences were looked at */
    bool gap;
    struct err err;
};

/* Last sequence seen of one user: first as stored, in the end as it must be stored. */
struct batch_user {
    const char *user_id; /* borrowed from an item */
    int64_t sequence;
    bool changed;
};

struct batch {
    struct batch_item *items;
    size_t count;
    struct batch_user *users; /* sorted by user_id */
    size_t user_count;
    const char *topic;
    bool compacted;
};

/* Parses; the slices are of one topic, and what they point at must outlive the batch. */
void batch_init(struct batch *batch, const struct inbox *inbox, const struct inbox_slice slices[],
                size_t count);
void batch_fini(struct batch *batch);
/* Back to what batch_init found, for another transaction. */
void batch_reset(struct batch *batch);
/* The only record of this batch is poison for this reason. */
void batch_condemn(struct batch *batch, const struct err *err);
/* Events of one row that follow each other go to its function together. */
must_check bool batch_apply(struct batch *batch, const struct inbox *inbox, struct pg_tx *tx,
                            struct err *err);
must_check bool batch_find_repeats(struct batch *batch, struct pg_tx *tx, struct err *err);
must_check bool batch_keep_sequences(struct batch *batch, struct pg_tx *tx, struct err *err);
/* Metrics and log lines, once the transaction is committed. */
void batch_count(const struct batch *batch, const char *topic);
