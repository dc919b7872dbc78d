#include "uploads/upload_routes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "deserialize.h"
#include "http/media.h"
#include "http/page.h"
#include "uploads/upload_store.h"

static bool path_id(const struct req *req, const char **id, struct err *err)
{
    *id = req_param(req, "id");
    return uuid_valid(*id) || err_set(err, ERR_NOT_FOUND, "no such upload");
}

/* ?format, or what the Content-Type says. */
static enum upload_format read_format(const struct req *req, struct fields *fields)
{
    static const struct {
        const char *type;
        enum upload_format format;
    } types[] = {{"text/csv", UPLOAD_CSV},
                 {"application/xml", UPLOAD_SMS_BACKUP},
                 {"text/xml", UPLOAD_SMS_BACKUP},
                 {"application/mbox", UPLOAD_MBOX}};
    const char *asked = req_query(req, "format"), *type = req_header(req, "Content-Type");
    for (int i = 0; asked != NULL && upload_format_names[i] != NULL; i++)
        if (strcmp(asked, upload_format_names[i]) == 0)
            return (enum upload_format)i;
    for (size_t i = 0; asked == NULL && type != NULL && i < LENGTH(types); i++)
        if (media_is(type, types[i].type))
            return types[i].format;
    field_error(fields, "?format", asked == NULL ? "required" : "not_allowed",
                "must be csv, sms_backup or mbox, or be told by the Content-Type");
    return UPLOAD_CSV;
}

static bool read_complete(const struct req *req, struct fields *fields)
{
    const char *text = req_query(req, "complete");
    if (text != NULL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        field_error(fields, "?complete", "not_allowed", "must be true or false");
    return text == NULL || strcmp(text, "true") == 0;
}

static bool answer(struct svc *svc, const struct req *req, const char *id, unsigned status,
                   struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *upload = NULL;
    snprintf(resp->location, sizeof resp->location, "/api/v1/uploads/%s", id);
    return upload_store_find(svc->base.db, req->identity->user_id, id, &upload, err) &&
           resp_json(resp, status, upload_json(upload, 0));
}

/* A body on its way into its upload: what came is stored with each piece, so that a client that
 * breaks off goes on from there. */
struct intake {
    char user_id[UUID_SIZE], id[UUID_SIZE];
    struct text_key key;
    int64_t at; /* where the next piece belongs */
    bool complete;
};

static void intake_fini(void *state)
{
    explicit_bzero(state, sizeof(struct intake));
    free(state);
}

/* Bytes behind those there are; another request may have written meanwhile. */
static bool append(struct svc *svc, const struct intake *intake, const void *data, size_t len,
                   bool complete, struct err *err)
{
    int64_t size;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !upload_store_lock(tx, intake->user_id, intake->id, &size, err))
        return false;
    if (intake->at != size)
        return err_set_name(err, ERR_CONFLICT, "upload_offset_differs",
                            "%" PRId64 " bytes are here: go on from there", size);
    if (size + (int64_t)len > UPLOAD_SIZE_MAX)
        return err_set_name(err, ERR_TOO_LARGE, "upload_too_large", "a file may have 1 GiB");
    return upload_store_append(tx, intake->user_id, intake->id, &intake->key, size, data, len,
                               complete, err) &&
           pg_commit(&tx, err);
}

static bool take_piece(struct svc *svc, void *state, const void *data, size_t len, struct err *err)
{
    struct intake *intake = state;
    if (!append(svc, intake, data, len, false, err))
        return false;
    intake->at += (int64_t)len;
    return true;
}

static bool take_end(struct svc *svc, const struct req *req, void *state, struct resp *resp,
                     struct err *err)
{
    const struct intake *intake = state;
    return (!intake->complete || append(svc, intake, "", 0, true, err)) &&
           answer(svc, req, intake->id, 202, resp, err);
}

static bool take_body(struct svc *svc, const struct req *req, const struct intake *begun,
                      struct resp *resp, struct err *err)
{
    struct intake *intake = xcalloc(1, sizeof *intake);
    *intake = *begun;
    snprintf(intake->user_id, sizeof intake->user_id, "%s", req->identity->user_id);
    resp->upload = (struct resp_upload){
        .piece = take_piece, .end = take_end, .fini = intake_fini, .state = intake};
    return text_keys_get(svc->texts, svc->base.db, intake->user_id, &intake->key, err);
}

