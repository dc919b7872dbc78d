#include "imports/import_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/to_utf8.h"
#include "base/uuid.h"
#include "expenses/expense_store.h"
#include "http/media.h"
#include "imports/import_page.h"
#include "ledger.h"
#include "owners/owner_store.h"
#include "service/background.h"

/* How much of a file is looked at to guess how it is written, and how many rows are shown. */
enum { LOOKED_AT = 1 << 16, SHOWN = 20 };

static bool path_id(const struct req *req, const char **id, struct err *err)
{
    *id = req_param(req, "id");
    return uuid_valid(*id) || err_set(err, ERR_NOT_FOUND, "no such import");
}

static bool answer(struct svc *svc, const struct req *req, const char *id, unsigned status,
                   struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *import = NULL;
    snprintf(resp->location, sizeof resp->location, "/api/v1/imports/%s", id);
    return import_store_find(svc->base.db, req->identity->user_id, id, &import, err) &&
           resp_json(resp, status, import_json(import, 0));
}

/* A file on its way in, as UTF-8. */
struct intake {
    char user_id[UUID_SIZE], id[UUID_SIZE];
    enum import_format format;
    struct to_utf8 *decoder;
    struct buf text, beginning;
    int64_t size;
};

static void intake_free(void *state)
{
    struct intake *intake = state;
    to_utf8_free(intake->decoder);
    buf_fini(&intake->text);
    buf_fini(&intake->beginning);
    free(intake);
}

static bool store(struct svc *svc, struct intake *intake, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    const struct buf *text = &intake->text;
    if (intake->beginning.len < LOOKED_AT)
        buf_add(&intake->beginning, text->data,
                text->len < LOOKED_AT ? text->len : (size_t)LOOKED_AT);
    if (!pg_begin(svc->base.db, &tx, err) ||
        !import_store_append(tx, intake->user_id, intake->id, intake->size, text->data, text->len,
                             err) ||
        !pg_commit(&tx, err))
        return false;
    intake->size += (int64_t)text->len;
    intake->text.len = 0;
    return true;
}

static bool take_piece(struct svc *svc, void *state, const void *data, size_t len, struct err *err)
{
    struct intake *intake = state;
    to_utf8_add(intake->decoder, data, len, &intake->text);
    return intake->text.len == 0 || store(svc, intake, err);
}

static bool settle(struct svc *svc, struct intake *intake, struct err *err)
{
    struct layout layout, before;
    bool found;
    scoped(json_drop) json_t *headers = NULL;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    const char *text = intake->beginning.len > 0 ? intake->beginning.data : "";
    if (intake->format == IMPORT_OFX)
        layout_of_ofx(&layout);
    else
        layout_guess(text, intake->beginning.len, intake->size <= (int64_t)intake->beginning.len,
                     &layout, &headers);
    if (!pg_begin(svc->base.db, &tx, err) ||
        !import_store_remembered(tx, intake->user_id, headers, &before, &found, err))
        return false;
    return import_store_ready(tx, intake->user_id, intake->id, to_utf8_encoding(intake->decoder),
                              found ? &before : &layout, headers, err) &&
           pg_commit(&tx, err);
}

static bool take_end(struct svc *svc, const struct req *req, void *state, struct resp *resp,
                     struct err *err)
{
    struct intake *intake = state;
    to_utf8_end(intake->decoder, &intake->text);
    if (intake->text.len > 0 && !store(svc, intake, err))
        return false;
    return settle(svc, intake, err) && answer(svc, req, intake->id, 201, resp, err);
}

static enum import_format read_format(const struct req *req, struct fields *fields)
{
    const char *asked = req_query(req, "format"), *type = req_header(req, "Content-Type");
    for (int i = 0; asked != NULL && import_format_names[i] != NULL; i++)
        if (strcmp(asked, import_format_names[i]) == 0)
            return (enum import_format)i;
    if (asked == NULL && type != NULL && media_is(type, "text/csv"))
        return IMPORT_CSV;
    if (asked == NULL && type != NULL &&
        (media_is(type, "application/x-ofx") || media_is(type, "application/vnd.intu.qfx")))
        return IMPORT_OFX;
    field_error(fields, "?format", asked == NULL ? "required" : "not_allowed",
                "must be csv or ofx, or be told by the Content-Type");
    return IMPORT_CSV;
}

