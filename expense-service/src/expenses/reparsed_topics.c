#include "expenses/reparsed_topics.h"

#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "expenses/expense_edit.h"
#include "expenses/parsed_topics.h"
#include "expenses/reparsed.h"
#include "links/link_store.h"
#include "links/suggesting.h"
#include "owners/owner_store.h"

/* {message_id, revision, withdrawn: reason}: the text is no payment after all. */
struct withdrawal {
    const char *message_id, *reason; /* reason NULL: it is none */
    int64_t revision;
};

static bool read_withdrawal(const struct event *ev, struct withdrawal *out, struct err *err)
{
    scoped(fields_fini) struct fields fields = {0};
    struct json_reader reader = {.object = ev->data, .prefix = "", .fields = &fields};
    *out = (struct withdrawal){0};
    if (json_object_get(ev->data, "withdrawn") == NULL)
        return true;
    json_read_uuid(&reader, "message_id", JSON_REQUIRED, &out->message_id);
    json_read_str(&reader, "withdrawn", JSON_REQUIRED, 1, 60, &out->reason);
    json_read_int(&reader, "revision", JSON_REQUIRED, 1, 1000000, &out->revision);
    return fields_check(&fields, err) || err_wrap(err, "transaction.reparsed: ");
}

static bool apply(struct pg_tx *tx, const struct event *ev, const struct parsed *parsed,
                  struct expense *expense, struct err *err)
{
    struct reparsed_refs refs;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(json_drop) json_t *before = expense_to_json(expense);
    scoped(json_drop) json_t *changed = json_object();
    const struct change change = {.action = CHANGE_UPDATED, .by = ORIGIN_PARSER, .cause = ev};
    if (!reparsed_store_refs(tx, parsed, &result, &refs, err))
        return false;
    reparsed_apply(expense, parsed, &refs, changed);
    metric_add("ledger_texts_total", LABEL("outcome", "reread"), 1);
    return reparsed_store_set(tx, expense->id, parsed, err) &&
           expense_edit_save(tx, before, expense, changed, &change, err) &&
           suggest_for(tx, &expense->user_id, &expense->id, 1, ev, err);
}

/* With what it is linked it would take another's text with it, or leave half a transfer. */
static bool is_linked(struct pg_tx *tx, const struct expense *expense, bool *linked,
                      struct err *err)
{
    struct link_roles roles = {0}, same = {0};
    if (!link_store_roles(tx, expense->user_id, expense->id, expense->id, &roles, &same, err))
        return false;
    *linked = link_roles_any(&roles);
    return true;
}

/* Dismissed is the person's own word; the reader's goes only as far as nobody else said anything.
 */
static bool withdraw(struct pg_tx *tx, const struct event *ev, const struct withdrawal *gone,
                     struct expense *expense, struct err *err)
{
    bool dismissed = strcmp(gone->reason, "dismissed") == 0, linked = false;
    struct change change = {
        .action = CHANGE_DELETED, .by = dismissed ? ORIGIN_USER : ORIGIN_PARSER, .cause = ev};
    metric_add("ledger_texts_total", LABEL("outcome", "withdrawn"), 1);
    if (!reparsed_store_seen(tx, ev->user_id, gone->message_id, gone->revision, err) ||
        !is_linked(tx, expense, &linked, err))
        return false;
    if (dismissed || (!linked && reparsed_untouched(expense)))
        return expense_edit_delete(tx, expense, &change, err);
    scoped(json_drop) json_t *before = expense_to_json(expense);
    scoped(json_drop) json_t *changed = json_object();
    if (expense->status != STATUS_NEEDS_REVIEW) {
        expense->status = STATUS_NEEDS_REVIEW;
        expense_mark(expense, "status", ORIGIN_PARSER, changed);
    }
    change.action = CHANGE_UPDATED;
    return expense_edit_save(tx, before, expense, changed, &change, err);
}

static bool apply_one(struct svc *svc, struct pg_tx *tx, const struct event *ev, struct err *err)
{
    bool found = false, deleted = false;
    struct withdrawal gone;
    struct parsed parsed = {0};
    scoped(expense_row_fini) struct expense_row fini = {0};
    struct reparsed_row row = {0};
    const char *user_id = ev->user_id;
    if (!read_withdrawal(ev, &gone, err) ||
        (gone.reason == NULL && !parsed_read(ev, &parsed, err)) ||
        !owners_enter(tx, &user_id, 1, &deleted, err))
        return false;
    const char *message_id = gone.reason != NULL ? gone.message_id : parsed.message_id;
    int64_t revision = gone.reason != NULL ? gone.revision : parsed.revision;
    if (deleted || !reparsed_store_lock(tx, user_id, message_id, &row, &found, err))
        return deleted;
    fini = row.row;
    if (!found) /* nothing to withdraw, or read as a payment only now */
        return gone.reason != NULL || expense_on_parsed(svc, tx, &ev, 1, err);
    /* What is in the trash stays there: that is the person's word. An older reading comes late. */
    if (row.purged || revision <= row.revision)
        return true;
    if (fini.expense.deleted_us != 0)
        return reparsed_store_seen(tx, user_id, message_id, revision, err);
    return gone.reason != NULL ? withdraw(tx, ev, &gone, &fini.expense, err)
                               : apply(tx, ev, &parsed, &fini.expense, err);
}

bool expense_on_reparsed(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                         size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!apply_one(svc, tx, evs[i], err))
            return false;
    return true;
}
