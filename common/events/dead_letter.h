/* dead_letter - a record that can never be applied, on its way to <topic>.dlq, and what became of
 * it. The bytes stay as they came; what is known of the failure is in the headers (DLQ_… of
 * events.h). Owns: rows of <schema>.dead_letter_handled.   Threads: any, each on its own
 * transaction. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pg/pg.h"

/* To be prepared by every pool that is given to an inbox. */
extern const struct pg_statements dead_letter_statements;

struct dead_letter {
    const char *topic; /* where the record itself stood */
    int32_t partition;
    int64_t offset;
    unsigned attempts;        /* all of them, this consumer's replays included */
    int64_t first_failure_us; /* the same however often it fails again */
    const void *key, *value;  /* borrowed; value NULL: a tombstone */
    size_t key_len, value_len;
};
/* Adds it to the outbox, for the reason in why, in the name of consumer. */
must_check bool dead_letter_add(struct pg_tx *tx, const struct dead_letter *letter,
                                const char *consumer, const struct err *why, struct err *err);

/* What was done with a dead letter. DEAD_OPEN: nothing yet. DEAD_EXPIRED: too old for it to be
 * known (DEAD_LETTER_DAYS), so nothing is done any more. */
enum dead_state {
    DEAD_OPEN,
    DEAD_REPLAYED,
    DEAD_SKIPPED,      /* replayed, but there is nothing (any more) that wants its type */
    DEAD_FAILED_AGAIN, /* replayed in vain: a newer dead letter of the record took its place */
    DEAD_DROPPED,
    DEAD_EXPIRED,
};
/* "open", "replayed", … as stored and shown. */
const char *dead_state_name(enum dead_state state);

/* Handled dead letters and refused outbox rows are forgotten after so many days. Dead-letter topics
 * keep 30, so no dead letter outlives the note of what was done with it. */
enum { DEAD_LETTER_DAYS = 90 };

/* Notes what is done with it; *claimed is false when something was done before. Waits for another
 * transaction that is about to do so. */
must_check bool dead_letter_claim(struct pg_tx *tx, const struct dead_letter *letter,
                                  enum dead_state state, bool *claimed, struct err *err);
/* *handled_us is 0 for an open one. */
must_check bool dead_letter_find(struct pg_pool *db, const struct dead_letter *letter,
                                 enum dead_state *state, int64_t *handled_us, struct err *err);

/* Both remove up to limit rows older than DEAD_LETTER_DAYS; *purged < limit: no more are left. */
must_check bool dead_letter_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err);
must_check bool dead_letter_purge_refused(struct pg_tx *tx, int limit, size_t *purged,
                                          struct err *err);
