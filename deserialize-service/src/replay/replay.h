/* replay - texts read again after the reader, the templates or what people taught it changed: which
 * are meant, and what another reading changes. No I/O.
 * The person's word is not asked here: expense-service weighs each field (expenses/origin.h). */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/json_util.h"
#include "workers/reading_job.h"

enum { REPLAY_PAGE = 500, REPLAY_RATE = 2000, REPLAY_RATE_MAX = 100000 };

/* Which texts. Borrowed from the body or the command line. */
struct replay_ask {
    const char *user_id; /* NULL: everybody's */
    const char *status, *sender;
    int64_t from_us, to_us; /* 0: open */
    bool outdated;          /* only what another reader than this one read last */
    bool dry_run;
    int rate; /* texts a second at most */
};
/* The body of POST /messages/reparse; user_id and rate are left alone. */
void replay_read(const json_t *body, struct replay_ask *out, struct fields *fields);
/* The statuses that may be read again: what was not read yet is read anyway, and a repeat stays
 * one. NULL-terminated. */
extern const char *const replay_statuses[];

/* How a text was read last. */
struct replay_before {
    const char *status, *reason; /* reason may be NULL */
    const json_t *fields;
};
bool replay_was_booked(const struct replay_before *before);
/* [{field, before, after}] of a job that was read; empty when nothing changed. */
json_t *replay_differences(const struct replay_before *before, const struct reading_job *job);
