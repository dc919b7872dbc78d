#include "links/link_routes.h"

#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "base/uuid.h"
#include "expenses/expense_routes.h"
#include "http/precondition.h"
#include "ledger.h"
#include "links/link_json.h"
#include "links/linking.h"
#include "owners/owner_store.h"

/* The ids of the path, in lower case. */
struct path {
    char id[UUID_SIZE], other[UUID_SIZE];
};

static bool read_path(const struct req *req, struct resp *resp, struct path *out, struct err *err)
{
    const char *id, *other = req_param(req, "other");
    if (!req_no_query(req, resp, err) || !expense_path_id(req, &id, err))
        return false;
    if (!uuid_valid(other))
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    uuid_lower(id, out->id);
    uuid_lower(other, out->other);
    return true;
}

/* What is linked is said by the path, so that If-Match, of the expense that id names, may be left
 * out. Both rows stay locked. */
static bool begin(struct svc *svc, const struct req *req, const struct path *path,
                  struct pg_tx **tx, struct resp *resp, struct err *err)
{
    scoped(link_pair_fini) struct link_pair pair = {0};
    const char *user_id = req->identity->user_id;
    if (!pg_begin(svc->base.db, tx, err) || !owner_enter(*tx, user_id, err) ||
        !link_store_lock(*tx, user_id, path->id, path->other, &pair, err))
        return false;
    return req_header(req, "If-Match") == NULL ||
           precondition_check(req, pair.sides[0].expense.version, resp, err);
}

/* The link as it is stored now. */
static bool answer(struct pg_tx *tx, const char *user_id, const struct path *path, unsigned status,
                   struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL, *expenses = NULL;
    scoped(link_row_fini) struct link_row row = {0};
    const char *ids[] = {path->id, path->other};
    if (!link_store_find(tx, user_id, path->id, path->other, &found, err) ||
        !link_store_expenses(tx, user_id, ids, LENGTH(ids), &expenses, err))
        return false;
    link_row_get(found, 0, &row);
    return resp_json(resp, status, link_to_json(&row, expenses));
}

bool link_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct path path;
    struct link_ask ask = {.user_id = req->identity->user_id, .by = ORIGIN_USER, .strength = -1};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    bool made = false;
    if (!read_path(req, resp, &path, err) || !req_need_object(req, err))
        return false;
    link_input_read(req->body, &ask.input, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    if (strcmp(path.id, path.other) == 0)
        return err_set_name(err, ERR_INVALID, "self_link", "an expense is not linked with itself");
    ask.first = path.id;
    ask.second = path.other;
    if (!begin(svc, req, &path, &tx, resp, err) || !link_make(tx, &ask, &made, err) ||
        !answer(tx, ask.user_id, &path, made ? 201 : 200, resp, err) || !pg_commit(&tx, err))
        return false;
    metric_add("ledger_links_total", LABEL("by", "user"), made);
    return true;
}

bool link_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct path path;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!read_path(req, resp, &path, err) || !begin(svc, req, &path, &tx, resp, err) ||
        !link_undo(tx, req->identity->user_id, path.id, path.other, err) || !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}

/* At most LINKS_PER_EXPENSE_MAX and one, so all in one page. */
bool link_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id, *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *links = NULL, *expenses = NULL;
    const char *ids[2 * (LINKS_PER_EXPENSE_MAX + 1)] = {NULL};
    if (!req_no_query(req, resp, err) || !expense_path_id(req, &id, err) ||
        !pg_begin(svc->base.db, &tx, err) || !link_store_list(tx, user_id, id, &links, err))
        return false;
    size_t count = pg_rows(links);
    if (count > LENGTH(ids) / 2)
        count = LENGTH(ids) / 2;
    for (size_t i = 0; i < count; i++) {
        ids[2 * i] = pg_str(links, i, 1);
        ids[2 * i + 1] = pg_str(links, i, 2);
    }
    if (!link_store_expenses(tx, user_id, ids, 2 * count, &expenses, err) || !pg_commit(&tx, err))
        return false;
    json_t *data = json_array();
    for (size_t i = 0; i < count; i++) {
        scoped(link_row_fini) struct link_row row = {0};
        link_row_get(links, i, &row);
        json_array_append_new(data, link_to_json(&row, expenses));
    }
    return resp_json(
        resp, 200,
        json_pack("{s:o, s:{s:n, s:b}}", "data", data, "page", "next_cursor", "has_more", 0));
}