bool import_begin(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    struct intake *intake = xcalloc(1, sizeof *intake);
    resp->upload = (struct resp_upload){
        .piece = take_piece, .end = take_end, .fini = intake_free, .state = intake};
    req_query_known(req, (const char *const[]){"format", NULL}, &resp->fields);
    intake->format = read_format(req, &resp->fields);
    intake->decoder = to_utf8_new();
    snprintf(intake->user_id, sizeof intake->user_id, "%s", req->identity->user_id);
    uuid_new(intake->id);
    return fields_check(&resp->fields, err) && pg_begin(svc->base.db, &tx, err) &&
           owner_enter(tx, intake->user_id, err) &&
           import_store_add(tx, intake->user_id, intake->id, intake->format, err) &&
           pg_commit(&tx, err);
}

bool import_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"limit", "cursor", NULL}, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    return fields_check(&resp->fields, err) &&
           import_store_list(svc->base.db, req->identity->user_id, &page, &result, err) &&
           page_answer_result(req, &page, result, import_json, (const int[]){0}, resp);
}

bool import_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id;
    scoped(pg_result_drop) struct pg_result *import = NULL;
    return req_no_query(req, resp, err) && path_id(req, &id, err) &&
           import_store_find(svc->base.db, req->identity->user_id, id, &import, err) &&
           resp_json(resp, 200, import_json(import, 0));
}

/* Locked; what the states are in which it may be done. */
static bool lock(struct svc *svc, const struct req *req, const char *const states[],
                 struct pg_tx **tx, struct import_work *work, struct err *err)
{
    const char *id;
    bool found = false;
    if (!path_id(req, &id, err) || !pg_begin(svc->base.db, tx, err) ||
        !import_store_lock(*tx, req->identity->user_id, id, work, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "no such import");
    for (size_t i = 0; states[i] != NULL; i++)
        if (strcmp(work->state, states[i]) == 0)
            return true;
    return err_set_name(err, ERR_CONFLICT, "import_state", "it is %s", work->state);
}
static const char *const waiting[] = {"preview", "refused", NULL};

static json_t *entering_json(struct entering *entry)
{
    json_error_t ignored;
    entry->expense.tags = json_loads(entry->tags, 0, &ignored);
    entry->expense.origins = json_loads(entry->origins, 0, &ignored);
    return expense_to_json(&entry->expense);
}

/* Rows as they would be: each with what became of it. */
static json_t *show_rows(struct import_page *page)
{
    json_t *data = json_array();
    for (size_t i = 0, entry = 0; i < page->count; i++) {
        json_t *row = json_pack("{s:I, s:I, s:s}", "number", (json_int_t)i + 1, "line",
                                (json_int_t)page->lines[i], "status", "new");
        for (size_t n = 0; n < page->note_count; n++)
            if (page->notes[n].number == (int64_t)i + 1) {
                json_object_set_new(row, "status", json_string(page->notes[n].status));
                json_object_set_new(row, "code", json_string(page->notes[n].code));
                json_set_text(row, "column", page->notes[n].field);
                json_set_text(row, "expense_id", page->notes[n].expense_id);
            }
        if (!page->skip[i])
            json_object_set_new(row, "expense", entering_json(&page->entered[entry++]));
        json_array_append_new(data, row);
    }
    return data;
}

/* The transaction is dropped, and with it all that its rows made. */
bool import_preview(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(import_work_fini) struct import_work work = {.headers = NULL};
    if (!req_no_query(req, resp, err) || !lock(svc, req, waiting, &tx, &work, err))
        return false;
    scoped(import_page_drop) struct import_page *page = import_page_new();
    work.place = work.rows = work.failed = 0;
    work.line = 1;
    work.ofx = (struct ofx){.currency = ""};
    return owner_enter(tx, work.user_id, err) && import_page_read(tx, &work, SHOWN, page, err) &&
           import_page_enter(tx, &work, page, err) &&
           resp_json(resp, 200, json_pack("{s:o}", "data", show_rows(page)));
}

static bool check_account(struct pg_tx *tx, const struct import_work *work, struct fields *fields,
                          struct err *err)
{
    struct ref account;
    bool found = true;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    const char *id = work->layout.account_id;
    if (id[0] != '\0' &&
        !ref_store_resolve(tx, work->user_id, "account", &(const struct ref_input){REF_ID, id},
                           &result, &account, &found, err))
        return false;
    if (!found)
        field_error(fields, "/layout/account_id", "account_unknown", "is not one of yours");
    return fields_check(fields, err);
}

bool import_edit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const char *const modes[] = {"per_row", "all_or_nothing", NULL};
    static const char *const ways[] = {"import", "skip", NULL};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(import_work_fini) struct import_work work = {.headers = NULL};
    const json_t *layout = NULL;
    size_t index;
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    if (!req_no_query(req, resp, err) || !req_need_object(req, err) ||
        !lock(svc, req, waiting, &tx, &work, err))
        return false;
    json_read_known(&reader, (const char *const[]){"layout", "mode", "duplicates", NULL});
    if (json_read_object(&reader, "layout", JSON_OPTIONAL, &layout))
        layout_patch(layout, work.headers, &work.layout, &resp->fields);
    if (json_read_enum(&reader, "mode", JSON_OPTIONAL, modes, &index))
        work.whole = index == 1;
    if (json_read_enum(&reader, "duplicates", JSON_OPTIONAL, ways, &index))
        work.skip_duplicates = index == 1;
    return check_account(tx, &work, &resp->fields, err) && import_store_settle(tx, &work, err) &&
           pg_commit(&tx, err) && answer(svc, req, work.id, 200, resp, err);
}

