/* telling - that a person changed something besides an expense, as an event on expense.v1 in the
 * transaction of the change: open clients hear of it by the stream of events. */
#pragma once
#include <jansson.h>
#include <stdint.h>

#include "base/err.h"
#include "pg/pg.h"

struct told {
    const char *type; /* an EVENT_…; before its dot stands what it is, which names the id */
    const char *user_id, *id;
    int64_t version;        /* 0: it has none, or is gone */
    const json_t *snapshot; /* as the API shows it now, borrowed; NULL: it is gone */
};
must_check bool tell_change(struct pg_tx *tx, const struct told *told, struct err *err);
