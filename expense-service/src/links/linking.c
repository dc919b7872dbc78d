#include "links/linking.h"

#include <strings.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "expenses/change_store.h"
#include "expenses/parsed_topics.h"
#include "links/suggestion_store.h"

/* A link being made or undone. */
struct deed {
    struct pg_tx *tx;
    const struct link_row *row;
    struct change change;
    json_t *before[2], *changed[2]; /* owned; in the order of the sides */
    bool was_deleted[2];
};

static void deed_fini(struct deed *deed)
{
    for (size_t i = 0; i < 2; i++) {
        json_drop(&deed->before[i]);
        json_drop(&deed->changed[i]);
    }
}

static void look_before(struct deed *deed, const struct link_pair *pair)
{
    for (size_t i = 0; i < 2; i++) {
        deed->before[i] = expense_to_json(&pair->sides[i].expense);
        deed->was_deleted[i] = pair->sides[i].expense.deleted_us != 0;
    }
}

/* Between null and {kind, expense_id} of the other. */
static json_t *link_member(const struct deed *deed, size_t side)
{
    json_t *link = json_pack("{s:s, s:s}", "kind", link_kind_names[deed->row->kind], "expense_id",
                             side == 0 ? deed->row->second_id : deed->row->first_id);
    return deed->change.action == CHANGE_LINKED ? json_pack("{s:n, s:o}", "from", "to", link)
                                                : json_pack("{s:o, s:n}", "from", link, "to");
}

/* NULL: what is in the trash is not told. */
static const char *event_type(const struct deed *deed, const struct expense *now, size_t side)
{
    bool deleted = now->deleted_us != 0;
    if (deleted != deed->was_deleted[side])
        return deleted ? EVENT_EXPENSE_DELETED : EVENT_EXPENSE_RESTORED;
    return deleted ? NULL : EVENT_EXPENSE_UPDATED;
}

static bool tell_side(const struct deed *deed, const struct expense *now, size_t side,
                      struct err *err)
{
    scoped(json_drop) json_t *after = expense_to_json(now);
    scoped(json_drop) json_t *fields =
        change_fields(deed->before[side], after, deed->changed[side]);
    const char *type = event_type(deed, now, side);
    json_object_set_new(fields, "link", link_member(deed, side));
    return change_store_add(deed->tx, now, &deed->change, fields, err) &&
           (type == NULL ||
            expense_publish(deed->tx, type, now, deed->changed[side], deed->change.cause, err));
}

static bool tell_link(const struct deed *deed, struct err *err)
{
    const struct link_row *row = deed->row;
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "user_id", row->user_id, "expense_id",
                  row->first_id, "other_id", row->second_id, "kind", link_kind_names[row->kind],
                  "by", row->actor, "reasons", row->reasons);
    const struct outbox_event ev = {.topic = TOPIC_EXPENSE,
                                    .type = deed->change.action == CHANGE_LINKED
                                                ? EVENT_EXPENSE_LINKED
                                                : EVENT_EXPENSE_UNLINKED,
                                    .user_id = row->user_id,
                                    .subject = row->first_id,
                                    .data = data,
                                    .cause = deed->change.cause};
    return outbox_add(deed->tx, &ev, err);
}

/* Read anew, since names belong to what is told. */
static bool tell(const struct deed *deed, struct err *err)
{
    scoped(link_pair_fini) struct link_pair now = {0};
    if (!link_store_lock(deed->tx, deed->row->user_id, deed->row->first_id, deed->row->second_id,
                         &now, err))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (!tell_side(deed, &now.sides[i].expense, i, err))
            return false;
    return tell_link(deed, err);
}

