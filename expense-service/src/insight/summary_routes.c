#include "insight/summary_routes.h"

#include "base/mem.h"
#include "expenses/expense_store.h"
#include "insight/summary.h"
#include "insight/summary_store.h"
#include "ledger.h"
#include "rates/rate_store.h"

static bool add_converted(struct svc *svc, const char *user_id, const struct range *range,
                          json_t *json, struct err *err)
{
    json_t *converted = NULL;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !rate_store_converted(tx, user_id, range, &converted, err))
        return false;
    json_object_set_new(json, "converted", converted);
    return pg_commit(&tx, err);
}

bool summary_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct summary_ask ask;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(pg_result_drop) struct pg_result *before = NULL;
    const char *user_id = req->identity->user_id;
    summary_read(req, &ask, &resp->fields);
    if (!fields_check(&resp->fields, err) ||
        !summary_store_read(svc->base.db, &ask, user_id, &result, err))
        return false;
    if (ask.compare) {
        char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE];
        struct summary_ask earlier = ask;
        summary_before(&ask.range, &earlier.range, from, to);
        if (!summary_store_read(svc->base.db, &earlier, user_id, &before, err))
            return false;
    }
    scoped(json_drop) json_t *json = summary_to_json(&ask, result, before);
    return (!ask.convert || add_converted(svc, user_id, &ask.range, json, err)) &&
           resp_json(resp, 200, json_incref(json));
}
