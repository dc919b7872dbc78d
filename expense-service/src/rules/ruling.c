#include "rules/ruling.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "events/events.h"
#include "events/outbox.h"
#include "expenses/expense_columns.h"
#include "expenses/expense_store.h"
#include "expenses/publishing.h"
#include "ledger.h"

enum { PAGE = 1000, OUTBOX_ENOUGH = 5000, EXTRA = EXPENSE_COLUMN_COUNT };

void ruling_drop(struct ruling **ruling)
{
    for (size_t i = 0; *ruling != NULL && i < (*ruling)->count; i++) {
        rule_fini(&(*ruling)->rules[i]);
        pg_result_drop(&(*ruling)->found[i][0]);
        pg_result_drop(&(*ruling)->found[i][1]);
    }
    if (*ruling != NULL)
        pg_result_drop(&(*ruling)->rows);
    free(*ruling);
    *ruling = NULL;
}

bool ruling_load(struct pg_tx *tx, const char *user_id, const char *rule_id, struct ruling **out,
                 struct err *err)
{
    struct ruling *ruling = xcalloc(1, sizeof *ruling);
    *out = ruling;
    if (!rule_store_list(tx, user_id, rule_id, rule_id == NULL, &ruling->rows, err))
        return false;
    for (size_t i = 0; i < pg_rows(ruling->rows) && i < RULES_MAX; i++) {
        bool broken;
        rule_from_row(ruling->rows, i, &ruling->rules[ruling->count++], &broken);
    }
    return rule_id == NULL || ruling->count > 0 || err_set(err, ERR_NOT_FOUND, "no such rule");
}

/* A merchant that the rule names and that is not there yet is made. A category that is gone leaves
 * its action without effect. */
static bool look_up(struct pg_tx *tx, const char *user_id, struct ruling *ruling, size_t n,
                    struct err *err)
{
    const json_t *actions = ruling->rules[n].actions;
    const char *category =
        json_string_value(json_object_get(json_object_get(actions, "category"), "id"));
    const char *merchant = json_string_value(json_object_get(actions, "merchant"));
    bool found = false;
    if (ruling->looked_up[n])
        return true;
    ruling->looked_up[n] = true;
    if (category != NULL &&
        !ref_store_resolve(tx, user_id, "category", &(const struct ref_input){REF_ID, category},
                           &ruling->found[n][0], &ruling->refs[n].category, &found, err))
        return false;
    return merchant == NULL ||
           ref_store_resolve(tx, user_id, "merchant", &(const struct ref_input){REF_NAME, merchant},
                             &ruling->found[n][1], &ruling->refs[n].merchant, &found, err);
}

/* The rules in their order on one expense; *by is the last one that changed it. */
static bool rule_over(struct pg_tx *tx, const char *user_id, struct ruling *ruling,
                      const struct rule_subject *subject, struct expense *expense, json_t *changed,
                      const char **by, struct err *err)
{
    for (size_t i = 0; i < ruling->count; i++) {
        const struct rule *rule = &ruling->rules[i];
        size_t before = json_object_size(changed);
        if (!rule_matches(rule->conditions, subject))
            continue;
        if (!look_up(tx, user_id, ruling, i, err))
            return false;
        rule_act(rule->actions, &ruling->refs[i], expense, changed);
        if (json_object_size(changed) > before)
            *by = rule->id;
        if (rule->stop)
            break;
    }
    return true;
}

/* Those that changed, of one page. */
struct batch {
    struct expense *expenses;
    struct ruled *ruled;
    json_t **changed;
    size_t count, rows;
};

static void batch_fini(struct batch *batch)
{
    for (size_t i = 0; i < batch->rows; i++)
        expense_fini(&batch->expenses[i]);
    for (size_t i = 0; i < batch->count; i++) {
        json_decref(batch->ruled[i].changes);
        free(batch->ruled[i].tags);
        free(batch->ruled[i].origins);
        json_decref(batch->changed[i]);
    }
    free(batch->expenses);
    free(batch->ruled);
    free(batch->changed);
}

static bool write_batch(struct pg_tx *tx, const char *user_id, struct batch *batch, struct err *err)
{
    if (!rule_store_write(tx, user_id, batch->ruled, batch->count, err))
        return false;
    scoped(publishing_fini) struct publishing out = {.type = EVENT_EXPENSE_UPDATED};
    for (size_t i = 0; i < batch->count; i++) {
        scoped(str_drop) char *changed = json_text(batch->changed[i]);
        const struct ruled *ruled = &batch->ruled[i];
        const struct expense_texts texts = {.tags = ruled->tags, .origins = ruled->origins};
        if (!publishing_add(&out, tx, ruled->expense, &texts, changed, NULL, err))
            return false;
    }
    return publishing_end(&out, tx, err);
}

/* What each field was and is. */
static json_t *changes_of(const struct expense *before, const struct expense *after,
                          const json_t *changed)
{
    json_t *out = json_object();
    const char *name;
    json_t *origin;
    json_object_foreach((json_t *)(uintptr_t)changed, name, origin)
    {
        json_object_set_new(out, name,
                            json_pack("{s:o, s:o}", "from", expense_field_json(before, name), "to",
                                      expense_field_json(after, name)));
    }
    return out;
}

