#include "expenses/bulk_routes.h"

#include <stdlib.h>

#include "base/mem.h"
#include "expenses/change_store.h"
#include "expenses/expense_edit.h"
#include "http/idempotency.h"
#include "http/precondition.h"
#include "http/problem.h"
#include "ledger.h"
#include "owners/owner_store.h"

enum { BULK_MAX = 500, IF_MATCH_BYTES_MAX = 200 };

/* One item as asked for; borrowed from the body. */
struct item {
    const char *id, *if_match;
    const json_t *patch;
    bool is_delete;
};

/* How the item stands on its own; what its patch says is read when the expense is there. */
static void read_item(const json_t *json, struct item *out, struct fields *fields)
{
    struct json_reader reader = {.object = json, .prefix = "", .fields = fields};
    *out = (struct item){0};
    if (!json_is_object(json)) {
        field_error(fields, "", "wrong_type", "must be an object");
        return;
    }
    json_read_known(&reader, (const char *const[]){"id", "if_match", "patch", "delete", NULL});
    json_read_uuid(&reader, "id", JSON_REQUIRED, &out->id);
    json_read_str(&reader, "if_match", JSON_OPTIONAL, 1, IF_MATCH_BYTES_MAX, &out->if_match);
    json_read_object(&reader, "patch", JSON_OPTIONAL, &out->patch);
    json_read_bool(&reader, "delete", JSON_OPTIONAL, &out->is_delete);
    if (fields_ok(fields) && (out->patch != NULL) == out->is_delete)
        field_error(fields, "/patch", "required", "either patch, or delete as true, is needed");
}

static bool matches(const struct item *item, const struct expense *expense, struct err *err)
{
    char etag[ETAG_SIZE];
    etag_text(expense->version, etag);
    return item->if_match == NULL || etag_listed(item->if_match, etag, false) ||
           err_set(err, ERR_PRECONDITION, "it has changed since; its ETag is %s now", etag);
}

/* *stored tells whether a failure is the item's own: before anything of it was written. */
static bool change(struct pg_tx *tx, const char *user_id, const struct item *item,
                   struct expense_row *row, struct fields *fields, bool *stored, struct err *err)
{
    scoped(refs_fini) struct refs refs = {0};
    scoped(json_drop) json_t *before = NULL;
    scoped(json_drop) json_t *changed = json_object();
    if (!fields_check(fields, err) || !expense_store_lock(tx, user_id, item->id, row, err) ||
        !matches(item, &row->expense, err))
        return false;
    before = expense_to_json(&row->expense);
    if (!item->is_delete &&
        !expense_edit_read(tx, item->patch, &refs, &row->expense, changed, fields, err))
        return false;
    *stored = true;
    return item->is_delete
               ? expense_edit_delete(tx, &row->expense, &CHANGE_BY_USER(CHANGE_DELETED), err)
               : expense_edit_save(tx, before, &row->expense, changed,
                                   &CHANGE_BY_USER(CHANGE_UPDATED), err);
}

static bool is_its_own(enum err_code code)
{
    return code == ERR_INVALID || code == ERR_NOT_FOUND || code == ERR_PRECONDITION;
}

/* Adds the item's result; false when all of them fail with it. */
static bool run_item(struct pg_tx *tx, const struct req *req, const json_t *json, json_t *results,
                     struct err *err)
{
    struct item item;
    scoped(fields_fini) struct fields fields = {0};
    scoped(expense_row_fini) struct expense_row row = {0};
    bool stored = false;
    read_item(json, &item, &fields);
    bool ok = change(tx, req->identity->user_id, &item, &row, &fields, &stored, err);
    if (!ok && (stored || !is_its_own(err->code)))
        return false;
    unsigned status = !ok ? err_http_status(err->code) : item.is_delete ? 204 : 200;
    json_t *result = json_pack("{s:I, s:i}", "index", (json_int_t)json_array_size(results),
                               "status", (int)status);
    if (item.id != NULL)
        json_object_set_new(result, "id", json_string(item.id));
    if (!ok)
        json_object_set_new(result, "problem",
                            problem_json(status, err, req->path, req->request_id, fields.errors));
    else if (!item.is_delete) {
        char etag[ETAG_SIZE];
        etag_text(row.expense.version, etag);
        json_object_set_new(result, "etag", json_string(etag));
    }
    json_array_append_new(results, result);
    return true;
}

/* All of them before the first is changed, in one order: two who change the same ones wait for each
 * other instead of failing. */
static bool lock_all(struct pg_tx *tx, const struct req *req, const json_t *changes,
                     struct err *err)
{
    const char *ids[BULK_MAX];
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(changes); i++) {
        const char *id = json_string_value(json_object_get(json_array_get(changes, i), "id"));
        if (id != NULL && uuid_valid(id))
            ids[count++] = id;
    }
    scoped(str_drop) char *list = pg_array(ids, count);
    return change_store_lock_many(tx, req->identity->user_id, list, err);
}

bool expense_bulk(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const json_t *changes = NULL;
    bool replayed = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *results = json_array();
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    if (!req_no_query(req, resp, err) || !req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"changes", NULL});
    json_read_array(&reader, "changes", JSON_REQUIRED, BULK_MAX, &changes);
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    if (!owner_enter(tx, req->identity->user_id, err) || !lock_all(tx, req, changes, err))
        return false;
    for (size_t i = 0; i < json_array_size(changes); i++)
        if (!run_item(tx, req, json_array_get(changes, i), results, err))
            return false;
    resp_json(resp, 207, json_pack("{s:O}", "data", results));
    return idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
}
