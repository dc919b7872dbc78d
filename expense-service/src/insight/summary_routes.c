#include "insight/summary_routes.h"

#include "expenses/expense_store.h"
#include "insight/summary.h"
#include "ledger.h"

bool summary_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct summary_ask ask;
    scoped(query_fini) struct query query = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    summary_read(req, &ask, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    summary_query(&ask, req->identity->user_id, &query);
    return expense_store_query(svc->base.db, &query, &result, err) &&
           resp_json(resp, 200, summary_to_json(&ask, result));
}
