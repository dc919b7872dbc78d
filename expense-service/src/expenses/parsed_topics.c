#include "expenses/parsed_topics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "events/events.h"
#include "events/outbox.h"
#include "expenses/expense_store.h"
#include "expenses/parsed.h"
#include "expenses/parsed_store.h"
#include "expenses/publishing.h"
#include "links/suggesting.h"
#include "owners/owner_store.h"
#include "rules/ruling.h"

/* The data is the caller's to drop. */
static struct outbox_event event_of(const char *type, const struct expense *expense,
                                    const json_t *changed, const struct event *cause)
{
    return (struct outbox_event){.topic = TOPIC_EXPENSE,
                                 .type = type,
                                 .user_id = expense->user_id,
                                 .subject = expense->id,
                                 .data = expense_event_data(expense, changed),
                                 .cause = cause};
}

static void drop_data(struct outbox_event evs[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        json_decref((json_t *)(uintptr_t)evs[i].data);
}

bool expense_publish(struct pg_tx *tx, const char *type, const struct expense *expense,
                     const json_t *changed, const struct event *cause, struct err *err)
{
    struct outbox_event ev = event_of(type, expense, changed, cause);
    bool ok = outbox_add(tx, &ev, err);
    drop_data(&ev, 1);
    return ok;
}

static void array_drop(void *array)
{
    free(*(void **)array);
}

/* Of rows with EXPENSE_COLUMNS. changed NULL: the whole of each, a new one; evs: what made them, by
 * the place in PARSED_PLACE, or NULL. */
static bool publish_rows(struct pg_tx *tx, const char *type, const struct pg_result *rows,
                         const json_t *changed, const struct event *const evs[], struct err *err)
{
    scoped(publishing_fini) struct publishing out = {.type = type};
    scoped(str_drop) char *given = changed != NULL ? json_text(changed) : NULL;
    bool ok = true;
    for (size_t i = 0; ok && i < pg_rows(rows); i++) {
        struct expense expense;
        struct expense_texts texts;
        expense_from_row_bare(rows, i, &expense, &texts);
        if (expense.deleted_us == 0)
            ok = publishing_add(&out, tx, &expense, &texts, given != NULL ? given : texts.origins,
                                evs != NULL ? evs[pg_int(rows, i, PARSED_PLACE)] : NULL, err);
        expense_fini(&expense);
    }
    return ok && publishing_end(&out, tx, err);
}

bool expense_publish_rows(struct pg_tx *tx, const char *type, const struct pg_result *rows,
                          const json_t *changed, struct err *err)
{
    return publish_rows(tx, type, rows, changed, NULL, err);
}

/* The person's rules, and what belongs together. Of rows with PARSED_PLACE. */
static bool after_entering(struct pg_tx *tx, const struct pg_result *added,
                           const struct event *const evs[], struct err *err)
{
    size_t count = pg_rows(added);
    if (count == 0)
        return true;
    scoped(array_drop) const char **users = xcalloc(count, sizeof *users);
    scoped(array_drop) const char **ids = xcalloc(count, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        ids[i] = pg_str(added, i, 0);
        users[i] = pg_str(added, i, 1);
    }
    size_t ruled;
    return ruling_entered(tx, users, ids, count, &ruled, err) &&
           suggest_for(tx, users, ids, count, evs[pg_int(added, count - 1, PARSED_PLACE)], err);
}

bool expense_on_parsed(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    scoped(array_drop) struct parsed *rows = xcalloc(count, sizeof *rows);
    scoped(array_drop) const char **ids = xcalloc(count, sizeof *ids);
    scoped(array_drop) bool *deleted = xcalloc(count, sizeof *deleted);
    for (size_t i = 0; i < count; i++) {
        if (!parsed_read(evs[i], &rows[i], err))
            return false;
        ids[i] = evs[i]->user_id;
    }
    if (!owners_enter(tx, ids, count, deleted, err))
        return false;
    size_t skipped = 0;
    for (size_t i = 0; i < count; i++)
        skipped += deleted[i];
    scoped(pg_result_drop) struct pg_result *added = NULL;
    if (skipped < count && (!parsed_store_add(tx, rows, deleted, count, &added, err) ||
                            !publish_rows(tx, EVENT_EXPENSE_CREATED, added, NULL, evs, err)))
        return false;
    if (added != NULL && !after_entering(tx, added, evs, err))
        return false;
    size_t made = added != NULL ? pg_rows(added) : 0;
    metric_add("ledger_texts_total", LABEL("outcome", "user_deleted"), skipped);
    metric_add("ledger_texts_total", LABEL("outcome", "expense"), made);
    metric_add("ledger_texts_total", LABEL("outcome", "repeat"), count - skipped - made);
    return true;
}
