#include "splits/split_routes.h"

#include <stdio.h>

#include "base/mem.h"
#include "expenses/expense_edit.h"
#include "expenses/expense_routes.h"
#include "ledger.h"
#include "splits/split.h"

/* The lines with their categories found; another's category is as unknown as none. */
static bool resolve(struct pg_tx *tx, const char *user_id, const struct splits *splits,
                    json_t *rows, struct fields *fields, struct err *err)
{
    for (size_t i = 0; i < splits->count; i++) {
        const struct split *line = &splits->lines[i];
        scoped(pg_result_drop) struct pg_result *result = NULL;
        struct ref category = {0};
        bool found = true;
        char pointer[48];
        if ((line->category.kind == REF_ID || line->category.kind == REF_NAME) &&
            !ref_store_resolve(tx, user_id, "category", &line->category, &result, &category, &found,
                               err))
            return false;
        snprintf(pointer, sizeof pointer, "/splits/%zu/category", i);
        if (!found)
            field_error(fields, pointer, "category_unknown", "is not one of yours");
        json_array_append_new(rows, split_row(line, &category));
    }
    return fields_check(fields, err);
}

bool splits_put(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct splits splits;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *before = NULL;
    scoped(json_drop) json_t *rows = json_array();
    scoped(json_drop) json_t *changed = json_object();
    scoped(expense_row_fini) struct expense_row row = {0};
    if (!req_need_object(req, err) || !expense_lock(svc, req, &tx, &row, resp, err))
        return false;
    splits_read(req->body, &row.expense.amount, &splits, &resp->fields);
    if (!resolve(tx, row.expense.user_id, &splits, rows, &resp->fields, err))
        return false;
    before = expense_to_json(&row.expense);
    json_drop(&row.expense.splits);
    if (splits.count > 0)
        row.expense.splits = json_incref(rows);
    expense_mark(&row.expense, "splits", ORIGIN_USER, changed);
    return expense_edit_save(tx, before, &row.expense, changed, &CHANGE_BY_USER(CHANGE_UPDATED),
                             err) &&
           pg_commit(&tx, err) && expense_answer(resp, 200, &row.expense);
}
