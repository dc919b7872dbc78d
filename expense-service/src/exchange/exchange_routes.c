#include "exchange/exchange_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/ledger_rows_store.h"
#include "ledger.h"

/* One file on its way out. */
struct download {
    struct ledger_filter filter; /* borrows from text */
    char *text[5];
    char after[UUID_SIZE]; /* the last row that was read; empty: none yet */
    bool ended;
    struct buf first; /* read before the answer began, so that what fails at once is a problem */
};

static void download_free(void *state)
{
    struct download *download = state;
    for (size_t i = 0; i < LENGTH(download->text); i++)
        free(download->text[i]);
    buf_fini(&download->first);
    free(download);
}

static bool add_page(struct svc *svc, struct download *download, struct buf *out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct ledger_row row;
    if (!ledger_rows_page(svc->base.db, &download->filter, download->after, &result, err))
        return false;
    size_t count = pg_rows(result);
    for (size_t i = 0; i < count; i++) {
        ledger_rows_get(result, i, &row);
        ledger_csv_row(out, &row);
    }
    if (count > 0)
        memcpy(download->after, row.id, UUID_SIZE);
    download->ended = count < LEDGER_PAGE;
    return true;
}

static bool read_piece(struct svc *svc, void *state, int64_t offset, struct buf *out,
                       struct err *err)
{
    struct download *download = state;
    if (offset == 0) {
        buf_add(out, download->first.data, download->first.len);
        buf_fini(&download->first);
        return true;
    }
    return download->ended || add_page(svc, download, out, err);
}

static const char *keep(struct download *download, size_t place, const char *text)
{
    download->text[place] = text != NULL ? xstrdup(text) : NULL;
    return download->text[place];
}

static void read_filter(const struct req *req, struct download *download, struct fields *fields)
{
    struct ledger_filter *filter = &download->filter;
    req_query_known(req, (const char *const[]){"from", "to", "account", "currency", NULL}, fields);
    range_read(req, &filter->range, fields);
    filter->range.from.date = keep(download, 0, filter->range.from.date);
    filter->range.to.date = keep(download, 1, filter->range.to.date);
    filter->user_id = keep(download, 2, req->identity->user_id);
    filter->account_id = keep(download, 3, req_query(req, "account"));
    filter->currency = keep(download, 4, req_query(req, "currency"));
    if (filter->account_id != NULL && !uuid_valid(filter->account_id))
        field_error(fields, "?account", "uuid_invalid", "must be the id of an account");
    if (filter->currency != NULL && currency_exponent(filter->currency) < 0)
        field_error(fields, "?currency", "currency_unknown", "must be a code of ISO 4217");
}

bool ledger_export(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct download *download = xcalloc(1, sizeof *download);
    read_filter(req, download, &resp->fields);
    ledger_csv_header(&download->first);
    if (!fields_check(&resp->fields, err) || !add_page(svc, download, &download->first, err)) {
        download_free(download);
        return false;
    }
    resp->stream = (struct resp_stream){
        .size = STREAM_OPEN, .read = read_piece, .fini = download_free, .state = download};
    resp->content_type = "text/csv; charset=utf-8; header=present";
    snprintf(resp->disposition, sizeof resp->disposition, "attachment; filename=\"expenses.csv\"");
    return true;
}