bool upload_begin(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct intake intake = {.at = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    req_query_known(req, (const char *const[]){"format", "complete", NULL}, &resp->fields);
    enum upload_format format = read_format(req, &resp->fields);
    intake.complete = read_complete(req, &resp->fields);
    uuid_new(intake.id);
    return fields_check(&resp->fields, err) && take_body(svc, req, &intake, resp, err) &&
           pg_begin(svc->base.db, &tx, err) &&
           upload_store_add(tx, req->identity->user_id, intake.id, format, err) &&
           pg_commit(&tx, err);
}

/* Upload-Offset and Upload-Complete are of the IETF's draft of resumable uploads
 * (draft-ietf-httpbis-resumable-upload): a structured integer, and ?1 or ?0. */
static bool read_offset(const struct req *req, int64_t *offset, bool *complete, struct err *err)
{
    const char *at = req_header(req, "Upload-Offset"), *end = req_header(req, "Upload-Complete");
    char *rest;
    if (at == NULL || *at < '0' || *at > '9')
        return err_set_name(err, ERR_MALFORMED, "upload_offset_malformed",
                            "Upload-Offset must be the number of bytes that were sent before");
    *offset = strtoll(at, &rest, 10);
    *complete = end != NULL && strcmp(end, "?1") == 0;
    if (*rest != '\0' || (end != NULL && !*complete && strcmp(end, "?0") != 0))
        return err_set_name(err, ERR_MALFORMED, "upload_offset_malformed",
                            "Upload-Offset must be a number, Upload-Complete ?1 or ?0");
    return true;
}

bool upload_append(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    int64_t size;
    struct intake intake = {.at = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_no_query(req, resp, err) || !path_id(req, &id, err) ||
        !read_offset(req, &intake.at, &intake.complete, err) || !pg_begin(svc->base.db, &tx, err) ||
        !upload_store_lock(tx, req->identity->user_id, id, &size, err))
        return false;
    snprintf(intake.id, sizeof intake.id, "%s", id);
    if (intake.at != size)
        return err_set_name(err, ERR_CONFLICT, "upload_offset_differs",
                            "%" PRId64 " bytes are here: go on from there", size);
    pg_tx_drop(&tx); /* the lock would be held while the client sends */
    tx = NULL;
    return take_body(svc, req, &intake, resp, err);
}

bool upload_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    return fields_check(&resp->fields, err) &&
           upload_store_list(svc->base.db, req->identity->user_id, &page, &result, err) &&
           page_answer_result(req, &page, result, upload_json, (const int[]){0}, resp);
}

bool upload_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(pg_result_drop) struct pg_result *upload = NULL;
    return req_no_query(req, resp, err) && path_id(req, &id, err) &&
           upload_store_find(svc->base.db, req->identity->user_id, id, &upload, err) &&
           resp_json(resp, 200, upload_json(upload, 0));
}

bool upload_items(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const char *const statuses[] = {"duplicate", "skipped", "failed"};
    const char *id, *status = req_query(req, "status");
    bool known = status == NULL;
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *upload = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"status", "limit", "cursor", NULL}, &resp->fields);
    for (size_t i = 0; !known && i < LENGTH(statuses); i++)
        known = strcmp(status, statuses[i]) == 0;
    if (!known)
        field_error(&resp->fields, "?status", "not_allowed",
                    "must be duplicate, skipped or failed");
    page_read(req, "i", &page, &resp->fields);
    return fields_check(&resp->fields, err) && path_id(req, &id, err) &&
           upload_store_find(svc->base.db, req->identity->user_id, id, &upload, err) &&
           upload_store_items(svc->base.db, req->identity->user_id, id, status, &page, &result,
                              err) &&
           page_answer_result(req, &page, result, upload_item_json, (const int[]){0}, resp);
}

bool upload_cancel(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    bool found;
    if (!req_no_query(req, resp, err) || !path_id(req, &id, err) ||
        !upload_store_cancel(svc->base.db, req->identity->user_id, id, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "no such upload is under way");
    resp->status = 204;
    return true;
}
