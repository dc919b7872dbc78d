#include "insight/summary.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/money.h"
#include "base/timefmt.h"

/* s is the source: a row a day and what it is grouped by, or a row an expense. */
struct summary_group {
    const char *name, *id, *text; /* SQL: what tells it apart, and what else it is called */
    bool is_time, of_expenses;    /* the sums by day do not tell it */
};

/* Only the first month_start - 1 days of a month belong to the month before. */
#define MONTH "to_char(s.day - (o.month_start - 1), 'YYYY-MM')"

static const struct summary_group groups[] = {
    {"day", "to_char(s.day, 'YYYY-MM-DD')", NULL, true, false},
    {"week", "to_char(s.day, 'IYYY-\"W\"IW')", NULL, true, false},
    {"month", MONTH, NULL, true, false},
    {"category", "c.id", "c.name", false, false},
    {"account", "a.id", "a.name", false, false},
    {"merchant", "m.id", "m.name", false, true},
    {"tag", "t.tag", NULL, false, true},
    {"type", "s.type", NULL, false, false},
    {"currency", "s.currency", NULL, false, false},
};

const struct summary_group *summary_group_named(const char *name, size_t len)
{
    for (size_t i = 0; i < LENGTH(groups); i++)
        if (strlen(groups[i].name) == len && strncmp(groups[i].name, name, len) == 0)
            return &groups[i];
    return NULL;
}

static bool groups_by(const struct summary_ask *ask, const char *name)
{
    for (size_t i = 0; i < ask->count; i++)
        if (strcmp(ask->groups[i]->name, name) == 0)
            return true;
    return false;
}

static void read_groups(const char *text, struct summary_ask *out, struct fields *fields)
{
    static const char detail[] = "must be one to three of day, week, month, category, "
                                 "account, merchant, tag, type, currency, with commas between";
    bool ok = text != NULL;
    int asked = 0;
    for (const char *at = text; ok && at != NULL;) {
        size_t len = strcspn(at, ",");
        const struct summary_group *group = summary_group_named(at, len);
        ok = group != NULL && ++asked <= SUMMARY_GROUPS_MAX;
        if (ok && !groups_by(out, group->name))
            out->groups[out->count++] = group;
        at = at[len] == ',' ? at + len + 1 : NULL;
    }
    if (text == NULL)
        field_error(fields, "?group_by", "required", "must be given");
    else if (!ok)
        field_error(fields, "?group_by", "not_allowed", detail);
}

static bool read_yes(const struct req *req, const char *name, const char *pointer, const char *yes,
                     struct fields *fields)
{
    const char *text = req_query(req, name);
    if (text != NULL && strcmp(text, yes) != 0 && strcmp(text, "false") != 0)
        field_error(fields, pointer, "not_allowed", "is not one of the values of this filter");
    return text != NULL && strcmp(text, yes) == 0;
}

static bool has_only_dates(const struct range *range)
{
    return (!range->from.given || range->from.date != NULL) &&
           (!range->to.given || range->to.date != NULL);
}

static void check_compare(const struct summary_ask *ask, struct fields *fields)
{
    bool by_time = false;
    for (size_t i = 0; i < ask->count; i++)
        by_time |= ask->groups[i]->is_time;
    if (ask->range.from.date == NULL || ask->range.to.date == NULL)
        field_error(fields, "?compare", "needs_dates", "needs from and to as dates");
    else if (by_time)
        field_error(fields, "?compare", "not_allowed", "does not go with day, week or month");
}

void summary_read(const struct req *req, struct summary_ask *out, struct fields *fields)
{
    *out = (struct summary_ask){0};
    req_query_known(req,
                    (const char *const[]){"group_by", "from", "to", "currency", "tree", "compare",
                                          "convert", NULL},
                    fields);
    read_groups(req_query(req, "group_by"), out, fields);
    range_read(req, &out->range, fields);
    out->currency = req_query(req, "currency");
    if (out->currency != NULL && currency_exponent(out->currency) < 0)
        field_error(fields, "?currency", "currency_unknown", "must be a code of ISO 4217");
    out->tree = read_yes(req, "tree", "?tree", "true", fields);
    out->compare = read_yes(req, "compare", "?compare", "previous", fields);
    out->convert = read_yes(req, "convert", "?convert", "true", fields);
    if (out->convert && !has_only_dates(&out->range))
        field_error(fields, "?convert", "needs_dates", "goes with from and to as dates");
    if (out->compare)
        check_compare(out, fields);
}

bool summary_by_day(const struct summary_ask *ask)
{
    for (size_t i = 0; i < ask->count; i++)
        if (ask->groups[i]->of_expenses)
            return false;
    return has_only_dates(&ask->range);
}

