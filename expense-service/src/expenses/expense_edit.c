#include "expenses/expense_edit.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "events/events.h"
#include "expenses/change_store.h"
#include "expenses/parsed_topics.h"
#include "merchants/learning.h"

void refs_fini(struct refs *refs)
{
    for (size_t i = 0; i < LENGTH(refs->results); i++)
        pg_result_drop(&refs->results[i]);
}

bool refs_resolve(struct pg_tx *tx, const struct expense_input *input, struct refs *refs,
                  struct expense *expense, json_t *changed, struct fields *fields, struct err *err)
{
    static const char *const names[] = {"merchant", "category", "account"};
    const struct ref_input *inputs[] = {&input->merchant, &input->category, &input->account};
    bool others_ok = fields_ok(fields), known = true;
    char code[40] = "";
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct ref ref = {0};
        bool found = true;
        if (inputs[i]->kind == REF_ABSENT)
            continue;
        if (inputs[i]->kind != REF_NONE &&
            !ref_store_resolve(tx, expense->user_id, names[i], inputs[i], &refs->results[i], &ref,
                               &found, err))
            return false;
        if (!found) {
            char pointer[32];
            snprintf(pointer, sizeof pointer, "/%s", names[i]);
            snprintf(code + 0, known ? sizeof code : 0, "%s_unknown", names[i]);
            char each[40];
            snprintf(each, sizeof each, "%s_unknown", names[i]);
            field_error(fields, pointer, each, "is not one of yours");
            known = false;
            continue;
        }
        expense_apply_ref(expense, names[i], &ref, ORIGIN_USER, changed);
        if (i == 2)
            expense->account_last4 = ref.id != NULL ? pg_str(refs->results[i], 0, 2) : NULL;
    }
    if (!known && others_ok)
        return err_set_name(err, ERR_INVALID, code, "the %.*s is not one of yours",
                            (int)strcspn(code, "_"), code);
    return fields_check(fields, err);
}

bool expense_edit_read(struct pg_tx *tx, const json_t *patch, struct refs *refs,
                       struct expense *expense, json_t *changed, struct fields *fields,
                       struct err *err)
{
    struct expense_input input;
    expense_input_read(patch, INPUT_PATCH, &input, fields);
    expense_apply_input(expense, &input, ORIGIN_USER, changed, fields);
    return refs_resolve(tx, &input, refs, expense, changed, fields, err);
}

bool expense_edit_save(struct pg_tx *tx, const json_t *before, struct expense *expense,
                       const json_t *changed, const struct change *change, struct err *err)
{
    if (json_object_size(changed) == 0)
        return true;
    scoped(json_drop) json_t *after = expense_to_json(expense);
    scoped(json_drop) json_t *fields = change_fields(before, after, changed);
    return expense_store_save(tx, expense, err) &&
           change_store_add(tx, expense, change, fields, err) &&
           learning_note(tx, before, expense, changed, change, err) &&
           expense_publish(tx, EVENT_EXPENSE_UPDATED, expense, changed, change->cause, err);
}

bool expense_edit_delete(struct pg_tx *tx, struct expense *expense, const struct change *change,
                         struct err *err)
{
    scoped(json_drop) json_t *none = json_object();
    return expense_store_delete(tx, expense, err) &&
           change_store_add(tx, expense, change, none, err) &&
           expense_publish(tx, EVENT_EXPENSE_DELETED, expense, none, change->cause, err);
}

bool expense_edit_restore(struct pg_tx *tx, struct expense *expense, const struct change *change,
                          struct err *err)
{
    scoped(json_drop) json_t *none = json_object();
    return change_store_restore(tx, expense, err) &&
           change_store_add(tx, expense, change, none, err) &&
           expense_publish(tx, EVENT_EXPENSE_RESTORED, expense, none, change->cause, err);
}
