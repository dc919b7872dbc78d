#include "replay/replay_routes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "deserialize.h"
#include "events/events.h"
#include "events/outbox.h"
#include "http/page.h"
#include "replay/replay_page.h"

static bool path_id(const struct req *req, const char *what, const char **id, struct err *err)
{
    *id = req_param(req, "id");
    return uuid_valid(*id) || err_set(err, ERR_NOT_FOUND, "no such %s", what);
}

static bool read_dry_run(const struct req *req, struct fields *fields)
{
    const char *text = req_query(req, "dry_run");
    req_query_known(req, (const char *const[]){"dry_run", NULL}, fields);
    if (text != NULL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        field_error(fields, "?dry_run", "not_allowed", "must be true or false");
    return text != NULL && strcmp(text, "true") == 0;
}

bool replay_one_text(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(json_drop) json_t *differences = json_array();
    struct replay_run run = {.dry = read_dry_run(req, &resp->fields), .differences = differences};
    if (!fields_check(&resp->fields, err) || !path_id(req, "message", &id, err) ||
        !pg_begin(svc->base.db, &tx, err) ||
        !replay_store_one(tx, req->identity->user_id, id, &rows, err))
        return false;
    if (pg_rows(rows) == 0)
        return err_set(err, ERR_NOT_FOUND,
                       "no such message, or one that was not read yet, repeats another or was "
                       "dismissed");
    if (!replay_page(svc, tx, rows, &run, err) || !pg_commit(&tx, err))
        return false;
    if (run.progress.gone > 0)
        return err_set_name(err, ERR_CONFLICT, "text_gone", "the text is kept no more");
    return resp_json(resp, 200,
                     json_pack("{s:s, s:b, s:b, s:O}", "id", id, "dry_run", run.dry, "changed",
                               run.progress.changed > 0, "differences", differences));
}

static bool tell_rejected(struct pg_tx *tx, const char *user_id, const char *message_id,
                          struct err *err)
{
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s}", "message_id", message_id, "reason", "dismissed");
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_OUTCOME,
                                             .type = EVENT_MESSAGE_REJECTED,
                                             .user_id = user_id,
                                             .subject = message_id,
                                             .data = data},
                      err);
}

bool replay_dismiss(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id, *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!req_no_query(req, resp, err) || !path_id(req, "message", &id, err) ||
        !pg_begin(svc->base.db, &tx, err) || !replay_store_dismiss(tx, user_id, id, &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such message");
    struct replay_before before = {.status = pg_str(result, 0, 0)};
    if (strcmp(before.status, "received") == 0)
        return err_set_name(err, ERR_CONFLICT, "not_read_yet", "the text is being read");
    if ((replay_was_booked(&before) &&
         !replay_withdraw(tx, user_id, id, pg_int(result, 0, 1) + 1, "dismissed", err)) ||
        !tell_rejected(tx, user_id, id, err) || !pg_commit(&tx, err))
        return false;
    return resp_json(
        resp, 200,
        json_pack("{s:s, s:s, s:s}", "id", id, "status", "rejected", "reason", "dismissed"));
}

bool replay_begin(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char id[UUID_SIZE];
    bool added;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *job = NULL;
    struct replay_ask ask = {.user_id = req->identity->user_id, .rate = REPLAY_RATE};
    if (!req_no_query(req, resp, err) || !req_need_object(req, err))
        return false;
    replay_read(req->body, &ask, &resp->fields);
    uuid_new(id);
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !replay_store_add(tx, id, &ask, &added, err) || !pg_commit(&tx, err))
        return false;
    if (!added)
        return err_set_name(err, ERR_CONFLICT, "replay_running", "another one is under way");
    snprintf(resp->location, sizeof resp->location, "/api/v1/replays/%s", id);
    return replay_store_find(svc->base.db, ask.user_id, id, &job, err) &&
           resp_json(resp, 202, replay_job_json(job, 0));
}

bool replay_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(pg_result_drop) struct pg_result *job = NULL;
    return req_no_query(req, resp, err) && path_id(req, "replay", &id, err) &&
           replay_store_find(svc->base.db, req->identity->user_id, id, &job, err) &&
           resp_json(resp, 200, replay_job_json(job, 0));
}

bool replay_cancel(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    bool found;
    if (!req_no_query(req, resp, err) || !path_id(req, "replay", &id, err) ||
        !replay_store_cancel(svc->base.db, req->identity->user_id, id, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "no such replay is under way");
    resp->status = 204;
    return true;
}

bool replay_list_differences(struct svc *svc, const struct req *req, struct resp *resp,
                             struct err *err)
{
    const char *id;
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *job = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, "us", &page, &resp->fields);
    return fields_check(&resp->fields, err) && path_id(req, "replay", &id, err) &&
           replay_store_find(svc->base.db, req->identity->user_id, id, &job, err) &&
           replay_store_differences(svc->base.db, req->identity->user_id, id, &page, &result,
                                    err) &&
           page_answer_result(req, &page, result, replay_difference_json, (const int[]){0, 1},
                              resp);
}
