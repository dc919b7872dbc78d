#include "rules/rule_routes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "events/events.h"
#include "expenses/expense_store.h"
#include "http/idempotency.h"
#include "http/precondition.h"
#include "ledger.h"
#include "live/telling.h"
#include "owners/owner_store.h"
#include "rules/ruling.h"
#include "service/background.h"

/* A trial looks at so many of the latest expenses. */
enum { TRIAL_MAX = 5000 };

static bool path_id(const struct req *req, const char *what, const char **id, struct err *err)
{
    *id = req_param(req, "id");
    return uuid_valid(*id) || err_set(err, ERR_NOT_FOUND, "no such %s", what);
}

static json_t *show(const struct pg_result *rows, size_t n)
{
    struct rule rule;
    bool broken;
    rule_from_row(rows, n, &rule, &broken);
    json_t *json = rule_to_json(&rule);
    json_object_set_new(json, "broken", json_boolean(broken));
    rule_fini(&rule);
    return json;
}

static bool answer(struct resp *resp, unsigned status, const struct rule *rule)
{
    json_t *json = rule_to_json(rule);
    json_object_set_new(json, "broken", json_false());
    etag_set(resp, rule->version);
    return resp_json(resp, status, json);
}

/* json: as it is now, NULL when it is gone. */
static bool tell(struct pg_tx *tx, const char *user_id, const char *type, const struct rule *rule,
                 const json_t *json, struct err *err)
{
    return tell_change(tx,
                       &(struct told){.type = type,
                                      .user_id = user_id,
                                      .id = rule->id,
                                      .version = json != NULL ? rule->version : 0,
                                      .snapshot = json},
                       err);
}

bool rule_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!req_no_query(req, resp, err) || !pg_begin(svc->base.db, &tx, err) ||
        !rule_store_list(tx, req->identity->user_id, NULL, false, &rows, err) ||
        !pg_commit(&tx, err))
        return false;
    json_t *data = json_array();
    for (size_t i = 0; i < pg_rows(rows); i++)
        json_array_append_new(data, show(rows, i));
    return resp_json(
        resp, 200,
        json_pack("{s:o, s:{s:n, s:b}}", "data", data, "page", "next_cursor", "has_more", 0));
}

/* Looks up what the rule names: another's is as unknown as none. */
struct known {
    struct pg_tx *tx;
    const char *user_id;
    struct fields *fields;
    struct err *err;
    bool ok;
};

static void see_id(void *arg, const char *what, const char *id, const char *pointer)
{
    struct known *known = arg;
    struct ref ref;
    bool found = false;
    char code[40];
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!known->ok)
        return;
    known->ok =
        ref_store_resolve(known->tx, known->user_id, what, &(const struct ref_input){REF_ID, id},
                          &result, &ref, &found, known->err);
    snprintf(code, sizeof code, "%s_unknown", what);
    if (known->ok && !found)
        field_error(known->fields, pointer, code, "is not one of yours");
}

static bool check_ids(struct pg_tx *tx, const char *user_id, const struct rule *rule,
                      struct fields *fields, struct err *err)
{
    struct known known = {tx, user_id, fields, err, true};
    if (fields_ok(fields)) /* else the trees may be of any shape */
        rule_ids(rule, see_id, &known);
    return known.ok && fields_check(fields, err);
}

bool rule_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char id[UUID_SIZE];
    bool replayed = false;
    const char *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(rule_fini) struct rule rule = {0};
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !pg_begin(svc->base.db, &tx, err) || !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    rule_read(req->body, INPUT_CREATE, &rule, &resp->fields);
    uuid_new(id);
    rule.id = id;
    if (!owner_enter(tx, user_id, err) || !check_ids(tx, user_id, &rule, &resp->fields, err) ||
        !rule_store_add(tx, user_id, &rule, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/rules/%s", id);
    answer(resp, 201, &rule);
    return tell(tx, user_id, EVENT_RULE_CREATED, &rule, resp->body, err) &&
           idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
}

bool rule_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!req_no_query(req, resp, err) || !path_id(req, "rule", &id, err) ||
        !pg_begin(svc->base.db, &tx, err) ||
        !rule_store_lock(tx, req->identity->user_id, id, &rows, err) || !pg_commit(&tx, err))
        return false;
    etag_set(resp, pg_int(rows, 0, 7));
    return resp_json(resp, 200, show(rows, 0));
}

