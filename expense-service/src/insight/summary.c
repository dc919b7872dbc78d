#include "insight/summary.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"

/* Only the first month_start - 1 days of a month belong to the month before. */
#define MONTH                                                                                      \
    "to_char((e.occurred_at AT TIME ZONE o.time_zone) - make_interval(days => o.month_start - 1)," \
    " 'YYYY-MM')"

static void read_groups(const char *text, struct summary_ask *out, struct fields *fields)
{
    static const struct {
        const char *text;
        unsigned groups;
    } known[] = {
        {"month", GROUP_MONTH},
        {"category", GROUP_CATEGORY},
        {"month,category", GROUP_MONTH | GROUP_CATEGORY},
        {"category,month", GROUP_MONTH | GROUP_CATEGORY},
    };
    for (size_t i = 0; text != NULL && i < LENGTH(known); i++)
        if (strcmp(text, known[i].text) == 0)
            out->groups = known[i].groups;
    if (text == NULL)
        field_error(fields, "?group_by", "required", "must be given");
    else if (out->groups == 0)
        field_error(fields, "?group_by", "not_allowed",
                    "must be month, category or month,category");
}

void summary_read(const struct req *req, struct summary_ask *out, struct fields *fields)
{
    *out = (struct summary_ask){0};
    req_query_known(req, (const char *const[]){"group_by", "from", "to", "currency", NULL}, fields);
    read_groups(req_query(req, "group_by"), out, fields);
    range_read(req, &out->range, fields);
    out->currency = req_query(req, "currency");
    if (out->currency != NULL && currency_exponent(out->currency) < 0)
        field_error(fields, "?currency", "currency_unknown", "must be a code of ISO 4217");
}

/* A refund lessens what was spent; a transfer between one's own accounts is neither. */
#define SPENT                                                                                      \
    "coalesce(sum(CASE e.type WHEN 'expense' THEN e.amount_minor WHEN 'refund' THEN "              \
    "-e.amount_minor END), 0)"
#define EARNED "coalesce(sum(e.amount_minor) FILTER (WHERE e.type = 'income'), 0)"

void summary_query(const struct summary_ask *ask, const char *user_id, struct query *query)
{
    bool by_month = ask->groups & GROUP_MONTH, by_category = ask->groups & GROUP_CATEGORY;
    buf_addf(&query->sql,
             "SELECT %s, %s, %s, e.currency, " SPENT ", " EARNED ", " EARNED " - " SPENT
             ", count(*), count(*) FILTER (WHERE e.status = 'needs_review')"
             " FROM expense e JOIN owner o ON o.user_id = e.user_id",
             by_month ? MONTH : "NULL::text", by_category ? "c.id" : "NULL::uuid",
             by_category ? "c.name" : "NULL::text");
    if (by_category)
        buf_addf(&query->sql,
                 " LEFT JOIN category c ON c.user_id = e.user_id AND c.id = e.category_id");
    query_add(query, " WHERE e.user_id = ", P_STR(user_id), "::uuid AND e.deleted_at IS NULL");
    query_add_range(query, &ask->range);
    if (ask->currency != NULL)
        query_add(query, " AND e.currency = ", P_STR(ask->currency), "::text");
    buf_addf(&query->sql, " GROUP BY 1, 2, 3, 4 ORDER BY 1, 4, 5 DESC, 3, 2");
}

void summary_amount(const char *minor, int exponent, char out[static SUMMARY_AMOUNT_SIZE])
{
    const char *sign = *minor == '-' ? "-" : "", *digits = minor + strlen(sign);
    char padded[SUMMARY_AMOUNT_SIZE / 2];
    int missing = exponent + 1 - (int)strlen(digits); /* "5" of two decimals is "005" */
    snprintf(padded, sizeof padded, "%.*s%s", missing > 0 ? missing : 0, "0000", digits);
    int whole = (int)strlen(padded) - exponent;
    snprintf(out, SUMMARY_AMOUNT_SIZE, "%s%.*s%s%s", sign, whole, padded, exponent > 0 ? "." : "",
             padded + whole);
}

static void set_amount(json_t *row, const char *name, const struct pg_result *result, size_t n,
                       int col)
{
    char text[SUMMARY_AMOUNT_SIZE];
    summary_amount(pg_str(result, n, col), currency_exponent(pg_str(result, n, 3)), text);
    json_object_set_new(row, name, json_string(text));
}

json_t *summary_to_json(const struct summary_ask *ask, const struct pg_result *result)
{
    json_t *data = json_array();
    for (size_t i = 0; i < pg_rows(result); i++) {
        json_t *key = json_object();
        const char *id = pg_str(result, i, 1);
        if (ask->groups & GROUP_MONTH)
            json_object_set_new(key, "month", json_string(pg_str(result, i, 0)));
        if (ask->groups & GROUP_CATEGORY)
            json_object_set_new(
                key, "category",
                id == NULL ? json_null()
                           : json_pack("{s:s, s:s}", "id", id, "name", pg_str(result, i, 2)));
        json_t *row = json_pack("{s:o, s:s, s:I, s:I}", "key", key, "currency",
                                pg_str(result, i, 3), "count", (json_int_t)pg_int(result, i, 7),
                                "needs_review", (json_int_t)pg_int(result, i, 8));
        set_amount(row, "expense", result, i, 4);
        set_amount(row, "income", result, i, 5);
        set_amount(row, "net", result, i, 6);
        json_array_append_new(data, row);
    }
    return json_pack("{s:o}", "data", data);
}
