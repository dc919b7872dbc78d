/* parsed_topics - transaction.parsed becomes exactly one expense, and expense.v1 tells of changes.
 */
#pragma once
#include "events/inbox.h"
#include "expenses/expense.h"

topic_apply_fn expense_on_parsed;

/* Adds an event of expense.v1 to tx. changed is {field: origin}; cause is NULL from a request. */
must_check bool expense_publish(struct pg_tx *tx, const char *type, const struct expense *expense,
                                const json_t *changed, const struct event *cause, struct err *err);
/* The same for every row of EXPENSE_COLUMNS; what is in the trash is not told. */
must_check bool expense_publish_rows(struct pg_tx *tx, const char *type,
                                     const struct pg_result *rows, const json_t *changed,
                                     struct err *err);
