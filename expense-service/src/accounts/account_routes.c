#include "accounts/account_routes.h"

#include "accounts/account.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "expenses/expense_store.h"
#include "ledger.h"

typedef json_t *row_fn(const struct pg_result *result, size_t n);

static size_t shown(const struct page *page, const struct pg_result *result)
{
    size_t limit = (size_t)page->limit;
    return pg_rows(result) > limit ? limit : pg_rows(result);
}

static json_t *page_data(const struct page *page, const struct pg_result *result, row_fn *to_json)
{
    json_t *data = json_array();
    for (size_t i = 0; i < shown(page, result); i++)
        json_array_append_new(data, to_json(result, i));
    return data;
}

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
    if (!expense_store_query(svc->base.db, &query, &result, err))
        return false;
    size_t count = shown(&page, result);
    bool more = pg_rows(result) > count;
    const char *last[] = {more ? account_row_id(result, count - 1) : NULL};
    return page_answer(req, &page, page_data(&page, result, account_to_json), more,
                       more ? last : NULL, resp);
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
    req_query_known(req, (const char *const[]){NULL}, &resp->fields);
    return fields_check(&resp->fields, err) && find(svc, req, &result, err) &&
           resp_json(resp, 200, account_to_json(result, 0));
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
    if (!expense_store_query(svc->base.db, &query, &result, err))
        return false;
    size_t count = shown(&page, result);
    bool more = pg_rows(result) > count;
    const char *last[2] = {NULL, NULL};
    if (more)
        gap_row_keys(result, count - 1, last);
    return page_answer(req, &page, page_data(&page, result, gap_to_json), more, more ? last : NULL,
                       resp);
}
