#include "templates/taught_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deserialize.h"
#include "http/idempotency.h"
#include "http/page.h"
#include "templates/taught_json.h"
#include "templates/taught_store.h"

static bool no_such(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no such template");
}

bool list_templates(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!req_no_query(req, resp, err) ||
        !taught_store_list(svc->base.db, req->identity->user_id, &rows, err))
        return false;
    const struct page all = {.limit = 2 * TAUGHT_MAX}; /* never more than one page */
    return page_answer_result(req, &all, rows, taught_to_json, NULL, resp);
}

bool get_template(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id = req_param(req, "id");
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!req_no_query(req, resp, err))
        return false;
    if (!uuid_valid(id))
        return no_such(err);
    if (!taught_store_get(svc->base.db, req->identity->user_id, id, &rows, err))
        return false;
    return pg_rows(rows) > 0 ? resp_json(resp, 200, taught_to_json(rows, 0)) : no_such(err);
}

static void compiled_drop(struct template **compiled)
{
    free(*compiled);
}

/* Against those that there are: a name of its own, and no contradiction. */
static bool check_beside(const struct pg_result *rows, const struct taught *taught,
                         const struct template *template, struct err *err)
{
    scoped(compiled_drop) struct template *other = xcalloc(1, sizeof *other);
    for (size_t i = 0; i < pg_rows(rows); i++) {
        struct taught row;
        taught_store_row(rows, i, &row);
        if (strcmp(row.name, taught->name) == 0)
            return err_set_name(err, ERR_CONFLICT, "name_taken",
                                "another template has that name: %s", row.id);
        if (taught_compile(&row, other) && taught_contradict(template, other))
            return err_set_name(err, ERR_CONFLICT, "template_conflict",
                                "matches texts that template %s reads in another meaning", row.id);
    }
    return true;
}

static void lesson_drop(struct lesson **lesson)
{
    free(*lesson);
}

static bool add_lesson(struct pg_tx *tx, const struct req *req, const struct lesson *lesson,
                       struct err *err)
{
    const char *user_id = req->identity->user_id;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    bool added = false;
    if (!pg_exec(tx, "taught_list", PARAMS(P_STR(user_id)), &rows, err) ||
        !check_beside(rows, &lesson->taught, &lesson->template, err) ||
        !taught_store_add(tx, user_id, &lesson->taught, &added, err))
        return false;
    return added || err_set_name(err, ERR_CONFLICT, "too_many_templates",
                                 "at most %d: delete one that is not needed", TAUGHT_MAX);
}

