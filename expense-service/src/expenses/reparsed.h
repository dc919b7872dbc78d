/* reparsed - what another reading of a text changes in its expense: what the reader set and nobody
 * above it touched. No I/O. */
#pragma once
#include "expenses/reparsed_store.h"

/* Puts the reading into the expense; changed gets {field: "parser"} of what is another than before.
 */
void reparsed_apply(struct expense *expense, const struct parsed *parsed,
                    const struct reparsed_refs *refs, json_t *changed);
/* Nobody but the reader said anything of it, so that it may go with its text. */
bool reparsed_untouched(const struct expense *expense);