static void add_days(struct query *query, const struct range *range)
{
    buf_addf(&query->sql,
             "SELECT d.day, d.currency, d.type, d.category_id, d.account_id, sum(d.minor) AS minor,"
             " sum(d.count) AS count, sum(d.review) AS review FROM day_sum d WHERE d.user_id = $1");
    if (range->from.given)
        query_add(query, " AND d.day >= ", P_STR(range->from.date), "::date");
    if (range->to.given)
        query_add(query, " AND d.day <= ", P_STR(range->to.date), "::date");
    buf_addf(&query->sql, " GROUP BY 1, 2, 3, 4, 5");
}

static void add_expenses(struct query *query, const struct range *range)
{
    buf_addf(&query->sql,
             "SELECT (e.occurred_at AT TIME ZONE o.time_zone)::date AS day, e.currency,"
             " p.kind AS type, p.category_id, e.account_id, p.minor, (p.part = 0)::int AS count,"
             " (p.part = 0 AND e.status = 'needs_review')::int AS review, e.merchant_id, e.tags"
             " FROM expense e JOIN owner o ON o.user_id = e.user_id CROSS JOIN LATERAL"
             " expense_parts(e.splits, e.type, e.category_id, e.amount_minor) p"
             " WHERE e.user_id = $1 AND e.deleted_at IS NULL");
    query_add_range(query, range);
}

static void add_joins(const struct summary_ask *ask, struct query *query)
{
    if (groups_by(ask, "category"))
        buf_addf(&query->sql,
                 ask->tree ? " LEFT JOIN branch b ON b.id = s.category_id LEFT JOIN category c ON"
                             " c.user_id = $1 AND c.id = b.top"
                           : " LEFT JOIN category c ON c.user_id = $1 AND c.id = s.category_id");
    if (groups_by(ask, "account"))
        buf_addf(&query->sql, " LEFT JOIN account a ON a.user_id = $1 AND a.id = s.account_id");
    if (groups_by(ask, "merchant"))
        buf_addf(&query->sql, " LEFT JOIN merchant m ON m.user_id = $1 AND m.id = s.merchant_id");
    if (groups_by(ask, "tag")) /* what has two tags counts for both */
        buf_addf(&query->sql,
                 " LEFT JOIN LATERAL jsonb_array_elements_text(s.tags) AS t (tag) ON true");
}

/* A refund lessens what was spent; a transfer between one's own accounts is neither. */
#define SPENT                                                                                      \
    "coalesce(sum(CASE s.type WHEN 'expense' THEN s.minor WHEN 'refund' THEN -s.minor END), 0)"
#define EARNED "coalesce(sum(s.minor) FILTER (WHERE s.type = 'income'), 0)"
#define OTHERS "coalesce(sum(s.minor) FILTER (WHERE s.type = 'others'), 0)"
/* The columns after the two of each group. */
enum { CURRENCY, SPENT_MINOR, EARNED_MINOR, NET_MINOR, OTHERS_MINOR, COUNT, REVIEW };