static bool answer_working(struct svc *svc, const struct req *req, const char *id,
                           struct resp *resp, struct err *err)
{
    background_work_due(svc->base.background);
    return answer(svc, req, id, 202, resp, err);
}

bool import_start(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(import_work_fini) struct import_work work = {.headers = NULL};
    return req_no_query(req, resp, err) && lock(svc, req, waiting, &tx, &work, err) &&
           owner_enter(tx, work.user_id, err) && import_store_remember(tx, &work, err) &&
           import_store_restart(tx, &work, work.whole ? "checking" : "importing", err) &&
           pg_commit(&tx, err) && answer_working(svc, req, work.id, resp, err);
}

bool import_undo(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const char *const over[] = {"done", "cancelled", NULL};
    const struct import_counts none = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(import_work_fini) struct import_work work = {.headers = NULL};
    return req_no_query(req, resp, err) && lock(svc, req, over, &tx, &work, err) &&
           import_store_move(tx, &work, &none, "undoing", err) && pg_commit(&tx, err) &&
           answer_working(svc, req, work.id, resp, err);
}

bool import_rows(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id, *status = req_query(req, "status");
    scoped(page_fini) struct page page = {0};
    scoped(pg_result_drop) struct pg_result *import = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    req_query_known(req, (const char *const[]){"status", "limit", "cursor", NULL}, &resp->fields);
    if (status != NULL && strcmp(status, "duplicate") != 0 && strcmp(status, "failed") != 0)
        field_error(&resp->fields, "?status", "not_allowed", "must be duplicate or failed");
    page_read(req, "i", &page, &resp->fields);
    return fields_check(&resp->fields, err) && path_id(req, &id, err) &&
           import_store_find(svc->base.db, req->identity->user_id, id, &import, err) &&
           import_store_rows(svc->base.db, req->identity->user_id, id, status, &page, &result,
                             err) &&
           page_answer_result(req, &page, result, import_row_json, (const int[]){0}, resp);
}

bool import_delete(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const char *const under_way[] = {"open",     "preview",   "refused",
                                            "checking", "importing", NULL};
    const struct import_counts none = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(import_work_fini) struct import_work work = {.headers = NULL};
    if (!req_no_query(req, resp, err) || !lock(svc, req, under_way, &tx, &work, err) ||
        !import_store_move(tx, &work, &none, "cancelled", err) || !pg_commit(&tx, err))
        return false;
    resp->status = 204;
    return true;
}
