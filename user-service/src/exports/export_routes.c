#include "exports/export_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "exports/export_store.h"
#include "http/idempotency.h"
#include "http/page.h"
#include "profile.h"
#include "user.h"

enum { LIMIT_RETRY_S = 3600 };

static bool request(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    scoped(json_drop) json_t *data = json_pack("{s:s}", "export_id", id);
    struct outbox_event ev = {.topic = TOPIC_EXPORT,
                              .type = EVENT_EXPORT_REQUESTED,
                              .user_id = user_id,
                              .subject = id,
                              .data = data};
    return outbox_add(tx, &ev, err);
}

static bool too_many(struct err *err)
{
    err_set_name(err, ERR_TOO_MANY, "export_limit", "at most %d exports a day", EXPORTS_A_DAY);
    err->retry_after_s = LIMIT_RETRY_S;
    return false;
}

/* A new one, or the one that is running. The profile's lock makes a person's requests wait for each
 * other, and for a deletion. */
static bool begin(struct pg_tx *tx, const char *user_id, struct resp *resp, struct err *err)
{
    scoped(export_fini) struct export export = {0};
    char id[UUID_SIZE];
    int64_t recent;
    bool added;
    uuid_new(id);
    if (!export_store_recent(tx, user_id, &recent, err) ||
        !export_store_add(tx, user_id, id, &added, err))
        return false;
    if (added && recent >= EXPORTS_A_DAY)
        return too_many(err);
    if ((added && !request(tx, user_id, id, err)) ||
        !export_store_get_running(tx, user_id, &export, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/users/me/exports/%s", export.id);
    return resp_json(resp, added ? 202 : 200, export_to_json(&export, time_now_us()));
}

bool export_create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    struct profile profile;
    bool replayed;
    if (!req_no_query(req, resp, err) || !pg_begin(svc->base.db, &tx, err) ||
        !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    return replayed || (user_enter(svc, req->identity, tx, &profile, err) &&
                        begin(tx, req->identity->user_id, resp, err) &&
                        idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err));
}

static json_t *row_json(const struct req *req, const void *row)
{
    (void)req;
    return export_to_json(row, time_now_us());
}

bool export_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {0};
    struct export *exports;
    size_t count;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    bool ok = export_store_list(svc->base.db, req->identity->user_id,
                                page.key_count > 0 ? page.keys[0] : NULL, page.limit + 1, &exports,
                                &count, err) &&
              page_answer_rows(req, &page,
                               &(struct page_rows){.rows = exports,
                                                   .count = count,
                                                   .size = sizeof *exports,
                                                   .key_at = offsetof(struct export, id),
                                                   .to_json = row_json},
                               resp);
    for (size_t i = 0; i < count; i++)
        export_fini(&exports[i]);
    free(exports);
    return ok;
}

bool export_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(export_fini) struct export export = {0};
    return req_no_query(req, resp, err) &&
           export_store_get(svc->base.db, req->identity->user_id, req_param(req, "id"), &export,
                            err) &&
           resp_json(resp, 200, export_to_json(&export, time_now_us()));
}

/* Which archive a stream reads. */
struct download {
    char user_id[UUID_SIZE], id[UUID_SIZE];
};

static bool read_piece(struct svc *svc, void *state, int64_t offset, struct buf *out,
                       struct err *err)
{
    const struct download *download = state;
    return export_store_piece(svc->base.db, download->user_id, download->id, offset / EXPORT_PIECE,
                              out, err);
}

static void answer_stream(const struct req *req, struct resp *resp, const struct export *export)
{
    char when[TIMEFMT_SIZE];
    struct download *download = xcalloc(1, sizeof *download);
    snprintf(download->user_id, sizeof download->user_id, "%s", req->identity->user_id);
    snprintf(download->id, sizeof download->id, "%s", export->id);
    timefmt_format(export->requested_us, when);
    resp->stream = (struct resp_stream){
        .size = export->size, .read = read_piece, .fini = free, .state = download};
    resp->content_type = "application/zip";
    snprintf(resp->etag, sizeof resp->etag, "\"%.40s\"", export->sha256);
    snprintf(resp->disposition, sizeof resp->disposition,
             "attachment; filename=\"expenses-tracker-%.10s.zip\"", when);
}

bool export_download(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(export_fini) struct export export = {0};
    if (!req_no_query(req, resp, err) ||
        !export_store_get(svc->base.db, req->identity->user_id, req_param(req, "id"), &export, err))
        return false;
    if (export_expired(&export, time_now_us()))
        return err_set_name(err, ERR_GONE, "export_expired",
                            "archives are kept for %d days; ask for a new one", EXPORT_DAYS);
    if (strcmp(export.state, "failed") == 0)
        return err_set_name(err, ERR_GONE, "export_failed",
                            "a service did not answer in time; ask for a new one");
    if (strcmp(export.state, "ready") != 0)
        return err_set_name(err, ERR_CONFLICT, "export_not_ready", "the archive is not made yet");
    answer_stream(req, resp, &export);
    return true;
}
