/* relay_shards - which parts of the outbox this relay sends: private to the relay.
 * The parts (OUTBOX_SHARDS, sql/backbone/004) are divided among the relays of all replicas without
 * a leader: each part is a session advisory lock, a relay takes free ones up to its fair share and
 * gives back what is above it. How many relays there are is how many sessions hold the schema's
 * shared lock. All locks live on the session that reads and deletes, so a relay that lost it, or
 * that the server ended for its silence, has no part any more.
 * That shared lock is also the one lock of the release before parts: the two never work together.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pg/pg.h"
#include "pg/session.h"

enum { OUTBOX_SHARDS = 8 };

struct relay_shards {
    int64_t held[OUTBOX_SHARDS];
    size_t count;
    bool member;     /* holds the shared lock */
    int64_t look_us; /* when next to compare with the fair share, monotonic */
};

extern const struct pg_statements relay_shard_statements;

/* After the session was replaced: nothing is held. */
void relay_shards_forget(struct relay_shards *shards);
/* Once a second: takes and gives back. To be called between batches only: what was sent for a part
 * must be settled before another relay may have it. */
must_check bool relay_shards_balance(struct relay_shards *shards, struct pg_session *session,
                                     struct err *err);
