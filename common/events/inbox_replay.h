/* inbox_replay - records given to this consumer's own functions once more, by an operator's
 * command: a dead letter whose cause is gone, or a whole topic from which derived rows are made
 * anew. Works beside a running consumer of the same service: nothing here moves an offset, and what
 * is older than the rows' own version changes nothing. Threads: the caller's own. */
#pragma once
#include "events/dead_letter.h"
#include "events/inbox.h"

/* In one transaction: the note that this dead letter is dealt with, its effect and the events it
 * causes; or, when it fails for good once more, a new dead letter with its attempts counted up.
 * A sequence that later events have passed is no repeat here: the note decides. *state tells what
 * became of it, DEAD_OPEN: it had been dealt with before; *why is set for DEAD_FAILED_AGAIN.
 * false: nothing was changed; ERR_UNAVAILABLE and ERR_INTERNAL may pass. */
must_check bool inbox_replay_letter(const struct inbox *inbox, const struct dead_letter *letter,
                                    enum dead_state *state, struct err *why, struct err *err);

struct inbox_rederived {
    size_t applied;
    size_t others;  /* of types whose function is not for rows that are derived */
    size_t refused; /* no event, or its function refuses it; *why is the first reason */
    struct err why;
};
/* Applies the records whose row is .derived, in a transaction; adds to *counts. A refused batch is
 * halved until the refused record stands alone. count is at least 1. */
must_check bool inbox_rederive(const struct inbox *inbox, const struct inbox_partition *part,
                               const struct inbox_record *records, size_t count,
                               struct inbox_rederived *counts, struct err *err);