/* *found: they are linked as asked already. */
static bool find_same(struct pg_tx *tx, const struct link_ask *ask, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(link_row_fini) struct link_row row = {0};
    if (!link_store_find(tx, ask->user_id, ask->first, ask->second, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (!*found)
        return true;
    link_row_get(result, 0, &row);
    return row.kind == ask->input.kind ||
           err_set_name(err, ERR_CONFLICT, "linked_otherwise",
                        "the two are linked as something else: undo that first");
}

static bool check(struct pg_tx *tx, const struct link_ask *ask, const struct link_pair *pair,
                  struct err *err)
{
    const struct expense *first = &pair->sides[0].expense, *second = &pair->sides[1].expense;
    struct link_roles first_roles = {0}, second_roles = {0};
    if (first->deleted_us != 0 || second->deleted_us != 0)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    return link_fits(&ask->input, &pair->sides[0], &pair->sides[1], err) &&
           link_store_roles(tx, ask->user_id, first->id, second->id, &first_roles, &second_roles,
                            err) &&
           link_free(ask->input.kind, &first_roles, &second_roles, &first->amount, &second->amount,
                     err);
}

/* Writes both sides; the link's undo is what they were. */
static bool change(struct deed *deed, struct link_pair *pair, struct link_row *row, struct err *err)
{
    json_t *gets[2];
    char now[TIMEFMT_SIZE];
    timefmt_format(row->created_us, now);
    link_plan(row->kind, &pair->sides[0], &pair->sides[1], now, &gets[0], &gets[1]);
    row->undo = json_object();
    bool ok = true;
    for (size_t i = 0; i < 2; i++) {
        scoped(json_drop) json_t *undo = link_apply(&pair->sides[i], gets[i], row->actor);
        deed->changed[i] = link_changed(&pair->sides[i], undo);
        json_decref(gets[i]);
        ok = ok && link_store_save(deed->tx, &pair->sides[i], row->created_us, err);
        json_object_set_new(row->undo, i == 0 ? "first" : "second",
                            json_pack("{s:I, s:O}", "version",
                                      (json_int_t)pair->sides[i].expense.version, "fields", undo));
    }
    return ok;
}

bool link_make(struct pg_tx *tx, const struct link_ask *ask, bool *made, struct err *err)
{
    scoped(link_pair_fini) struct link_pair pair = {0};
    scoped(link_row_fini) struct link_row row = {0};
    bool found = false;
    if (!link_store_lock(tx, ask->user_id, ask->first, ask->second, &pair, err) ||
        !find_same(tx, ask, &found, err))
        return false;
    *made = !found;
    if (found)
        return true;
    if (link_swaps(ask->input.kind, &pair.sides[0].expense, &pair.sides[1].expense))
        link_pair_swap(&pair);
    if (!check(tx, ask, &pair, err))
        return false;
    row = (struct link_row){.user_id = ask->user_id,
                            .first_id = pair.sides[0].expense.id,
                            .second_id = pair.sides[1].expense.id,
                            .actor = origin_names[ask->by],
                            .kind = ask->input.kind,
                            .strength = ask->strength,
                            .reasons =
                                ask->reasons != NULL ? json_deep_copy(ask->reasons) : json_array(),
                            .created_us = time_now_us()};
    scoped(deed_fini) struct deed deed = {
        .tx = tx,
        .row = &row,
        .change = {.action = CHANGE_LINKED, .by = ask->by, .cause = ask->cause}};
    look_before(&deed, &pair);
    return change(&deed, &pair, &row, err) && link_store_add(tx, &row, err) &&
           suggestion_store_settle(tx, row.user_id, row.first_id, row.second_id, "accepted", err) &&
           tell(&deed, err);
}

static bool revert_side(struct deed *deed, struct link_side *side, const json_t *was, size_t i,
                        struct err *err)
{
    scoped(json_drop) json_t *edited = NULL;
    const json_t *fields = json_object_get(was, "fields");
    int64_t version = json_integer_value(json_object_get(was, "version"));
    if (!link_store_edited(deed->tx, deed->row->user_id, side->expense.id, version, &edited, err))
        return false;
    link_revert(side, fields, edited);
    deed->changed[i] = link_changed(side, fields);
    const char *field;
    json_t *ignored;
    json_object_foreach(edited, field, ignored)
    {
        json_object_del(deed->changed[i], field);
    }
    return link_store_save(deed->tx, side, time_now_us(), err);
}

bool link_undo(struct pg_tx *tx, const char *user_id, const char *a, const char *b, struct err *err)
{
    scoped(link_pair_fini) struct link_pair pair = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(link_row_fini) struct link_row row = {0};
    if (!link_store_lock(tx, user_id, a, b, &pair, err) ||
        !link_store_find(tx, user_id, a, b, &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "the two are not linked");
    link_row_get(result, 0, &row);
    row.undo = link_row_undo(result);
    row.actor = origin_names[ORIGIN_USER];
    if (strcasecmp(row.first_id, pair.sides[0].expense.id) != 0)
        link_pair_swap(&pair);
    scoped(deed_fini) struct deed deed = {
        .tx = tx, .row = &row, .change = CHANGE_BY_USER(CHANGE_UNLINKED)};
    look_before(&deed, &pair);
    return revert_side(&deed, &pair.sides[0], json_object_get(row.undo, "first"), 0, err) &&
           revert_side(&deed, &pair.sides[1], json_object_get(row.undo, "second"), 1, err) &&
           link_store_drop(tx, &row, err) &&
           suggestion_store_settle(tx, user_id, row.first_id, row.second_id, "dismissed", err) &&
           tell(&deed, err);
}