/* The rule, locked, with the version that If-Match tells. */
static bool lock(struct svc *svc, const struct req *req, struct pg_tx **tx, struct pg_result **rows,
                 struct resp *resp, struct err *err)
{
    const char *id;
    if (!req_no_query(req, resp, err) || !path_id(req, "rule", &id, err) ||
        !precondition_present(req, err) || !pg_begin(svc->base.db, tx, err) ||
        !owner_enter(*tx, req->identity->user_id, err) ||
        !rule_store_lock(*tx, req->identity->user_id, id, rows, err))
        return false;
    return precondition_check(req, pg_int(*rows, 0, 7), resp, err);
}

bool rule_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    bool broken;
    const char *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(rule_fini) struct rule rule = {0};
    if (!req_need_object(req, err) || !lock(svc, req, &tx, &rows, resp, err))
        return false;
    rule_from_row(rows, 0, &rule, &broken);
    rule_read(req->body, INPUT_PATCH, &rule, &resp->fields);
    return check_ids(tx, user_id, &rule, &resp->fields, err) &&
           rule_store_save(tx, user_id, &rule, err) && answer(resp, 200, &rule) &&
           tell(tx, user_id, EVENT_RULE_UPDATED, &rule, resp->body, err) && pg_commit(&tx, err);
}

bool rule_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!lock(svc, req, &tx, &rows, resp, err) ||
        !rule_store_delete(tx, req->identity->user_id, pg_str(rows, 0, 0), err) ||
        !tell(tx, req->identity->user_id, EVENT_RULE_DELETED,
              &(struct rule){.id = pg_str(rows, 0, 0)}, NULL, err) ||
        !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}

/* The transaction is dropped: a merchant that the trial made goes with it. */
bool rule_test(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id, *user_id = req->identity->user_id;
    size_t changed;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(ruling_drop) struct ruling *ruling = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(json_drop) json_t *shown = json_array();
    if (!req_no_query(req, resp, err) || !path_id(req, "rule", &id, err) ||
        !pg_begin(svc->base.db, &tx, err) || !ruling_load(tx, user_id, id, &ruling, err) ||
        !rule_store_latest(tx, user_id, TRIAL_MAX, &rows, err) ||
        !ruling_run(tx, user_id, ruling, rows, &changed, shown, err))
        return false;
    return resp_json(resp, 200,
                     json_pack("{s:I, s:I, s:O}", "looked_at", (json_int_t)pg_rows(rows), "changed",
                               (json_int_t)changed, "data", shown));
}

bool rule_apply(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char job[UUID_SIZE];
    bool added;
    const char *id, *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(pg_result_drop) struct pg_result *shown = NULL;
    if (!req_no_query(req, resp, err) || !path_id(req, "rule", &id, err) ||
        !pg_begin(svc->base.db, &tx, err) || !owner_enter(tx, user_id, err) ||
        !rule_store_lock(tx, user_id, id, &rows, err))
        return false;
    uuid_new(job);
    if (!rule_store_begin(tx, user_id, job, id, &added, err) || !pg_commit(&tx, err))
        return false;
    if (!added)
        return err_set_name(err, ERR_CONFLICT, "job_running", "another one is under way");
    background_work_due(svc->base.background);
    snprintf(resp->location, sizeof resp->location, "/api/v1/rule-jobs/%s", job);
    return rule_store_job(svc->base.db, user_id, job, &shown, err) &&
           resp_json(resp, 202, rule_job_json(shown, 0));
}

bool rule_job_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(pg_result_drop) struct pg_result *job = NULL;
    return req_no_query(req, resp, err) && path_id(req, "job", &id, err) &&
           rule_store_job(svc->base.db, req->identity->user_id, id, &job, err) &&
           resp_json(resp, 200, rule_job_json(job, 0));
}

bool rule_job_cancel(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    bool found;
    if (!req_no_query(req, resp, err) || !path_id(req, "job", &id, err) ||
        !rule_store_cancel(svc->base.db, req->identity->user_id, id, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "no such job is under way");
    resp->status = 204;
    return true;
}