void summary_query(const struct summary_ask *ask, const char *user_id, bool by_day,
                   struct query *query)
{
    if (ask->tree)
        buf_addf(&query->sql,
                 "WITH RECURSIVE branch (id, top) AS (SELECT id, id FROM category"
                 " WHERE user_id = $1::uuid AND parent_id IS NULL UNION ALL SELECT c.id, b.top"
                 " FROM category c JOIN branch b ON c.parent_id = b.id WHERE c.user_id = $1) ");
    buf_addf(&query->sql, "SELECT ");
    for (size_t i = 0; i < ask->count; i++)
        buf_addf(&query->sql, "%s, %s, ", ask->groups[i]->id,
                 ask->groups[i]->text != NULL ? ask->groups[i]->text : "NULL::text");
    buf_addf(&query->sql, "s.currency, " SPENT ", " EARNED ", " EARNED " - " SPENT ", " OTHERS
                          ", sum(s.count), sum(s.review)");
    query_add(query, " FROM (SELECT * FROM owner WHERE user_id = ", P_STR(user_id),
              "::uuid) o CROSS JOIN (");
    if (by_day)
        add_days(query, &ask->range);
    else
        add_expenses(query, &ask->range);
    buf_addf(&query->sql, ") s");
    add_joins(ask, query);
    if (ask->currency != NULL)
        query_add(query, " WHERE s.currency = ", P_STR(ask->currency), "::text");
    buf_addf(&query->sql, " GROUP BY");
    size_t columns = 2 * ask->count + 1;
    for (size_t i = 1; i <= columns; i++)
        buf_addf(&query->sql, " %zu%s", i, i < columns ? "," : "");
    buf_addf(&query->sql, " HAVING sum(s.count) <> 0 OR sum(abs(s.minor)) <> 0 ORDER BY");
    for (size_t i = 0; i < ask->count; i++) /* times in their order, else what was spent most */
        if (ask->groups[i]->is_time)
            buf_addf(&query->sql, " %zu,", 2 * i + 1);
    buf_addf(&query->sql, " %zu, %zu DESC", columns, columns + 1);
    for (size_t i = 0; i < ask->count; i++)
        buf_addf(&query->sql, ", %zu, %zu", 2 * i + 2, 2 * i + 1);
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

/* A row, or -1: there was nothing of it. */
struct place {
    const struct pg_result *result;
    size_t row;
    int first; /* the column of the currency */
};

static json_t *sums_of(const struct place *at)
{
    static const struct {
        const char *name;
        int col;
    } sums[] = {{"expense", SPENT_MINOR},
                {"income", EARNED_MINOR},
                {"net", NET_MINOR},
                {"others", OTHERS_MINOR}};
    json_t *json = json_object();
    int exponent = currency_exponent(pg_str(at->result, at->row, at->first + CURRENCY));
    for (size_t i = 0; i < LENGTH(sums); i++) {
        char text[SUMMARY_AMOUNT_SIZE];
        summary_amount(pg_str(at->result, at->row, at->first + sums[i].col), exponent, text);
        json_object_set_new(json, sums[i].name, json_string(text));
    }
    json_object_set_new(json, "count",
                        json_integer(pg_int(at->result, at->row, at->first + COUNT)));
    return json;
}

static json_t *key_of(const struct summary_ask *ask, const struct pg_result *result, size_t row)
{
    json_t *key = json_object();
    for (size_t i = 0; i < ask->count; i++) {
        const char *id = pg_str(result, row, 2 * (int)i);
        json_object_set_new(
            key, ask->groups[i]->name,
            id == NULL ? json_null()
            : ask->groups[i]->text == NULL
                ? json_string(id)
                : json_pack("{s:s, s:s}", "id", id, "name", pg_str(result, row, 2 * (int)i + 1)));
    }
    return key;
}

static bool same_key(const struct place *a, const struct pg_result *other, size_t row)
{
    for (int col = 0; col <= a->first; col++) {
        const char *x = pg_str(a->result, a->row, col), *y = pg_str(other, row, col);
        if ((x == NULL) != (y == NULL) || (x != NULL && strcmp(x, y) != 0))
            return false;
    }
    return true;
}

/* null: nothing of it in the period before. */
static json_t *sums_before(const struct place *now, const struct pg_result *before)
{
    for (size_t i = 0; i < pg_rows(before); i++)
        if (same_key(now, before, i))
            return sums_of(&(struct place){before, i, now->first});
    return json_null();
}

json_t *summary_to_json(const struct summary_ask *ask, const struct pg_result *result,
                        const struct pg_result *before)
{
    json_t *data = json_array();
    struct place at = {.result = result, .first = 2 * (int)ask->count};
    for (; at.row < pg_rows(result); at.row++) {
        json_t *row = json_pack("{s:o, s:s}", "key", key_of(ask, result, at.row), "currency",
                                pg_str(result, at.row, at.first + CURRENCY));
        json_t *sums = sums_of(&at);
        json_object_update_missing(row, sums);
        json_decref(sums);
        json_object_set_new(row, "needs_review",
                            json_integer(pg_int(result, at.row, at.first + REVIEW)));
        if (before != NULL)
            json_object_set_new(row, "previous", sums_before(&at, before));
        json_array_append_new(data, row);
    }
    return json_pack("{s:o}", "data", data);
}

enum { DAY_S = 86400 };

static struct tm date_of(int64_t us)
{
    struct tm tm;
    time_t s = (time_t)(us / 1000000);
    gmtime_r(&s, &tm);
    return tm;
}

static int64_t date_us(int year, int month, int day)
{
    struct tm tm = {.tm_year = year, .tm_mon = month, .tm_mday = day};
    return (int64_t)timegm(&tm) * 1000000;
}

static void write_date(int64_t us, struct range_end *out, char text[static DATE_TEXT_SIZE])
{
    struct tm tm = date_of(us);
    strftime(text, DATE_TEXT_SIZE, "%Y-%m-%d", &tm);
    *out = (struct range_end){.given = true, .date = text, .us = us};
}

void summary_before(const struct range *range, struct range *out, char from[static DATE_TEXT_SIZE],
                    char to[static DATE_TEXT_SIZE])
{
    const int64_t day_us = INT64_C(1000000) * DAY_S;
    struct tm first = date_of(range->from.us), after = date_of(range->to.us + day_us);
    int64_t begin = range->from.us - (range->to.us - range->from.us + day_us);
    if (first.tm_mday == after.tm_mday && first.tm_mday <= 28) {
        int months = 12 * (after.tm_year - first.tm_year) + after.tm_mon - first.tm_mon;
        begin = date_us(first.tm_year, first.tm_mon - months, first.tm_mday);
    }
    write_date(begin, &out->from, from);
    write_date(range->from.us - day_us, &out->to, to);
}
