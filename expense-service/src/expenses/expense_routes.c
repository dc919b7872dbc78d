#include "expenses/expense_routes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "base/uuid.h"
#include "events/events.h"
#include "expenses/expense_edit.h"
#include "expenses/expense_filter.h"
#include "expenses/expense_store.h"
#include "expenses/parsed_topics.h"
#include "http/idempotency.h"
#include "http/precondition.h"
#include "ledger.h"
#include "links/suggesting.h"
#include "merchants/learning.h"
#include "owners/owner_store.h"
#include "rules/ruling.h"

bool expense_path_id(const struct req *req, const char **id, struct err *err)
{
    *id = req_param(req, "id");
    return uuid_valid(*id) || err_set(err, ERR_NOT_FOUND, "no such expense");
}

static json_t *page_rows(const struct pg_result *result, size_t count)
{
    json_t *data = json_array();
    for (size_t i = 0; i < count; i++) {
        struct expense expense;
        expense_from_row(result, i, &expense);
        json_array_append_new(data, expense_to_json(&expense));
        expense_fini(&expense);
    }
    return data;
}

/* What the search finds, if that is little; filter borrows from *result. */
static bool look_up_search(struct svc *svc, const char *user_id, struct expense_filter *filter,
                           struct pg_result **result, struct err *err)
{
    scoped(query_fini) struct query query = {0};
    if (!expense_filter_probe(filter, user_id, &query))
        return true;
    if (!expense_store_query(svc->base.db, &query, result, err))
        return false;
    if (pg_int(*result, 0, 0) <= EXPENSES_RARE)
        filter->found = pg_is_null(*result, 0, 1) ? "{}" : pg_str(*result, 0, 1);
    return true;
}

bool expense_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct expense_filter filter;
    scoped(pg_result_drop) struct pg_result *found = NULL;
    scoped(page_fini) struct page page = {0};
    scoped(query_fini) struct query query = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    expense_filter_read(req, &filter, &resp->fields);
    page_read(req, expense_page_kinds(&filter), &page, &resp->fields);
    if (!fields_check(&resp->fields, err) ||
        !look_up_search(svc, req->identity->user_id, &filter, &found, err))
        return false;
    expense_filter_query(&filter, req->identity->user_id, &page, &query);
    if (!expense_store_query(svc->base.db, &query, &result, err))
        return false;
    bool more = pg_rows(result) > (size_t)page.limit;
    size_t shown = more ? (size_t)page.limit : pg_rows(result);
    char key[24];
    const char *last[3];
    if (more)
        expense_page_keys(&filter, result, shown - 1, key, last);
    return page_answer(req, &page, page_rows(result, shown), more, more ? last : NULL, resp);
}

bool expense_answer(struct resp *resp, unsigned status, const struct expense *expense)
{
    etag_set(resp, expense->version);
    return resp_json(resp, status, expense_to_json(expense));
}

static bool ask_show(struct svc *svc, const struct req *req, void *state, struct pg_ask *ask,
                     struct resp *resp, struct err *err)
{
    const char *id;
    (void)svc, (void)state;
    if (!req_no_query(req, resp, err) || !expense_path_id(req, &id, err))
        return false;
    pg_ask_add(ask, P_STR(req->identity->user_id));
    pg_ask_add(ask, P_STR(id));
    return true;
}

static bool answer_show(struct svc *svc, const struct req *req, const void *state,
                        const struct pg_ask *ask, struct resp *resp, struct err *err)
{
    scoped(expense_fini) struct expense expense = {0};
    (void)svc, (void)req, (void)state;
    return expense_store_found(ask->result, &expense, err) && expense_answer(resp, 200, &expense);
}

const struct fast expense_show = {
    .kind = FAST_READ, .statement = "expense_get", .ask = ask_show, .answer = answer_show};

bool expense_lock(struct svc *svc, const struct req *req, struct pg_tx **tx,
                  struct expense_row *row, struct resp *resp, struct err *err)
{
    const char *id;
    if (!req_no_query(req, resp, err) || !expense_path_id(req, &id, err) ||
        !precondition_present(req, err) || !pg_begin(svc->base.db, tx, err) ||
        !owner_enter(*tx, req->identity->user_id, err) ||
        !expense_store_lock(*tx, req->identity->user_id, id, row, err))
        return false;
    return precondition_check(req, row->expense.version, resp, err);
}

