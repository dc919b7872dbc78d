#include "merchants/merchant_routes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "events/events.h"
#include "expenses/expense_store.h"
#include "http/page.h"
#include "http/precondition.h"
#include "ledger.h"
#include "live/telling.h"
#include "merchants/merchant_store.h"
#include "owners/owner_store.h"

static bool path_id(const struct req *req, const char *name, const char **id, struct err *err)
{
    *id = req_param(req, name);
    return uuid_valid(*id) || err_set(err, ERR_NOT_FOUND, "no such merchant");
}

bool merchant_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *q = req_query(req, "q"), *learned = req_query(req, "learned");
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"q", "learned", "limit", "cursor", NULL},
                    &resp->fields);
    if (q != NULL && (*q == '\0' || strlen(q) > MERCHANT_BYTES_MAX))
        field_error(&resp->fields, "?q", "length_invalid", "must be 1 to 200 bytes long");
    if (learned != NULL && strcmp(learned, "true") != 0 && strcmp(learned, "false") != 0)
        field_error(&resp->fields, "?learned", "not_allowed", "must be true or false");
    page_read(req, "su", &page, &resp->fields);
    return fields_check(&resp->fields, err) &&
           merchant_store_list(svc->base.db, req->identity->user_id, q,
                               learned != NULL && strcmp(learned, "true") == 0, &page, &result,
                               err) &&
           page_answer_result(req, &page, result, merchant_json,
                              (const int[]){MERCHANT_LOWER, MERCHANT_ID}, resp);
}

static bool answer(struct pg_tx *tx, const char *user_id, const char *id, unsigned status,
                   struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!merchant_store_find(tx, user_id, id, false, &result, err))
        return false;
    etag_set(resp, pg_int(result, 0, MERCHANT_VERSION));
    return resp_json(resp, status, merchant_json(result, 0));
}

static bool tell(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    scoped(json_drop) json_t *json = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!merchant_store_find(tx, user_id, id, false, &result, err))
        return false;
    json = merchant_json(result, 0);
    return tell_change(tx,
                       &(struct told){.type = EVENT_MERCHANT_UPDATED,
                                      .user_id = user_id,
                                      .id = id,
                                      .version = pg_int(result, 0, MERCHANT_VERSION),
                                      .snapshot = json},
                       err);
}

bool merchant_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return req_no_query(req, resp, err) && path_id(req, "id", &id, err) &&
           pg_begin(svc->base.db, &tx, err) &&
           answer(tx, req->identity->user_id, id, 200, resp, err) && pg_commit(&tx, err);
}

bool merchant_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id, *user_id = req->identity->user_id;
    struct merchant_input input;
    struct ref category = {0};
    bool found = true;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(pg_result_drop) struct pg_result *named = NULL;
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !path_id(req, "id", &id, err) || !precondition_present(req, err) ||
        !pg_begin(svc->base.db, &tx, err) || !owner_enter(tx, user_id, err) ||
        !merchant_store_find(tx, user_id, id, true, &rows, err) ||
        !precondition_check(req, pg_int(rows, 0, MERCHANT_VERSION), resp, err))
        return false;
    merchant_read(req->body, &input, &resp->fields);
    bool has_category = input.category.kind == REF_ID || input.category.kind == REF_NAME;
    if (has_category && !ref_store_resolve(tx, user_id, "category", &input.category, &named,
                                           &category, &found, err))
        return false;
    if (!found)
        field_error(&resp->fields, "/category", "category_unknown", "is not one of yours");
    const struct merchant_change change = {.id = id,
                                           .name = input.name,
                                           .category_id = category.id,
                                           .set_category = input.category.kind != REF_ABSENT,
                                           .apply = input.apply_to_all};
    return fields_check(&resp->fields, err) && merchant_store_save(tx, user_id, &change, err) &&
           answer(tx, user_id, id, 200, resp, err) && tell(tx, user_id, id, err) &&
           pg_commit(&tx, err);
}

bool merchant_add_alias(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char alias[UUID_SIZE];
    const char *id, *name, *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !path_id(req, "id", &id, err))
        return false;
    merchant_read_alias(req->body, &name, &resp->fields);
    uuid_new(alias);
    return fields_check(&resp->fields, err) && pg_begin(svc->base.db, &tx, err) &&
           owner_enter(tx, user_id, err) &&
           merchant_store_find(tx, user_id, id, true, &rows, err) &&
           merchant_store_add_alias(tx, user_id, alias, id, name, err) &&
           answer(tx, user_id, id, 201, resp, err) && tell(tx, user_id, id, err) &&
           pg_commit(&tx, err);
}

bool merchant_drop_alias(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id, *alias, *user_id = req->identity->user_id;
    bool found;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_no_query(req, resp, err) || !path_id(req, "id", &id, err) ||
        !path_id(req, "alias", &alias, err) || !pg_begin(svc->base.db, &tx, err) ||
        !merchant_store_drop_alias(tx, user_id, alias, id, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "no such alias");
    if (!tell(tx, user_id, id, err) || !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}
