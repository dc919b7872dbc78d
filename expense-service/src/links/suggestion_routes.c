#include "links/suggestion_routes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "base/uuid.h"
#include "ledger.h"
#include "links/link_json.h"
#include "links/linking.h"
#include "owners/owner_store.h"

static const char *read_status(const struct req *req, struct fields *fields)
{
    const char *status = req_query(req, "status");
    for (size_t i = 0; status != NULL && suggestion_status_names[i] != NULL; i++)
        if (strcmp(status, suggestion_status_names[i]) == 0)
            return status;
    if (status != NULL)
        field_error(fields, "?status", "not_allowed", "must be open, accepted or dismissed");
    return "open";
}

/* The first count rows with their expenses. */
static bool tell(struct pg_tx *tx, const char *user_id, const struct pg_result *rows, size_t count,
                 json_t *data, struct err *err)
{
    const char *ids[2 * PAGE_LIMIT_MAX] = {NULL};
    scoped(pg_result_drop) struct pg_result *expenses = NULL;
    for (size_t i = 0; i < count; i++) {
        ids[2 * i] = pg_str(rows, i, 1);
        ids[2 * i + 1] = pg_str(rows, i, 2);
    }
    if (!link_store_expenses(tx, user_id, ids, 2 * count, &expenses, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        scoped(suggestion_fini) struct suggestion suggestion = {0};
        suggestion_from_row(rows, i, &suggestion);
        json_array_append_new(data, suggestion_to_json(&suggestion, expenses));
    }
    return true;
}

bool suggestion_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *user_id = req->identity->user_id;
    scoped(page_fini) struct page page = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(json_drop) json_t *data = json_array();
    req_query_known(req, (const char *const[]){"status", "limit", "cursor", NULL}, &resp->fields);
    const char *status = read_status(req, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !suggestion_store_list(tx, user_id, status, &page, &rows, err))
        return false;
    bool more = pg_rows(rows) > (size_t)page.limit;
    size_t shown = more ? (size_t)page.limit : pg_rows(rows);
    if (!tell(tx, user_id, rows, shown, data, err) || !pg_commit(&tx, err))
        return false;
    const char *last[] = {more ? pg_str(rows, shown - 1, 0) : NULL};
    return page_answer(req, &page, json_incref(data), more, more ? last : NULL, resp);
}

static bool find(struct pg_tx *tx, const struct req *req, struct pg_result **row, struct err *err)
{
    const char *id = req_param(req, "id");
    if (uuid_valid(id) && !suggestion_store_get(tx, req->identity->user_id, id, row, err))
        return false;
    return (*row != NULL && pg_rows(*row) > 0) || err_set(err, ERR_NOT_FOUND, "no such suggestion");
}

/* The suggestion as it is now. */
static bool answer(struct pg_tx **tx, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *row = NULL;
    scoped(json_drop) json_t *data = json_array();
    return find(*tx, req, &row, err) && tell(*tx, req->identity->user_id, row, 1, data, err) &&
           pg_commit(tx, err) && resp_json(resp, 200, json_incref(json_array_get(data, 0)));
}

/* Of one payment told three times the one kept may be second here: then the places change. */
static bool keep_the_linked(struct pg_tx *tx, struct link_ask *ask, struct err *err)
{
    scoped(link_pair_fini) struct link_pair pair = {0};
    struct link_roles first = {0}, second = {0};
    if (!link_store_lock(tx, ask->user_id, ask->first, ask->second, &pair, err) ||
        !link_store_roles(tx, ask->user_id, ask->first, ask->second, &first, &second, err))
        return false;
    if (second.kept + second.refunded > 0 && first.kept + first.refunded == 0) {
        const char *kept = ask->second;
        ask->second = ask->first;
        ask->first = kept;
    }
    return true;
}

bool suggestion_accept(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *row = NULL;
    scoped(suggestion_fini) struct suggestion suggestion = {0};
    bool made = false;
    if (!req_no_query(req, resp, err) || !pg_begin(svc->base.db, &tx, err) ||
        !owner_enter(tx, req->identity->user_id, err) || !find(tx, req, &row, err))
        return false;
    suggestion_from_row(row, 0, &suggestion);
    struct link_ask ask = {.user_id = req->identity->user_id,
                           .first = suggestion.first_id,
                           .second = suggestion.second_id,
                           .input.kind = suggestion.kind,
                           .by = ORIGIN_USER,
                           .strength = suggestion.strength,
                           .reasons = suggestion.reasons};
    if ((ask.input.kind == LINK_DUPLICATE && !keep_the_linked(tx, &ask, err)) ||
        !link_make(tx, &ask, &made, err) || !answer(&tx, req, resp, err))
        return false;
    metric_add("ledger_links_total", LABEL("by", "user"), made);
    return true;
}

bool suggestion_dismiss(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *row = NULL;
    bool changed = false;
    if (!req_no_query(req, resp, err) || !pg_begin(svc->base.db, &tx, err) ||
        !owner_enter(tx, req->identity->user_id, err) || !find(tx, req, &row, err) ||
        !suggestion_store_dismiss(tx, req->identity->user_id, req_param(req, "id"), &changed, err))
        return false;
    if (!changed)
        return err_set_name(err, ERR_CONFLICT, "accepted",
                            "it was accepted: undo the link of the two");
    return answer(&tx, req, resp, err);
}
