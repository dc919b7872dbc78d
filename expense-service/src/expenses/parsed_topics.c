#include "expenses/parsed_topics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "events/events.h"
#include "events/outbox.h"
#include "expenses/expense_store.h"
#include "expenses/parsed.h"
#include "owners/owner_store.h"

bool expense_publish(struct pg_tx *tx, const char *type, const struct expense *expense,
                     const json_t *changed, const struct event *cause, struct err *err)
{
    scoped(json_drop) json_t *data = expense_event_data(expense, changed);
    struct outbox_event ev = {.topic = TOPIC_EXPENSE,
                              .type = type,
                              .user_id = expense->user_id,
                              .subject = expense->id,
                              .data = data,
                              .cause = cause};
    return outbox_add(tx, &ev, err);
}

static void array_drop(void *array)
{
    free(*(void **)array);
}

/* The event that an added expense came from. */
static const struct event *cause_of(const struct expense *expense, const struct event *const evs[],
                                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *id = json_string_value(json_object_get(evs[i]->data, "message_id"));
        if (strcasecmp(id, expense->message_id) == 0)
            return evs[i];
    }
    return NULL;
}

static bool publish_added(struct pg_tx *tx, const struct pg_result *added,
                          const struct event *const evs[], size_t count, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < pg_rows(added); i++) {
        struct expense expense;
        expense_from_row(added, i, &expense);
        ok = expense_publish(tx, EVENT_EXPENSE_CREATED, &expense, expense.origins,
                             cause_of(&expense, evs, count), err);
        expense_fini(&expense);
    }
    return ok;
}

bool expense_on_parsed(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    scoped(json_drop) json_t *rows = json_array();
    scoped(array_drop) const char **ids = xcalloc(count, sizeof *ids);
    scoped(array_drop) bool *deleted = xcalloc(count, sizeof *deleted);
    scoped(array_drop) json_t **parsed = xcalloc(count, sizeof *parsed);
    for (size_t i = 0; i < count; i++) {
        if (!parsed_row(evs[i], &parsed[i], err))
            return false;
        json_array_append_new(rows, parsed[i]);
        ids[i] = evs[i]->user_id;
    }
    if (!owners_enter(tx, ids, count, deleted, err))
        return false;
    size_t skipped = 0;
    for (size_t i = count; i-- > 0;) {
        if (!deleted[i])
            continue;
        json_array_remove(rows, i);
        skipped++;
    }
    scoped(pg_result_drop) struct pg_result *added = NULL;
    if (json_array_size(rows) > 0 && (!expense_store_add_parsed(tx, rows, &added, err) ||
                                      !publish_added(tx, added, evs, count, err)))
        return false;
    size_t made = added != NULL ? pg_rows(added) : 0;
    metric_add("ledger_texts_total", LABEL("outcome", "user_deleted"), skipped);
    metric_add("ledger_texts_total", LABEL("outcome", "expense"), made);
    metric_add("ledger_texts_total", LABEL("outcome", "repeat"), count - skipped - made);
    return true;
}
