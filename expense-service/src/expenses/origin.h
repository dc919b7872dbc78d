/* origin - who set a field of an expense, and who may set it anew: user > rule > learned > parser.
 * The one place that knows the order. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

enum origin { ORIGIN_PARSER, ORIGIN_LEARNED, ORIGIN_RULE, ORIGIN_USER };
extern const char *const origin_names[]; /* in that order, NULL-terminated */

/* origins is {field: name}; a field that is not in it was set by nobody. One's own earlier word may
 * be replaced. */
bool origin_may_set(const json_t *origins, const char *field, enum origin by);