bool ruling_run(struct pg_tx *tx, const char *user_id, struct ruling *ruling,
                const struct pg_result *rows, size_t *changed_count, json_t *shown, struct err *err)
{
    size_t count = pg_rows(rows);
    scoped(batch_fini) struct batch batch = {.expenses = xcalloc(count + 1, sizeof *batch.expenses),
                                             .ruled = xcalloc(count + 1, sizeof *batch.ruled),
                                             .changed = xcalloc(count + 1, sizeof *batch.changed)};
    for (size_t i = 0; i < count; i++) {
        struct expense *expense = &batch.expenses[batch.rows++];
        const char *by = NULL;
        expense_from_row(rows, i, expense);
        const struct rule_subject subject = {.expense = expense,
                                             .merchant_raw =
                                                 pg_str(rows, i, EXTRA + RULE_MERCHANT_RAW),
                                             .channel = pg_str(rows, i, EXTRA + RULE_CHANNEL),
                                             .class = pg_str(rows, i, EXTRA + RULE_CLASS),
                                             .weekday = (int)pg_int(rows, i, EXTRA + RULE_WEEKDAY),
                                             .day = (int)pg_int(rows, i, EXTRA + RULE_DAY)};
        scoped(json_drop) json_t *changed = json_object();
        scoped(json_drop) json_t *was = shown != NULL ? expense_to_json(expense) : NULL;
        if (was != NULL) /* the expense's own is marked below */
            json_object_set_new(was, "origins", json_deep_copy(expense->origins));
        scoped(json_drop) json_t *tags = json_incref(expense->tags);
        struct expense before = *expense;
        before.tags = tags;
        if (!rule_over(tx, user_id, ruling, &subject, expense, changed, &by, err))
            return false;
        if (json_object_size(changed) == 0)
            continue;
        json_t *changes = changes_of(&before, expense, changed);
        if (json_array_size(shown) < RULING_SHOWN_MAX && shown != NULL)
            json_array_append_new(shown, json_pack("{s:O, s:O}", "expense", was, "would", changes));
        batch.changed[batch.count] = json_incref(changed);
        batch.ruled[batch.count++] =
            (struct ruled){.expense = expense, .changes = changes, .rule_id = by};
    }
    *changed_count = batch.count;
    return shown != NULL || write_batch(tx, user_id, &batch, err);
}

static void array_drop(void *array)
{
    free(*(void **)array);
}

static bool enter_one(struct pg_tx *tx, const char *user_id, const char *const user_ids[],
                      const char *const ids[], size_t count, size_t *changed, struct err *err)
{
    scoped(array_drop) const char **own = xcalloc(count, sizeof *own);
    scoped(ruling_drop) struct ruling *ruling = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(user_ids[i], user_id) == 0)
            own[found++] = ids[i];
    return ruling_load(tx, user_id, NULL, &ruling, err) &&
           rule_store_expenses(tx, user_id, own, found, &rows, err) &&
           ruling_run(tx, user_id, ruling, rows, changed, NULL, err);
}

bool ruling_entered(struct pg_tx *tx, const char *const user_ids[], const char *const ids[],
                    size_t count, size_t *changed, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *who = NULL;
    *changed = 0;
    if (count == 0)
        return true;
    if (!rule_store_who(tx, user_ids, count, &who, err))
        return false;
    for (size_t i = 0; i < pg_rows(who); i++) {
        size_t of_them = 0;
        if (!enter_one(tx, pg_str(who, i, 0), user_ids, ids, count, &of_them, err))
            return false;
        *changed += of_them;
    }
    return true;
}

static bool work_page(struct pg_tx *tx, const struct pg_result *job, struct err *err)
{
    const char *user_id = pg_str(job, 0, 0), *rule_id = pg_str(job, 0, 2);
    scoped(ruling_drop) struct ruling *ruling = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    size_t changed = 0;
    /* The rule may have been deleted since: then there is nothing more to do. */
    if (!ruling_load(tx, user_id, rule_id, &ruling, err)) {
        if (err->code != ERR_NOT_FOUND)
            return false;
        return rule_store_move(tx, job, NULL, 0, 0, true, err);
    }
    if (!rule_store_page(tx, user_id, pg_str(job, 0, 3), PAGE, &rows, err) ||
        !ruling_run(tx, user_id, ruling, rows, &changed, NULL, err))
        return false;
    size_t looked = pg_rows(rows);
    return rule_store_move(tx, job, looked > 0 ? pg_str(rows, looked - 1, 0) : NULL, looked,
                           changed, looked < PAGE, err);
}

enum step rules_work(struct svc *svc)
{
    struct err err;
    bool room = true;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *job = NULL;
    bool ok = pg_begin(svc->base.db, &tx, &err) && rule_store_next(tx, &job, &err);
    bool found = ok && pg_rows(job) > 0;
    if (found)
        ok = outbox_has_room(tx, OUTBOX_ENOUGH, &room, &err) && (!room || work_page(tx, job, &err));
    if (!ok || !pg_commit(&tx, &err)) {
        log_warn("rules_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return !found ? STEP_IDLE : room ? STEP_MORE : STEP_WAIT;
}
