#include "expenses/expense_routes.h"

#include <inttypes.h>
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
#include "owners/owner_store.h"

static bool no_query(const struct req *req, struct resp *resp, struct err *err)
{
    req_query_known(req, (const char *const[]){NULL}, &resp->fields);
    return fields_check(&resp->fields, err);
}

static bool path_id(const struct req *req, const char **id, struct err *err)
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

bool expense_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct expense_filter filter;
    scoped(page_fini) struct page page = {0};
    scoped(query_fini) struct query query = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    expense_filter_read(req, &filter, &resp->fields);
    page_read(req, EXPENSE_PAGE_KINDS, &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    expense_filter_query(&filter, req->identity->user_id, &page, &query);
    if (!expense_store_query(svc->base.db, &query, &result, err))
        return false;
    bool more = pg_rows(result) > (size_t)page.limit;
    size_t shown = more ? (size_t)page.limit : pg_rows(result);
    char key[24];
    const char *last[] = {key, NULL};
    if (more) {
        struct expense expense;
        expense_from_row(result, shown - 1, &expense);
        int64_t value =
            filter.is_amount_sort ? expense_row_milli(result, shown - 1) : expense.occurred_us;
        snprintf(key, sizeof key, "%" PRId64, value);
        last[1] = expense.id;
        expense_fini(&expense);
    }
    return page_answer(req, &page, page_rows(result, shown), more, more ? last : NULL, resp);
}

static bool answer(struct resp *resp, unsigned status, const struct expense *expense)
{
    etag_set(resp, expense->version);
    return resp_json(resp, status, expense_to_json(expense));
}

static bool ask_show(struct svc *svc, const struct req *req, void *state, struct pg_ask *ask,
                     struct resp *resp, struct err *err)
{
    const char *id;
    (void)svc, (void)state;
    if (!no_query(req, resp, err) || !path_id(req, &id, err))
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
    return expense_store_found(ask->result, &expense, err) && answer(resp, 200, &expense);
}

const struct fast expense_show = {
    .kind = FAST_READ, .statement = "expense_get", .ask = ask_show, .answer = answer_show};

static bool check_object(const struct req *req, struct err *err)
{
    return json_is_object(req->body) ||
           err_set_name(err, ERR_INVALID, "not_an_object", "the body must be a JSON object");
}

/* What every change of one begins with. A refusal because of another version tells the one there
 * is.
 */
static bool lock(struct svc *svc, const struct req *req, struct pg_tx **tx, struct expense_row *row,
                 struct resp *resp, struct err *err)
{
    const char *id;
    if (!no_query(req, resp, err) || !path_id(req, &id, err) || !precondition_present(req, err) ||
        !pg_begin(svc->base.db, tx, err) || !owner_enter(*tx, req->identity->user_id, err) ||
        !expense_store_lock(*tx, req->identity->user_id, id, row, err))
        return false;
    etag_set(resp, row->expense.version);
    return precondition_check(req, row->expense.version, err);
}

bool expense_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char id[UUID_SIZE];
    int64_t now_us = time_now_us();
    struct expense_input input;
    scoped(refs_fini) struct refs refs = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *changed = json_object();
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
    if (!no_query(req, resp, err) || !check_object(req, err) || !pg_begin(svc->base.db, &tx, err) ||
        !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    expense_input_read(req->body, INPUT_CREATE, &input, &resp->fields);
    if (!(input.given & FIELD_OCCURRED_AT))
        input.occurred_us = now_us;
    input.given |= FIELD_TYPE | FIELD_OCCURRED_AT; /* what is entered by hand is the user's word */
    expense_apply_input(&expense, &input, changed, &resp->fields);
    if (!owner_enter(tx, expense.user_id, err) ||
        !refs_resolve(tx, &input, &refs, &expense, changed, &resp->fields, err) ||
        !expense_store_add(tx, &expense, err) ||
        !expense_publish(tx, EVENT_EXPENSE_CREATED, &expense, changed, NULL, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/expenses/%s", id);
    answer(resp, 201, &expense);
    return idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
}

bool expense_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(refs_fini) struct refs refs = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *before = NULL;
    scoped(json_drop) json_t *changed = json_object();
    scoped(expense_row_fini) struct expense_row row = {0};
    if (!check_object(req, err) || !lock(svc, req, &tx, &row, resp, err))
        return false;
    before = expense_to_json(&row.expense);
    return expense_edit_read(tx, req->body, &refs, &row.expense, changed, &resp->fields, err) &&
           expense_edit_save(tx, before, &row.expense, changed, CHANGE_UPDATED, err) &&
           pg_commit(&tx, err) && answer(resp, 200, &row.expense);
}

bool expense_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(expense_row_fini) struct expense_row row = {0};
    if (!lock(svc, req, &tx, &row, resp, err) || !expense_edit_delete(tx, &row.expense, err) ||
        !pg_commit(&tx, err))
        return false;
    resp->etag[0] = '\0';
    resp->status = 204;
    return true;
}
