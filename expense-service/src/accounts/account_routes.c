#include "accounts/account_routes.h"

#include <stdio.h>

#include "accounts/account_store.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "events/events.h"
#include "expenses/expense_store.h"
#include "http/idempotency.h"
#include "http/precondition.h"
#include "ledger.h"
#include "live/telling.h"
#include "owners/owner_store.h"

bool account_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {0};
    scoped(query_fini) struct query query = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, ACCOUNT_PAGE_KINDS, &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    account_query(req->identity->user_id, &page, &query);
    return expense_store_query(svc->base.db, &query, &result, err) &&
           page_answer_result(req, &page, result, account_to_json, account_page_cols, resp);
}

static bool find(struct svc *svc, const struct req *req, struct pg_result **result, struct err *err)
{
    const char *id = req_param(req, "id");
    scoped(query_fini) struct query query = {0};
    if (!uuid_valid(id))
        return err_set(err, ERR_NOT_FOUND, "no such account");
    account_query_one(req->identity->user_id, id, &query);
    return expense_store_query(svc->base.db, &query, result, err) &&
           (pg_rows(*result) > 0 || err_set(err, ERR_NOT_FOUND, "no such account"));
}

bool account_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!req_no_query(req, resp, err) || !find(svc, req, &result, err))
        return false;
    etag_set(resp, pg_int(result, 0, ACCOUNT_VERSION));
    return resp_json(resp, 200, account_to_json(result, 0));
}

/* The account as this transaction sees it, for who asked and for all that listen. */
static bool answer(struct pg_tx *tx, const struct req *req, const char *id, bool made,
                   struct resp *resp, struct err *err)
{
    scoped(query_fini) struct query query = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    account_query_one(req->identity->user_id, id, &query);
    if (!pg_exec_sql(tx, query.sql.data, query.params, query.count, &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_INTERNAL, "account that was written is not there");
    etag_set(resp, pg_int(result, 0, ACCOUNT_VERSION));
    return resp_json(resp, made ? 201 : 200, account_to_json(result, 0)) &&
           tell_change(tx,
                       &(struct told){.type = made ? EVENT_ACCOUNT_CREATED : EVENT_ACCOUNT_UPDATED,
                                      .user_id = req->identity->user_id,
                                      .id = id,
                                      .version = pg_int(result, 0, ACCOUNT_VERSION),
                                      .snapshot = resp->body},
                       err);
}

bool account_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char id[UUID_SIZE];
    bool replayed = false;
    struct account_input input;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !pg_begin(svc->base.db, &tx, err) || !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    account_input_read(req->body, false, &input, &resp->fields);
    uuid_new(id);
    if (!fields_check(&resp->fields, err) || !owner_enter(tx, req->identity->user_id, err) ||
        !account_store_add(tx, req->identity->user_id, id, &input, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/accounts/%s", id);
    return answer(tx, req, id, true, resp, err) && idempotency_finish(tx, req, resp, err) &&
           pg_commit(&tx, err);
}

/* Locked, when it has the version that If-Match tells. */
static bool lock(struct svc *svc, const struct req *req, struct pg_tx **tx, struct resp *resp,
                 struct err *err)
{
    int64_t version;
    const char *id = req_param(req, "id");
    if (!uuid_valid(id))
        return err_set(err, ERR_NOT_FOUND, "no such account");
    return req_no_query(req, resp, err) && precondition_present(req, err) &&
           pg_begin(svc->base.db, tx, err) && owner_enter(*tx, req->identity->user_id, err) &&
           account_store_lock(*tx, req->identity->user_id, id, &version, err) &&
           precondition_check(req, version, resp, err);
}

bool account_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_input input;
    const char *id = req_param(req, "id");
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_need_object(req, err) || !lock(svc, req, &tx, resp, err))
        return false;
    account_input_read(req->body, true, &input, &resp->fields);
    return fields_check(&resp->fields, err) &&
           account_store_save(tx, req->identity->user_id, id, &input, err) &&
           answer(tx, req, id, false, resp, err) && pg_commit(&tx, err);
}

bool account_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const struct told gone = {.type = EVENT_ACCOUNT_DELETED,
                              .user_id = req->identity->user_id,
                              .id = req_param(req, "id")};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!lock(svc, req, &tx, resp, err) || !account_store_delete(tx, gone.user_id, gone.id, err) ||
        !tell_change(tx, &gone, err) || !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}

bool account_gaps(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct range range;
    scoped(page_fini) struct page page = {0};
    scoped(query_fini) struct query query = {0};
    scoped(pg_result_drop) struct pg_result *account = NULL, *result = NULL;
    req_query_known(req, (const char *const[]){"from", "to", "limit", "cursor", NULL},
                    &resp->fields);
    range_read(req, &range, &resp->fields);
    page_read(req, GAP_PAGE_KINDS, &page, &resp->fields);
    if (!fields_check(&resp->fields, err) || !find(svc, req, &account, err))
        return false;
    gap_query(req->identity->user_id, req_param(req, "id"), &range, &page, &query);
    return expense_store_query(svc->base.db, &query, &result, err) &&
           page_answer_result(req, &page, result, gap_to_json, gap_page_cols, resp);
}