bool create_template(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(lesson_drop) struct lesson *lesson = xcalloc(1, sizeof *lesson);
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    bool replayed = false;
    if (!req_need_object(req, err))
        return false;
    if (!lesson_parse(req->body, lesson, &resp->fields))
        return fields_check(&resp->fields, err);
    if (!pg_begin(svc->base.db, &tx, err) || !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    if (!add_lesson(tx, req, lesson, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/parsers/templates/%s",
             lesson->taught.id);
    return resp_json(resp, 201, lesson_to_json(lesson)) && idempotency_finish(tx, req, resp, err) &&
           pg_commit(&tx, err);
}

/* A change of the one that the path names; *found: there is one that the caller may change. */
typedef bool change_fn(struct pg_tx *tx, const struct req *req, bool *found, struct err *err);

static bool change_one(struct svc *svc, const struct req *req, change_fn *change, struct resp *resp,
                       struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    bool found = false;
    if (!uuid_valid(req_param(req, "id")))
        return no_such(err);
    if (!pg_begin(svc->base.db, &tx, err) || !change(tx, req, &found, err))
        return false;
    if (!found)
        return no_such(err);
    resp->status = 204;
    return pg_commit(&tx, err);
}

static bool remove_own(struct pg_tx *tx, const struct req *req, bool *found, struct err *err)
{
    return taught_store_remove(tx, req->identity->user_id, req_param(req, "id"), found, err);
}

bool delete_template(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    return change_one(svc, req, remove_own, resp, err);
}

static bool offer(struct pg_tx *tx, const struct req *req, bool *found, struct err *err)
{
    return taught_store_offer(tx, req->identity->user_id, req_param(req, "id"), true, found, err);
}

bool offer_template(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    return change_one(svc, req, offer, resp, err);
}

static bool withdraw(struct pg_tx *tx, const struct req *req, bool *found, struct err *err)
{
    return taught_store_offer(tx, req->identity->user_id, req_param(req, "id"), false, found, err);
}

bool withdraw_template(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    return change_one(svc, req, withdraw, resp, err);
}

bool list_offers(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const char *const known[] = {"limit", "cursor", NULL};
    static const char first[] = "00000000-0000-0000-0000-000000000000";
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(page_fini) struct page page = {.limit = 0};
    req_query_known(req, known, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err) ||
        !taught_store_offers(svc->base.db, page.keys[0] != NULL ? page.keys[0] : first,
                             page.limit + 1, &rows, err))
        return false;
    return page_answer_result(req, &page, rows, taught_to_json, (const int[]){TAUGHT_ID}, resp);
}

/* The name for everybody, and a pattern in place of the offered one, where an admin sees words in
 * it that are the person's. */
static bool read_promotion(const struct req *req, struct taught *taught, struct template *out,
                           struct fields *fields)
{
    static const char *const known[] = {"name", "pattern", NULL};
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = fields};
    struct template_fault fault;
    json_read_known(&reader, known);
    json_read_str(&reader, "name", JSON_REQUIRED, 1, TAUGHT_NAME_MAX, &taught->name);
    if (json_read_str(&reader, "pattern", JSON_OPTIONAL, 1, TEMPLATE_PATTERN_MAX,
                      &taught->pattern) &&
        !template_compile(taught->pattern, strlen(taught->pattern), out, &fault))
        field_error(fields, "/pattern", fault.code, fault.detail);
    if (fields_ok(fields) && !taught_compile(taught, out))
        field_error(fields, "/pattern", "no_amount", "a payment's text must tell its {amount}");
    return fields_ok(fields);
}

static bool share(struct pg_tx *tx, const struct taught *taught, const struct template *template,
                  struct err *err)
{
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    bool added = false, declined = false;
    if (!pg_exec(tx, "taught_shared", NULL, 0, &rows, err) ||
        !check_beside(rows, taught, template, err) ||
        !taught_store_share(tx, taught, &added, err) ||
        !taught_store_decline(tx, taught->id, &declined, err))
        return false;
    return added || err_set_name(err, ERR_CONFLICT, "too_many_templates",
                                 "at most %d for everybody", TAUGHT_SHARED_MAX);
}

bool promote_offer(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(compiled_drop) struct template *template = xcalloc(1, sizeof *template);
    struct taught taught;
    if (!req_need_object(req, err))
        return false;
    if (!uuid_valid(req_param(req, "id")))
        return no_such(err);
    if (!pg_begin(svc->base.db, &tx, err) ||
        !taught_store_offered(tx, req_param(req, "id"), &rows, err))
        return false;
    if (pg_rows(rows) == 0)
        return no_such(err);
    taught_store_row(rows, 0, &taught);
    if (!read_promotion(req, &taught, template, &resp->fields))
        return fields_check(&resp->fields, err);
    return share(tx, &taught, template, err) && pg_commit(&tx, err) &&
           resp_json(resp, 201,
                     json_pack("{s:s, s:s, s:s}", "id", taught.id, "name", taught.name, "pattern",
                               taught.pattern));
}

static bool decline(struct pg_tx *tx, const struct req *req, bool *found, struct err *err)
{
    return taught_store_decline(tx, req_param(req, "id"), found, err);
}

bool decline_offer(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    return change_one(svc, req, decline, resp, err);
}

static bool unshare(struct pg_tx *tx, const struct req *req, bool *found, struct err *err)
{
    return taught_store_unshare(tx, req_param(req, "id"), found, err);
}

bool delete_shared(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    return change_one(svc, req, unshare, resp, err);
}
