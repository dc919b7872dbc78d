/* change - what an expense was before and is after: its history and the ways it changes. No I/O.
 * Every change of a stored expense goes through change_store_add, in the transaction that makes it.
 */
#pragma once
#include <jansson.h>

#include "events/cloudevent.h"
#include "expenses/origin.h"

enum change_action {
    CHANGE_UPDATED,
    CHANGE_DELETED,
    CHANGE_RESTORED,
    CHANGE_CONFIRMED,
    CHANGE_LINKED,
    CHANGE_UNLINKED
};
extern const char *const change_action_names[]; /* in that order, NULL-terminated */

struct change {
    enum change_action action;
    enum origin by;
    const char *source;        /* id of the rule, link or import that did it, or NULL */
    const struct event *cause; /* the event that led to it, or NULL */
};
/* What a person asks for by a request of their own. */
#define CHANGE_BY_USER(what) ((const struct change){.action = (what), .by = ORIGIN_USER})

/* {field: {from, to}} of the members named in changed, taken from the expense's JSON before and
 * after. All borrowed; the result is the caller's. */
json_t *change_fields(const json_t *before, const json_t *after, const json_t *changed);