bool expense_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char id[UUID_SIZE];
    int64_t now_us = time_now_us();
    struct expense_input input;
    scoped(refs_fini) struct refs refs = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *changed = json_object();
    scoped(pg_result_drop) struct pg_result *learned = NULL;
    scoped(expense_row_fini) struct expense_row row = {0};
    size_t ruled = 0;
    scoped(expense_fini) struct expense expense = {0};
    bool replayed = false;
    uuid_new(id);
    expense = (struct expense){.id = id,
                               .user_id = req->identity->user_id,
                               .source = SOURCE_MANUAL,
                               .occurred_us = now_us,
                               .note = "",
                               .tags = json_array(),
                               .origins = json_object(),
                               .version = 1,
                               .created_us = now_us,
                               .updated_us = now_us};
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !pg_begin(svc->base.db, &tx, err) || !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    expense_input_read(req->body, INPUT_CREATE, &input, &resp->fields);
    if (!(input.given & FIELD_OCCURRED_AT))
        input.occurred_us = now_us;
    input.given |= FIELD_TYPE | FIELD_OCCURRED_AT; /* what is entered by hand is the user's word */
    expense_apply_input(&expense, &input, ORIGIN_USER, changed, &resp->fields);
    if (!owner_enter(tx, expense.user_id, err) ||
        !refs_resolve(tx, &input, &refs, &expense, changed, &resp->fields, err) ||
        !learning_apply(tx, &expense, changed, &learned, err) ||
        !expense_store_add(tx, &expense, err) ||
        !expense_publish(tx, EVENT_EXPENSE_CREATED, &expense, changed, NULL, err) ||
        !ruling_entered(tx, &expense.user_id, &expense.id, 1, &ruled, err) ||
        !suggest_for(tx, &expense.user_id, &expense.id, 1, NULL, err) ||
        (ruled > 0 && !expense_store_lock(tx, expense.user_id, id, &row, err)))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/expenses/%s", id);
    expense_answer(resp, 201, ruled > 0 ? &row.expense : &expense);
    return idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
}

/* What it was changed to may belong to another. row is read anew, since it may have been linked at
 * once. */
static bool suggest_again(struct pg_tx *tx, const json_t *changed, struct expense_row *row,
                          struct err *err)
{
    static const char *const telling[] = {"amount", "occurred_at", "direction",
                                          "type",   "merchant",    "account"};
    char id[UUID_SIZE], user_id[UUID_SIZE];
    const char *ids[] = {id}, *user_ids[] = {user_id};
    bool any = false;
    for (size_t i = 0; i < LENGTH(telling); i++)
        any |= json_object_get(changed, telling[i]) != NULL;
    if (!any)
        return true;
    snprintf(id, sizeof id, "%s", row->expense.id);
    snprintf(user_id, sizeof user_id, "%s", row->expense.user_id);
    if (!suggest_for(tx, user_ids, ids, 1, NULL, err))
        return false;
    expense_row_fini(row);
    *row = (struct expense_row){0};
    return expense_store_lock(tx, user_id, id, row, err);
}

bool expense_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(refs_fini) struct refs refs = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *before = NULL;
    scoped(json_drop) json_t *changed = json_object();
    scoped(expense_row_fini) struct expense_row row = {0};
    if (!req_need_object(req, err) || !expense_lock(svc, req, &tx, &row, resp, err))
        return false;
    before = expense_to_json(&row.expense);
    return expense_edit_read(tx, req->body, &refs, &row.expense, changed, &resp->fields, err) &&
           expense_edit_save(tx, before, &row.expense, changed, &CHANGE_BY_USER(CHANGE_UPDATED),
                             err) &&
           suggest_again(tx, changed, &row, err) && pg_commit(&tx, err) &&
           expense_answer(resp, 200, &row.expense);
}

bool expense_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(expense_row_fini) struct expense_row row = {0};
    if (!expense_lock(svc, req, &tx, &row, resp, err) ||
        !expense_edit_delete(tx, &row.expense, &CHANGE_BY_USER(CHANGE_DELETED), err) ||
        !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}
