#include "expenses/life_routes.h"

#include <stdio.h>

#include "base/mem.h"
#include "expenses/change_store.h"
#include "expenses/expense_edit.h"
#include "expenses/expense_routes.h"
#include "http/precondition.h"
#include "ledger.h"
#include "owners/owner_store.h"

/* Both calls say what shall be, whatever was before, so that If-Match may be left out. */
static bool lock(struct svc *svc, const struct req *req, struct pg_tx **tx, struct expense_row *row,
                 struct resp *resp, struct err *err)
{
    const char *id;
    if (!req_no_query(req, resp, err) || !expense_path_id(req, &id, err) ||
        !pg_begin(svc->base.db, tx, err) || !owner_enter(*tx, req->identity->user_id, err) ||
        !change_store_lock_any(*tx, req->identity->user_id, id, row, err))
        return false;
    return req_header(req, "If-Match") == NULL ||
           precondition_check(req, row->expense.version, resp, err);
}

bool expense_restore(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(expense_row_fini) struct expense_row row = {0};
    return lock(svc, req, &tx, &row, resp, err) &&
           (row.expense.deleted_us == 0 ||
            expense_edit_restore(tx, &row.expense, &CHANGE_BY_USER(CHANGE_RESTORED), err)) &&
           pg_commit(&tx, err) && expense_answer(resp, 200, &row.expense);
}

bool expense_confirm(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *before = NULL;
    scoped(json_drop) json_t *changed = json_object();
    scoped(expense_row_fini) struct expense_row row = {0};
    if (!lock(svc, req, &tx, &row, resp, err))
        return false;
    if (row.expense.deleted_us != 0)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    before = expense_to_json(&row.expense);
    if (row.expense.status != STATUS_POSTED) {
        const struct expense_input posted = {.given = FIELD_STATUS, .status = STATUS_POSTED};
        expense_apply_input(&row.expense, &posted, ORIGIN_USER, changed, &resp->fields);
    }
    return expense_edit_save(tx, before, &row.expense, changed, &CHANGE_BY_USER(CHANGE_CONFIRMED),
                             err) &&
           pg_commit(&tx, err) && expense_answer(resp, 200, &row.expense);
}

bool expense_history(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, "i", &page, &resp->fields);
    if (!fields_check(&resp->fields, err) || !expense_path_id(req, &id, err) ||
        !change_store_list(svc->base.db, req->identity->user_id, id, &page, &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    return page_answer_result(req, &page, result, change_from_row, (const int[]){0}, resp);
}
