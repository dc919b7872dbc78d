/* publishing - events of expense.v1 about many expenses, some hundred a statement, each written as
 * text at once. */
#pragma once
#include "base/mem.h"
#include "events/outbox.h"
#include "expenses/expense_text.h"

enum { PUBLISHING_AT_ONCE = 500 };

/* Zero-initialise but for the type; end with publishing_fini. What is borrowed (user_id, id, cause)
 * is so until publishing_end. */
struct publishing {
    const char *type;
    size_t count;
    struct outbox_event *evs;
    struct buf *texts;
};
void publishing_fini(struct publishing *out);
/* cause: the event being applied; NULL from a request or a job. */
must_check bool publishing_add(struct publishing *out, struct pg_tx *tx,
                               const struct expense *expense, const struct expense_texts *texts,
                               const char *changed, const struct event *cause, struct err *err);
/* Those that were not sent yet. */
must_check bool publishing_end(struct publishing *out, struct pg_tx *tx, struct err *err);
