#include "insight/insight.h"

#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "insight/summary.h"

static void read_dates(const struct req *req, struct insight_ask *out, struct fields *fields)
{
    range_read(req, &out->range, fields);
    if (req_query(req, "from") == NULL || (out->range.from.given && out->range.from.date == NULL))
        field_error(fields, "?from", "needs_date", "must be a date such as 2026-03-21");
    if (req_query(req, "to") == NULL || (out->range.to.given && out->range.to.date == NULL))
        field_error(fields, "?to", "needs_date", "must be a date such as 2026-03-21");
}

static int read_number(const struct req *req, const char *name, const char *pointer, int most,
                       int otherwise, struct fields *fields)
{
    const char *text = req_query(req, name);
    char *end;
    if (text == NULL)
        return otherwise;
    long number = strtol(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && number >= 1 && number <= most)
        return (int)number;
    char detail[48];
    snprintf(detail, sizeof detail, "must be from 1 to %d", most);
    field_error(fields, pointer, "out_of_range", detail);
    return otherwise;
}

void insight_read_cash_flow(const struct req *req, struct insight_ask *out, struct fields *fields)
{
    static const char *const known[] = {"day", "week", "month"};
    const char *by = req_query(req, "by");
    *out = (struct insight_ask){.by = by == NULL ? "month" : NULL};
    req_query_known(req, (const char *const[]){"from", "to", "by", NULL}, fields);
    read_dates(req, out, fields);
    for (size_t i = 0; by != NULL && i < LENGTH(known); i++)
        if (strcmp(by, known[i]) == 0)
            out->by = known[i];
    if (out->by == NULL)
        field_error(fields, "?by", "not_allowed", "must be day, week or month");
}

void insight_read_movers(const struct req *req, struct insight_ask *out, struct fields *fields)
{
    *out = (struct insight_ask){0};
    req_query_known(req, (const char *const[]){"from", "to", "limit", NULL}, fields);
    read_dates(req, out, fields);
    out->limit = read_number(req, "limit", "?limit", MOVERS_MAX, 10, fields);
}

void insight_read_trends(const struct req *req, struct insight_ask *out, struct fields *fields)
{
    *out = (struct insight_ask){0};
    req_query_known(req, (const char *const[]){"months", NULL}, fields);
    out->limit = read_number(req, "months", "?months", TREND_MONTHS, 12, fields);
}

static void set_amount(json_t *row, const char *name, const struct pg_result *result, size_t n,
                       int col, const char *currency)
{
    char text[SUMMARY_AMOUNT_SIZE];
    summary_amount(pg_str(result, n, col), currency_exponent(currency), text);
    json_object_set_new(row, name, json_string(text));
}

static json_t *category_of(const struct pg_result *result, size_t n, int col)
{
    return pg_is_null(result, n, col) ? json_null()
                                      : json_pack("{s:s, s:s}", "id", pg_str(result, n, col),
                                                  "name", pg_str(result, n, col + 1));
}

json_t *insight_cash_flow_json(const struct pg_result *result)
{
    json_t *data = json_array();
    for (size_t i = 0; i < pg_rows(result); i++) {
        const char *currency = pg_str(result, i, 1);
        json_t *row = json_pack("{s:s, s:s}", "period", pg_str(result, i, 0), "currency", currency);
        set_amount(row, "in", result, i, 2, currency);
        set_amount(row, "out", result, i, 3, currency);
        set_amount(row, "net", result, i, 4, currency);
        set_amount(row, "running", result, i, 5, currency);
        json_array_append_new(data, row);
    }
    return json_pack("{s:o}", "data", data);
}

json_t *insight_movers_json(const struct pg_result *result)
{
    json_t *data = json_array();
    for (size_t i = 0; i < pg_rows(result); i++) {
        const char *currency = pg_str(result, i, 2);
        json_t *row =
            json_pack("{s:o, s:s}", "category", category_of(result, i, 0), "currency", currency);
        set_amount(row, "expense", result, i, 3, currency);
        set_amount(row, "previous", result, i, 4, currency);
        set_amount(row, "change", result, i, 5, currency);
        json_array_append_new(data, row);
    }
    return json_pack("{s:o}", "data", data);
}

/* Rows come by category and currency, month after month. */
json_t *insight_trends_json(const struct pg_result *result)
{
    json_t *data = json_array(), *months = NULL;
    for (size_t i = 0; i < pg_rows(result); i++) {
        const char *currency = pg_str(result, i, 2);
        if (pg_bool(result, i, 3)) {
            months = json_array();
            json_array_append_new(data, json_pack("{s:o, s:s, s:o}", "category",
                                                  category_of(result, i, 0), "currency", currency,
                                                  "months", months));
        }
        json_t *month = json_pack("{s:s}", "month", pg_str(result, i, 4));
        set_amount(month, "expense", result, i, 5, currency);
        if (pg_is_null(result, i, 6))
            json_object_set_new(month, "mean_before", json_null());
        else
            set_amount(month, "mean_before", result, i, 6, currency);
        json_array_append_new(months, month);
    }
    return json_pack("{s:o}", "data", data);
}
