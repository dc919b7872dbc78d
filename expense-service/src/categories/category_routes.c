#include "categories/category_routes.h"

#include "base/mem.h"
#include "categories/category_store.h"
#include "ledger.h"
#include "owners/owner_store.h"

bool category_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *list = NULL;
    req_query_known(req, (const char *const[]){NULL}, &resp->fields);
    /* Entering makes the default set when the event about the person has not come yet. */
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !owner_enter(tx, user_id, err) || !category_store_list(tx, user_id, &list, err) ||
        !pg_commit(&tx, err))
        return false;
    return resp_json(
        resp, 200,
        json_pack("{s:O, s:{s:n, s:b}}", "data", list, "page", "next_cursor", "has_more", 0));
}
