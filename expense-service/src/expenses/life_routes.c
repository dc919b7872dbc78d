#include "expenses/life_routes.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "expenses/change_store.h"
#include "expenses/expense_edit.h"
#include "http/precondition.h"
#include "ledger.h"
#include "owners/owner_store.h"

/* Both calls say what shall be, whatever was before, so that If-Match may be left out. */
static bool lock(struct svc *svc, const struct req *req, struct pg_tx **tx, struct expense_row *row,
                 struct resp *resp, struct err *err)
{
    const char *id = req_param(req, "id");
    req_query_known(req, (const char *const[]){NULL}, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    if (!uuid_valid(id))
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    if (!pg_begin(svc->base.db, tx, err) || !owner_enter(*tx, req->identity->user_id, err) ||
        !change_store_lock_any(*tx, req->identity->user_id, id, row, err))
        return false;
    etag_set(resp, row->expense.version);
    return req_header(req, "If-Match") == NULL ||
           precondition_check(req, row->expense.version, err);
}

static bool answer(struct resp *resp, const struct expense *expense)
{
    etag_set(resp, expense->version);
    return resp_json(resp, 200, expense_to_json(expense));
}

bool expense_restore(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(expense_row_fini) struct expense_row row = {0};
    return lock(svc, req, &tx, &row, resp, err) &&
           (row.expense.deleted_us == 0 || expense_edit_restore(tx, &row.expense, err)) &&
           pg_commit(&tx, err) && answer(resp, &row.expense);
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
        expense_apply_input(&row.expense, &posted, changed, &resp->fields);
    }
    return expense_edit_save(tx, before, &row.expense, changed, CHANGE_CONFIRMED, err) &&
           pg_commit(&tx, err) && answer(resp, &row.expense);
}

bool expense_history(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id = req_param(req, "id");
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, "i", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    if (!uuid_valid(id))
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    if (!change_store_list(svc->base.db, req->identity->user_id, id, &page, &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    bool more = pg_rows(result) > (size_t)page.limit;
    size_t shown = more ? (size_t)page.limit : pg_rows(result);
    json_t *data = json_array();
    for (size_t i = 0; i < shown; i++)
        json_array_append_new(data, change_from_row(result, i));
    const char *last[] = {more ? pg_str(result, shown - 1, 0) : NULL};
    return page_answer(req, &page, data, more, more ? last : NULL, resp);
}
