#include "expenses/publishing.h"

#include <stdlib.h>

#include "events/events.h"

void publishing_fini(struct publishing *out)
{
    for (size_t i = 0; out->texts != NULL && i < PUBLISHING_AT_ONCE; i++)
        buf_fini(&out->texts[i]);
    free(out->texts);
    free(out->evs);
}

bool publishing_end(struct publishing *out, struct pg_tx *tx, struct err *err)
{
    size_t count = out->count;
    out->count = 0;
    return outbox_add_many(tx, out->evs, count, err);
}

bool publishing_add(struct publishing *out, struct pg_tx *tx, const struct expense *expense,
                    const struct expense_texts *texts, const char *changed,
                    const struct event *cause, struct err *err)
{
    if (out->evs == NULL) {
        out->evs = xcalloc(PUBLISHING_AT_ONCE, sizeof *out->evs);
        out->texts = xcalloc(PUBLISHING_AT_ONCE, sizeof *out->texts);
    }
    struct buf *text = &out->texts[out->count];
    text->len = 0;
    expense_event_text(expense, texts, changed, text);
    out->evs[out->count++] = (struct outbox_event){.topic = TOPIC_EXPENSE,
                                                   .type = out->type,
                                                   .user_id = expense->user_id,
                                                   .subject = expense->id,
                                                   .text = text->data,
                                                   .cause = cause};
    return out->count < PUBLISHING_AT_ONCE || publishing_end(out, tx, err);
}
