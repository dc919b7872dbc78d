/* change - what an expense was before and is after: its history and the ways it changes. No I/O.
 * Every change of a stored expense goes through change_store_add, in the transaction that makes it.
 */
#pragma once
#include <jansson.h>

enum change_action { CHANGE_UPDATED, CHANGE_DELETED, CHANGE_RESTORED, CHANGE_CONFIRMED };
extern const char *const change_action_names[]; /* in that order, NULL-terminated */

/* {field: {from, to}} of the members named in changed, taken from the expense's JSON before and
 * after. All borrowed; the result is the caller's. */
json_t *change_fields(const json_t *before, const json_t *after, const json_t *changed);
