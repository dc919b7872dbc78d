#include "exchange/exchange_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "exchange/ledger_rows_store.h"
#include "ledger.h"

/* One file on its way out. */
struct download {
    struct ledger_filter filter; /* borrows from text and statements */
    char *text[5];
    char after[UUID_SIZE]; /* the last row that was read; empty: none yet */
    bool ended;
    struct buf first; /* read before the answer began, so that what fails at once is a problem */
    bool (*add)(struct svc *svc, struct download *download, struct buf *out, struct err *err);
    /* Of OFX: a row a statement, and how many are told whole. */
    struct pg_result *statements;
    size_t told;
};

static void download_free(void *state)
{
    struct download *download = state;
    for (size_t i = 0; i < LENGTH(download->text); i++)
        free(download->text[i]);
    buf_fini(&download->first);
    pg_result_drop(&download->statements);
    free(download);
}

/* *last: there are no more rows of the filter. */
static bool add_page(struct svc *svc, struct download *download,
                     void (*add_row)(struct buf *out, const struct ledger_row *row),
                     struct buf *out, bool *last, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct ledger_row row;
    if (!ledger_rows_page(svc->base.db, &download->filter, download->after, &result, err))
        return false;
    size_t count = pg_rows(result);
    for (size_t i = 0; i < count; i++) {
        ledger_rows_get(result, i, &row);
        add_row(out, &row);
    }
    if (count > 0)
        memcpy(download->after, row.id, UUID_SIZE);
    *last = count < LEDGER_PAGE;
    return true;
}

static bool add_csv(struct svc *svc, struct download *download, struct buf *out, struct err *err)
{
    return add_page(svc, download, ledger_csv_row, out, &download->ended, err);
}

static bool add_ofx(struct svc *svc, struct download *download, struct buf *out, struct err *err)
{
    struct ledger_statement statement;
    bool last = false;
    if (download->told >= pg_rows(download->statements)) {
        ledger_ofx_end(out);
        download->ended = true;
        return true;
    }
    ledger_statement_get(download->statements, download->told, &statement);
    if (download->after[0] == '\0')
        ledger_ofx_statement(out, &statement);
    download->filter.account_id = statement.account_id;
    download->filter.no_account = statement.account_id == NULL;
    download->filter.currency = statement.currency;
    if (!add_page(svc, download, ledger_ofx_row, out, &last, err))
        return false;
    if (last) {
        ledger_ofx_statement_end(out, &statement);
        download->after[0] = '\0';
        download->told++;
    }
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
    return download->ended || download->add(svc, download, out, err);
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

static void answer(struct resp *resp, struct download *download, const char *type, const char *name)
{
    resp->stream = (struct resp_stream){
        .size = STREAM_OPEN, .read = read_piece, .fini = download_free, .state = download};
    resp->content_type = type;
    snprintf(resp->disposition, sizeof resp->disposition, "attachment; filename=\"%s\"", name);
}

bool ledger_export(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct download *download = xcalloc(1, sizeof *download);
    download->add = add_csv;
    read_filter(req, download, &resp->fields);
    ledger_csv_header(&download->first);
    if (!fields_check(&resp->fields, err) || !add_csv(svc, download, &download->first, err)) {
        download_free(download);
        return false;
    }
    answer(resp, download, "text/csv; charset=utf-8; header=present", "expenses.csv");
    return true;
}

bool ledger_export_ofx(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct download *download = xcalloc(1, sizeof *download);
    download->add = add_ofx;
    read_filter(req, download, &resp->fields);
    ledger_ofx_begin(&download->first, time_now_us());
    if (!fields_check(&resp->fields, err) ||
        !ledger_rows_statements(svc->base.db, &download->filter, &download->statements, err) ||
        !add_ofx(svc, download, &download->first, err)) {
        download_free(download);
        return false;
    }
    answer(resp, download, "application/x-ofx", "expenses.ofx");
    return true;
}
