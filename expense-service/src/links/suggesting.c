#include "links/suggesting.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "events/events.h"
#include "events/outbox.h"
#include "links/linking.h"
#include "links/pair.h"
#include "links/suggestion_store.h"

enum { AT_ONCE = 500 }; /* bounds what is compared with what */

static void array_drop(void *array)
{
    free(*(void **)array);
}

/* One that turns out not to be possible stays a suggestion: nothing was written for it. */
static bool link_sure(struct pg_tx *tx, const struct pair *pair, const struct event *cause,
                      struct err *err)
{
    scoped(json_drop) json_t *reasons = pair_reasons_json(pair->reasons);
    const struct link_ask ask = {.user_id = pair->first->user_id,
                                 .first = pair->first->id,
                                 .second = pair->second->id,
                                 .input.kind = pair->kind,
                                 .by = ORIGIN_RULE,
                                 .strength = pair->strength,
                                 .reasons = reasons,
                                 .cause = cause};
    bool made = false;
    if (link_make(tx, &ask, &made, err)) {
        metric_add("ledger_links_total", LABEL("by", "rule"), made);
        return true;
    }
    return err->code == ERR_NOT_FOUND || err->code == ERR_CONFLICT || err->code == ERR_INVALID;
}

static bool tell_suggestion(struct pg_tx *tx, const struct pair *pair, const char *id,
                            const struct event *cause, struct err *err)
{
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o}", "user_id", pair->first->user_id,
                  "suggestion_id", id, "expense_id", pair->first->id, "other_id", pair->second->id,
                  "kind", link_kind_names[pair->kind], "strength", pair->strength, "reasons",
                  pair_reasons_json(pair->reasons));
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_EXPENSE,
                                             .type = EVENT_LINK_SUGGESTED,
                                             .user_id = pair->first->user_id,
                                             .subject = pair->first->id,
                                             .data = data,
                                             .cause = cause},
                      err);
}

static bool suggest(struct pg_tx *tx, const struct pair pairs[], size_t count,
                    const struct event *cause, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *added = NULL;
    if (count == 0)
        return true;
    if (!suggestion_store_add(tx, pairs, count, &added, err))
        return false;
    metric_add("ledger_suggestions_total", NO_LABELS, pg_rows(added));
    for (size_t i = 0; i < pg_rows(added); i++) {
        const struct pair *pair = &pairs[pg_int(added, i, 0)];
        if (pair->sure ? !link_sure(tx, pair, cause, err)
                       : !tell_suggestion(tx, pair, pg_str(added, i, 1), cause, err))
            return false;
    }
    return true;
}

static bool suggest_some(struct pg_tx *tx, const char *const user_ids[], const char *const ids[],
                         size_t count, const struct event *cause, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!suggestion_store_pairs(tx, user_ids, ids, count, &result, err))
        return false;
    size_t rows = pg_rows(result), found = 0;
    scoped(array_drop) struct pair_side *sides = xcalloc(2 * rows + 1, sizeof *sides);
    scoped(array_drop) struct pair *pairs = xcalloc(rows + 1, sizeof *pairs);
    for (size_t i = 0; i < rows; i++) {
        suggestion_pair(result, i, &sides[2 * i], &sides[2 * i + 1]);
        found += pair_judge(&sides[2 * i], &sides[2 * i + 1], &pairs[found]);
    }
    return suggest(tx, pairs, pair_best(pairs, found), cause, err);
}

static bool suggest_all(struct pg_tx *tx, const char *const user_ids[], const char *const ids[],
                        size_t count, const struct event *cause, struct err *err)
{
    for (size_t at = 0; at < count; at += AT_ONCE) {
        size_t some = count - at < AT_ONCE ? count - at : AT_ONCE;
        if (!suggest_some(tx, user_ids + at, ids + at, some, cause, err))
            return false;
    }
    return true;
}

bool suggest_for(struct pg_tx *tx, const char *const user_ids[], const char *const ids[],
                 size_t count, const struct event *cause, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *hopeful = NULL;
    if (count <= 1)
        return suggest_all(tx, user_ids, ids, count, cause, err);
    if (!suggestion_store_hopeful(tx, user_ids, ids, count, &hopeful, err))
        return false;
    size_t some = pg_rows(hopeful);
    scoped(array_drop) const char **users = xcalloc(some + 1, sizeof *users);
    scoped(array_drop) const char **left = xcalloc(some + 1, sizeof *left);
    for (size_t i = 0; i < some; i++) {
        users[i] = user_ids[pg_int(hopeful, i, 0)];
        left[i] = ids[pg_int(hopeful, i, 0)];
    }
    return suggest_all(tx, users, left, some, cause, err);
}
