#include "budgets/budget_routes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "budgets/watching.h"
#include "events/events.h"
#include "expenses/expense_store.h"
#include "http/idempotency.h"
#include "http/page.h"
#include "http/precondition.h"
#include "ledger.h"
#include "live/telling.h"
#include "owners/owner_store.h"

static bool path_id(const struct req *req, const char **id, struct err *err)
{
    *id = req_param(req, "id");
    return uuid_valid(*id) || err_set(err, ERR_NOT_FOUND, "no such budget");
}

static bool answer(struct pg_tx **tx, const char *user_id, const struct budget *budget,
                   int64_t today, unsigned status, struct resp *resp, struct err *err)
{
    json_t *json = NULL;
    if (!budget_show_now(*tx, user_id, budget, today, &json, err))
        return false;
    etag_set(resp, budget->version);
    return resp_json(resp, status, json);
}

/* json: as it is now, NULL when it is gone. */
static bool tell(struct pg_tx *tx, const char *user_id, const char *type,
                 const struct budget *budget, const json_t *json, struct err *err)
{
    return tell_change(tx,
                       &(struct told){.type = type,
                                      .user_id = user_id,
                                      .id = budget->id,
                                      .version = json != NULL ? budget->version : 0,
                                      .snapshot = json},
                       err);
}

bool budget_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(json_drop) json_t *data = json_array();
    const char *user_id = req->identity->user_id;
    if (!req_no_query(req, resp, err) || !pg_begin(svc->base.db, &tx, err) ||
        !budget_store_list(tx, user_id, &rows, err))
        return false;
    for (size_t i = 0; i < pg_rows(rows); i++) {
        struct budget budget;
        int64_t today;
        json_t *json = NULL;
        budget_from_row(rows, i, &budget, &today);
        if (!budget_show_now(tx, user_id, &budget, today, &json, err))
            return false;
        json_array_append_new(data, json);
    }
    return pg_commit(&tx, err) && resp_json(resp, 200,
                                            json_pack("{s:O, s:{s:n, s:b}}", "data", data, "page",
                                                      "next_cursor", "has_more", 0));
}

/* Finds the category named; another's is as unknown as none. */
static bool resolve(struct pg_tx *tx, const char *user_id, const struct ref_input *input,
                    struct pg_result **result, struct budget *budget, struct fields *fields,
                    struct err *err)
{
    bool found = true;
    if ((input->kind == REF_ID || input->kind == REF_NAME) &&
        !ref_store_resolve(tx, user_id, "category", input, result, &budget->category, &found, err))
        return false;
    if (!found)
        field_error(fields, "/category", "category_unknown", "is not one of yours");
    return fields_check(fields, err);
}

bool budget_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char id[UUID_SIZE];
    struct budget budget;
    struct ref_input category;
    int64_t today;
    bool replayed = false;
    const char *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *found = NULL;
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !pg_begin(svc->base.db, &tx, err) || !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    if (!owner_enter(tx, user_id, err) || !budget_store_today(tx, user_id, &today, err))
        return false;
    budget_read(req->body, INPUT_CREATE, today, &budget, &category, &resp->fields);
    uuid_new(id);
    budget.id = id;
    if (!resolve(tx, user_id, &category, &found, &budget, &resp->fields, err) ||
        !budget_store_add(tx, user_id, &budget, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/budgets/%s", id);
    return answer(&tx, user_id, &budget, today, 201, resp, err) &&
           tell(tx, user_id, EVENT_BUDGET_CREATED, &budget, resp->body, err) &&
           idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
}

/* The budget, locked when it is to be changed, with the version that If-Match tells. */
static bool open_one(struct svc *svc, const struct req *req, bool change, struct pg_tx **tx,
                     struct pg_result **rows, struct resp *resp, struct err *err)
{
    const char *id;
    if (!req_no_query(req, resp, err) || !path_id(req, &id, err) ||
        (change && !precondition_present(req, err)) || !pg_begin(svc->base.db, tx, err) ||
        !owner_enter(*tx, req->identity->user_id, err) ||
        !budget_store_find(*tx, req->identity->user_id, id, change, rows, err))
        return false;
    return !change || precondition_check(req, pg_int(*rows, 0, 13), resp, err);
}

bool budget_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct budget budget;
    int64_t today;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!open_one(svc, req, false, &tx, &rows, resp, err))
        return false;
    budget_from_row(rows, 0, &budget, &today);
    return answer(&tx, req->identity->user_id, &budget, today, 200, resp, err) &&
           pg_commit(&tx, err);
}

bool budget_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct budget budget;
    struct ref_input category;
    int64_t today;
    const char *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(pg_result_drop) struct pg_result *found = NULL;
    if (!req_need_object(req, err) || !open_one(svc, req, true, &tx, &rows, resp, err))
        return false;
    budget_from_row(rows, 0, &budget, &today);
    budget_read(req->body, INPUT_PATCH, today, &budget, &category, &resp->fields);
    return resolve(tx, user_id, &category, &found, &budget, &resp->fields, err) &&
           budget_store_save(tx, user_id, &budget, err) &&
           answer(&tx, user_id, &budget, today, 200, resp, err) &&
           tell(tx, user_id, EVENT_BUDGET_UPDATED, &budget, resp->body, err) && pg_commit(&tx, err);
}

bool budget_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!open_one(svc, req, true, &tx, &rows, resp, err) ||
        !budget_store_delete(tx, req->identity->user_id, pg_str(rows, 0, 0), err) ||
        !tell(tx, req->identity->user_id, EVENT_BUDGET_DELETED,
              &(struct budget){.id = pg_str(rows, 0, 0)}, NULL, err) ||
        !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}

enum { PERIODS_MAX = 24 };

/* Newest first, back to the first one; the cursor is the number of the last one shown. */
bool budget_periods(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id, *user_id = req->identity->user_id;
    struct budget budget;
    int64_t today;
    scoped(page_fini) struct page page = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, "i", &page, &resp->fields);
    if (!fields_check(&resp->fields, err) || !path_id(req, &id, err) ||
        !pg_begin(svc->base.db, &tx, err) || !budget_store_find(tx, user_id, id, false, &rows, err))
        return false;
    budget_from_row(rows, 0, &budget, &today);
    int64_t last = today < budget.ends_on ? today : budget.ends_on;
    int64_t n = page.keys[0] != NULL ? strtoll(page.keys[0], NULL, 10) - 1
                                     : period_of(budget.period, budget.starts_on, last);
    int64_t count = page.limit < PERIODS_MAX ? page.limit : PERIODS_MAX;
    scoped(json_drop) json_t *data = json_array();
    for (; n >= 0 && last >= budget.starts_on && count > 0; n--, count--) {
        struct budget_state state;
        if (!budget_state_of(tx, user_id, &budget, n, today, &state, NULL, err))
            return false;
        json_array_append_new(data, budget_state_json(&budget, &state));
    }
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)n + 1);
    const char *keys[] = {key, NULL};
    bool more = n >= 0 && json_array_size(data) > 0;
    return pg_commit(&tx, err) &&
           page_answer(req, &page, json_incref(data), more, more ? keys : NULL, resp);
}
