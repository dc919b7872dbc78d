/* linking - links two expenses and unlinks them, in the caller's transaction: both rows are locked,
 * and with them their history, the events and the suggestion of the pair are written. */
#pragma once
#include "expenses/origin.h"
#include "links/link_store.h"

struct event;
struct link_ask {
    const char *user_id, *first, *second; /* ids; for all but duplicates in either order */
    struct link_input input;
    enum origin by;
    int strength;              /* -1: the person found it */
    const json_t *reasons;     /* borrowed; NULL: none */
    const struct event *cause; /* NULL: a request */
};
/* *made false: the two have this very link already, and nothing was changed. ERR_NOT_FOUND when one
 * is deleted or not there, ERR_CONFLICT or ERR_INVALID with a name when they cannot be linked;
 * until then nothing was written. */
must_check bool link_make(struct pg_tx *tx, const struct link_ask *ask, bool *made,
                          struct err *err);
/* ERR_NOT_FOUND when the two are not linked. What was changed since, other than by links, stays. */
must_check bool link_undo(struct pg_tx *tx, const char *user_id, const char *a, const char *b,
                          struct err *err);
