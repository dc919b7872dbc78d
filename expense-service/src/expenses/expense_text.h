/* expense_text - what expense_event_data makes as a tree, written as text at once: for many, since
 * a tree of each and its printing would be most of what a step costs the daemon. No I/O. */
#pragma once
#include "base/mem.h"
#include "expenses/expense.h"

/* Parts that are text already, on one line, as the database gave them; NULL: what the expense says.
 */
struct expense_texts {
    const char *tags, *origins;
};
/* Appends it. changed: {field: origin} as text. */
void expense_event_text(const struct expense *expense, const struct expense_texts *texts,
                        const char *changed, struct buf *out);
