#include "insight/insight_routes.h"

#include "base/mem.h"
#include "insight/insight_store.h"
#include "ledger.h"

/* What the three have in common: read, ask, show. */
struct view {
    void (*read)(const struct req *req, struct insight_ask *out, struct fields *fields);
    bool (*ask)(struct pg_pool *db, const char *user_id, const struct insight_ask *ask,
                struct pg_result **result, struct err *err);
    json_t *(*show)(const struct pg_result *result);
};

static bool answer(const struct view *view, struct svc *svc, const struct req *req,
                   struct resp *resp, struct err *err)
{
    struct insight_ask ask;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    view->read(req, &ask, &resp->fields);
    return fields_check(&resp->fields, err) &&
           view->ask(svc->base.db, req->identity->user_id, &ask, &result, err) &&
           resp_json(resp, 200, view->show(result));
}

bool insight_cash_flow(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const struct view view = {insight_read_cash_flow, insight_store_cash_flow,
                                     insight_cash_flow_json};
    return answer(&view, svc, req, resp, err);
}

bool insight_movers(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const struct view view = {insight_read_movers, insight_store_movers,
                                     insight_movers_json};
    return answer(&view, svc, req, resp, err);
}

bool insight_trends(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const struct view view = {insight_read_trends, insight_store_trends,
                                     insight_trends_json};
    return answer(&view, svc, req, resp, err);
}
