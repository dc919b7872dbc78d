#include "categories/category_routes.h"

#include <stdio.h>

#include "base/mem.h"
#include "categories/category_store.h"
#include "categories/followers.h"
#include "categories/leaving.h"
#include "events/events.h"
#include "http/idempotency.h"
#include "http/precondition.h"
#include "ledger.h"
#include "live/telling.h"
#include "owners/owner_store.h"

/* Entering makes the default set when the event about the person has not come yet. */
static bool enter(struct svc *svc, const struct req *req, struct pg_tx **tx, struct err *err)
{
    return pg_begin(svc->base.db, tx, err) && owner_enter(*tx, req->identity->user_id, err);
}

static bool find(const struct category_rows *rows, const struct req *req, struct category *out,
                 struct err *err)
{
    const struct category *found = category_find(&rows->tree, req_param(req, "id"));
    if (found == NULL)
        return err_set(err, ERR_NOT_FOUND, "no such category");
    *out = *found;
    return true;
}

static bool answer(struct resp *resp, unsigned status, const struct category *category)
{
    etag_set(resp, category->version);
    return resp_json(resp, status, category_to_json(category));
}

/* json: as it is now, NULL when it is gone. */
static bool tell(struct pg_tx *tx, const struct req *req, const char *type,
                 const struct category *category, const json_t *json, struct err *err)
{
    return tell_change(tx,
                       &(struct told){.type = type,
                                      .user_id = req->identity->user_id,
                                      .id = category->id,
                                      .version = json != NULL ? category->version : 0,
                                      .snapshot = json},
                       err);
}

bool category_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(category_rows_fini) struct category_rows rows = {0};
    if (!req_no_query(req, resp, err) || !enter(svc, req, &tx, err) ||
        !category_store_list(tx, req->identity->user_id, &rows, err) || !pg_commit(&tx, err))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < rows.tree.count; i++)
        json_array_append_new(list, category_to_json(&rows.tree.rows[i]));
    return resp_json(
        resp, 200,
        json_pack("{s:o, s:{s:n, s:b}}", "data", list, "page", "next_cursor", "has_more", 0));
}

bool category_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct category category;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(category_rows_fini) struct category_rows rows = {0};
    return req_no_query(req, resp, err) && enter(svc, req, &tx, err) &&
           category_store_list(tx, req->identity->user_id, &rows, err) &&
           find(&rows, req, &category, err) && pg_commit(&tx, err) && answer(resp, 200, &category);
}

bool category_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char id[UUID_SIZE];
    unsigned given;
    struct category category;
    bool replayed = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(category_rows_fini) struct category_rows rows = {0};
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !pg_begin(svc->base.db, &tx, err) || !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    if (!owner_enter(tx, req->identity->user_id, err) ||
        !category_store_lock(tx, req->identity->user_id, &rows, err))
        return false;
    category_read(req->body, CATEGORY_CREATE, &category, &given, &resp->fields);
    category_may_be_below(&rows.tree, NULL, category.parent_id, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    if (rows.tree.count >= CATEGORIES_MAX)
        return err_set_name(err, ERR_CONFLICT, "too_many_categories",
                            "a person can have %d categories", CATEGORIES_MAX);
    uuid_new(id);
    category.id = id;
    category.version = 1;
    if (!(given & CATEGORY_POSITION)) /* behind the others */
        category.position = (int64_t)rows.tree.count;
    if (!category_store_add(tx, req->identity->user_id, &category, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/categories/%s", id);
    answer(resp, 201, &category);
    return tell(tx, req, EVENT_CATEGORY_CREATED, &category, resp->body, err) &&
           idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
}

/* The whole tree and the one that is asked for, when it has the version that If-Match tells. */
static bool lock(struct svc *svc, const struct req *req, struct pg_tx **tx,
                 struct category_rows *rows, struct category *category, struct resp *resp,
                 struct err *err)
{
    if (!precondition_present(req, err) || !enter(svc, req, tx, err) ||
        !category_store_lock(*tx, req->identity->user_id, rows, err) ||
        !find(rows, req, category, err))
        return false;
    return precondition_check(req, category->version, resp, err);
}

static void take(struct category *category, const struct category *input, unsigned given)
{
    if (given & CATEGORY_NAME)
        category->name = input->name;
    if (given & CATEGORY_PARENT)
        category->parent_id = input->parent_id;
    if (given & CATEGORY_ICON)
        category->icon = input->icon;
    if (given & CATEGORY_COLOUR)
        category->colour = input->colour;
    if (given & CATEGORY_POSITION)
        category->position = input->position;
}

bool category_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    unsigned given;
    struct category category, input;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(category_rows_fini) struct category_rows rows = {0};
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !lock(svc, req, &tx, &rows, &category, resp, err))
        return false;
    category_read(req->body, CATEGORY_PATCH, &input, &given, &resp->fields);
    if (given & CATEGORY_PARENT)
        category_may_be_below(&rows.tree, category.id, input.parent_id, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    take(&category, &input, given);
    if (given != 0 && !category_store_save(tx, req->identity->user_id, &category, err))
        return false;
    return answer(resp, 200, &category) &&
           (given == 0 || tell(tx, req, EVENT_CATEGORY_UPDATED, &category, resp->body, err)) &&
           pg_commit(&tx, err);
}

bool category_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *move_to = req_query(req, "move_to");
    struct category category;
    bool done;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(category_rows_fini) struct category_rows rows = {0};
    req_query_known(req, (const char *const[]){"move_to", NULL}, &resp->fields);
    if (!fields_check(&resp->fields, err) || !lock(svc, req, &tx, &rows, &category, resp, err))
        return false;
    const struct category *target = category_find(&rows.tree, move_to);
    if (move_to != NULL && (target == NULL || target == category_find(&rows.tree, category.id)))
        field_error(&resp->fields, "?move_to", "category_unknown", "is not another one of yours");
    if (!fields_check(&resp->fields, err) ||
        !category_store_delete(tx, req->identity->user_id, &category,
                               target != NULL ? target->id : NULL, err) ||
        !leaving_step(tx, req->identity->user_id, category.id, &done, err) ||
        !followers_move(tx, req->identity->user_id, category.id, category.parent_id,
                        target != NULL ? target->id : NULL, err) ||
        !tell(tx, req, EVENT_CATEGORY_DELETED, &category, NULL, err) || !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}
