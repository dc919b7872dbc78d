#include "expenses/parsed_topics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "expenses/expense_store.h"
#include "expenses/parsed.h"
#include "expenses/parsed_refs.h"
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

bool expense_publish_rows(struct pg_tx *tx, const char *type, const struct pg_result *rows,
                          const json_t *changed, struct err *err)
{
    scoped(publishing_fini) struct publishing out = {.type = type};
    scoped(str_drop) char *given = json_text(changed);
    bool ok = true;
    for (size_t i = 0; ok && i < pg_rows(rows); i++) {
        struct expense expense;
        struct expense_texts texts;
        expense_from_row_bare(rows, i, &expense, &texts);
        if (expense.deleted_us == 0)
            ok = publishing_add(&out, tx, &expense, &texts, given, NULL, err);
        expense_fini(&expense);
    }
    return ok && publishing_end(&out, tx, err);
}

/* A batch of texts and what becomes of them. */
struct entry {
    const struct event *const *evs;
    size_t count;
    struct parsed *rows;
    struct expense *expenses;
    bool *skip; /* no expense is made of it */
    struct parsed_refs refs;
};

static void entry_init(struct entry *entry, const struct event *const evs[], size_t count)
{
    *entry = (struct entry){.evs = evs,
                            .count = count,
                            .rows = xcalloc(count, sizeof *entry->rows),
                            .expenses = xcalloc(count, sizeof *entry->expenses),
                            .skip = xcalloc(count, sizeof *entry->skip)};
}

static void entry_fini(struct entry *entry)
{
    parsed_refs_fini(&entry->refs);
    free(entry->rows);
    free(entry->expenses);
    free(entry->skip);
}

static size_t left(const struct entry *entry)
{
    size_t made = 0;
    for (size_t i = 0; i < entry->count; i++)
        made += !entry->skip[i];
    return made;
}

/* Afterwards skip tells of repeats, too. */
static bool enter(struct pg_tx *tx, struct entry *entry, struct err *err)
{
    int64_t now_us = time_now_us();
    if (!parsed_refs_find(tx, entry->rows, entry->skip, entry->count, &entry->refs, err))
        return false;
    for (size_t i = 0; i < entry->count; i++) {
        if (entry->skip[i])
            continue;
        parsed_expense(&entry->rows[i], now_us, &entry->expenses[i]);
        parsed_refs_set(&entry->refs, i, &entry->rows[i], &entry->expenses[i]);
    }
    return parsed_refs_bases(tx, &entry->refs, entry->expenses, entry->count, err) &&
           parsed_store_add(tx, entry->rows, entry->expenses, entry->skip, entry->count, err);
}

/* The whole of each is new. */
static bool publish(struct pg_tx *tx, const struct entry *entry, struct err *err)
{
    scoped(publishing_fini) struct publishing out = {.type = EVENT_EXPENSE_CREATED};
    for (size_t i = 0; i < entry->count; i++) {
        const char *origins = entry->rows[i].origins;
        const struct expense_texts texts = {.tags = "[]", .origins = origins};
        if (!entry->skip[i] &&
            !publishing_add(&out, tx, &entry->expenses[i], &texts, origins, entry->evs[i], err))
            return false;
    }
    return publishing_end(&out, tx, err);
}

/* The person's rules, and what belongs together. */
static bool after_entering(struct pg_tx *tx, const struct entry *entry, struct err *err)
{
    size_t count = 0, ruled;
    const struct event *cause = NULL;
    scoped(array_drop) const char **users = xcalloc(entry->count, sizeof *users);
    scoped(array_drop) const char **ids = xcalloc(entry->count, sizeof *ids);
    for (size_t i = 0; i < entry->count; i++) {
        if (entry->skip[i])
            continue;
        users[count] = entry->expenses[i].user_id;
        ids[count++] = entry->expenses[i].id;
        cause = entry->evs[i];
    }
    return count == 0 || (ruling_entered(tx, users, ids, count, &ruled, err) &&
                          suggest_for(tx, users, ids, count, cause, err));
}

bool expense_on_parsed(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    scoped(entry_fini) struct entry entry;
    scoped(array_drop) const char **ids = xcalloc(count, sizeof *ids);
    entry_init(&entry, evs, count);
    for (size_t i = 0; i < count; i++) {
        if (!parsed_read(evs[i], &entry.rows[i], err))
            return false;
        ids[i] = evs[i]->user_id;
    }
    if (!owners_enter(tx, ids, count, entry.skip, err))
        return false;
    size_t known = left(&entry);
    if (known > 0 &&
        (!enter(tx, &entry, err) || !publish(tx, &entry, err) || !after_entering(tx, &entry, err)))
        return false;
    size_t made = left(&entry);
    metric_add("ledger_texts_total", LABEL("outcome", "user_deleted"), count - known);
    metric_add("ledger_texts_total", LABEL("outcome", "expense"), made);
    metric_add("ledger_texts_total", LABEL("outcome", "repeat"), known - made);
    return true;
}
