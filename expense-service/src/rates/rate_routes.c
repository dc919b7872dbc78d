#include "rates/rate_routes.h"

#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "http/page.h"
#include "ledger.h"
#include "owners/owner_store.h"
#include "rates/rate.h"
#include "rates/rate_store.h"

static const char *read_currency(const struct req *req, const char *name, const char *pointer,
                                 struct fields *fields)
{
    const char *code = req_query(req, name);
    if (code != NULL && currency_exponent(code) < 0)
        field_error(fields, pointer, "currency_unknown", "must be a code of ISO 4217");
    return code;
}

bool rate_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"base", "quote", "limit", "cursor", NULL},
                    &resp->fields);
    const char *base = read_currency(req, "base", "?base", &resp->fields);
    const char *quote = read_currency(req, "quote", "?quote", &resp->fields);
    page_read(req, "ssss", &page, &resp->fields);
    return fields_check(&resp->fields, err) &&
           rate_store_list(svc->base.db, req->identity->user_id, base, quote, &page, &result,
                           err) &&
           page_answer_result(req, &page, result, rate_json, (const int[]){0, 1, 2, 3}, resp);
}

bool rate_put(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct rate rate;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    const char *user_id = req->identity->user_id;
    if (!req_no_query(req, resp, err) || !req_need_object(req, err))
        return false;
    rate_read(req->body, &rate, &resp->fields);
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !owner_enter(tx, user_id, err) || !rate_store_set(tx, user_id, &rate, err) ||
        !pg_commit(&tx, err))
        return false;
    return resp_json(resp, 200,
                     json_pack("{s:s, s:s, s:s, s:s, s:b}", "base", rate.base, "quote", rate.quote,
                               "date", rate.day, "rate", rate.rate, "own", 1));
}

bool rate_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    int64_t us;
    bool found;
    struct rate rate = {.base = read_currency(req, "base", "?base", &resp->fields),
                        .quote = read_currency(req, "quote", "?quote", &resp->fields),
                        .day = req_query(req, "date")};
    req_query_known(req, (const char *const[]){"base", "quote", "date", NULL}, &resp->fields);
    if (rate.base == NULL)
        field_error(&resp->fields, "?base", "required", "must be given");
    if (rate.quote == NULL)
        field_error(&resp->fields, "?quote", "required", "must be given");
    if (rate.day == NULL || !timefmt_parse_date(rate.day, &us))
        field_error(&resp->fields, "?date", "date_invalid", "must be a date such as 2026-03-21");
    if (!fields_check(&resp->fields, err) ||
        !rate_store_delete(svc->base.db, req->identity->user_id, &rate, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "no such rate of yours");
    resp->status = 204;
    return true;
}
