#include "expenses/expense_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "expenses/expense_columns.h"

enum { FILTER_BYTES_MAX = 200 };

static const char *read_enum(const struct req *req, const char *name, const char *pointer,
                             const char *const names[], struct fields *fields)
{
    const char *text = req_query(req, name);
    for (size_t i = 0; text != NULL && names[i] != NULL; i++)
        if (strcmp(text, names[i]) == 0)
            return names[i];
    if (text != NULL)
        field_error(fields, pointer, "not_allowed", "is not one of the values of this filter");
    return NULL;
}

static const char *read_text(const struct req *req, const char *name, const char *pointer,
                             struct fields *fields)
{
    const char *text = req_query(req, name);
    if (text == NULL || (*text != '\0' && strlen(text) <= FILTER_BYTES_MAX))
        return text;
    field_error(fields, pointer, "length_invalid", "must be 1 to 200 bytes long");
    return NULL;
}

/* Read as an amount of a currency with three decimals, which is what amount_milli counts. */
static int64_t read_amount(const struct req *req, const char *name, const char *pointer,
                           struct fields *fields)
{
    const char *text = req_query(req, name);
    struct money money;
    struct err err;
    if (text == NULL)
        return -1;
    if (money_parse(text, "KWD", &money, &err) && money.minor >= 0)
        return money.minor;
    field_error(fields, pointer, "amount_invalid", "must be a decimal number from zero");
    return -1;
}

static void read_sort(const struct req *req, struct expense_filter *out, struct fields *fields)
{
    static const char *const names[] = {
        [SORT_TIME_DOWN] = "-occurred_at", [SORT_TIME_UP] = "occurred_at",
        [SORT_AMOUNT_DOWN] = "-amount",    [SORT_AMOUNT_UP] = "amount",
        [SORT_AMOUNT_UP + 1] = NULL,
    };
    const char *name = read_enum(req, "sort", "?sort", names, fields);
    for (int i = 0; name != NULL && names[i] != NULL; i++)
        if (names[i] == name)
            out->sort = (enum expense_sort)i;
    out->is_amount_sort = out->sort == SORT_AMOUNT_DOWN || out->sort == SORT_AMOUNT_UP;
}

void expense_filter_read(const struct req *req, struct expense_filter *out, struct fields *fields)
{
    *out = (struct expense_filter){0};
    req_query_known(req,
                    (const char *const[]){"from", "to", "direction", "type", "category", "merchant",
                                          "account", "currency", "min", "max", "q", "tag", "source",
                                          "status", "deleted", "sort", "limit", "cursor", NULL},
                    fields);
    range_read(req, &out->range, fields);
    out->direction = read_enum(req, "direction", "?direction", expense_direction_names, fields);
    out->type = read_enum(req, "type", "?type", expense_type_names, fields);
    out->source = read_enum(req, "source", "?source", expense_source_names, fields);
    out->status = read_enum(req, "status", "?status", expense_status_names, fields);
    out->category = read_text(req, "category", "?category", fields);
    out->merchant = read_text(req, "merchant", "?merchant", fields);
    out->tag = read_text(req, "tag", "?tag", fields);
    out->q = read_text(req, "q", "?q", fields);
    out->account = req_query(req, "account");
    if (out->account != NULL && !uuid_valid(out->account))
        field_error(fields, "?account", "uuid_invalid", "must be the id of an account");
    out->currency = req_query(req, "currency");
    if (out->currency != NULL && currency_exponent(out->currency) < 0)
        field_error(fields, "?currency", "currency_unknown", "must be a code of ISO 4217");
    static const char *const yes_no[] = {"false", "true", NULL};
    out->deleted = read_enum(req, "deleted", "?deleted", yes_no, fields) == yes_no[1];
    out->min_milli = read_amount(req, "min", "?min", fields);
    out->max_milli = read_amount(req, "max", "?max", fields);
    read_sort(req, out, fields);
}

/* By id or by name; a category also by its key, and "none" finds what has none. */
static void add_category(struct query *query, const char *category)
{
    if (strcmp(category, "none") == 0)
        buf_addf(&query->sql, " AND e.category_id IS NULL");
    else if (uuid_valid(category))
        query_add(query, " AND e.category_id = ", P_STR(category), "::uuid");
    else {
        query_add(query,
                  " AND e.category_id IN (SELECT f.id FROM category f WHERE f.user_id = $1"
                  " AND f.deleted_at IS NULL AND (f.key = ",
                  P_STR(category), "::text");
        buf_addf(&query->sql, " OR lower(f.name) = lower($%zu::text)))", query->count);
    }
}

static void add_merchant(struct query *query, const char *merchant)
{
    if (uuid_valid(merchant))
        query_add(query, " AND e.merchant_id = ", P_STR(merchant), "::uuid");
    else
        query_add(query,
                  " AND e.merchant_id IN (SELECT f.id FROM merchant f WHERE f.user_id = $1"
                  " AND lower(f.name) = lower(",
                  P_STR(merchant), "::text))");
}

/* The text as it stands: what LIKE would read as a wildcard is escaped. */
static void add_search(struct query *query, const char *text)
{
    struct buf pattern = {0};
    buf_addf(&pattern, "%%");
    for (; *text != '\0'; text++) {
        if (strchr("\\%_", *text) != NULL)
            buf_add(&pattern, "\\", 1);
        buf_add(&pattern, text, 1);
    }
    buf_addf(&pattern, "%%");
    query->pattern = pattern.data;
    query_add(query, " AND (m.name ILIKE ", P_STR(query->pattern), "::text");
    buf_addf(&query->sql, " OR e.note ILIKE $%zu::text)", query->count);
}

static void add_order(struct query *query, const struct expense_filter *filter,
                      const struct page *page)
{
    bool down = filter->sort == SORT_TIME_DOWN || filter->sort == SORT_AMOUNT_DOWN;
    const char *direction = down ? "DESC" : "ASC";
    if (page->keys[0] != NULL) {
        int64_t key = strtoll(page->keys[0], NULL, 10);
        buf_addf(&query->sql, " AND (e.%s, e.id) %s (",
                 filter->is_amount_sort ? "amount_milli" : "occurred_at", down ? "<" : ">");
        if (filter->is_amount_sort)
            query_add(query, "", P_INT(key), "::bigint");
        else
            query_add(query, "", P_TIME(key), "::timestamptz");
        query_add(query, ", ", P_STR(page->keys[1]), "::uuid)");
    }
    buf_addf(&query->sql, " ORDER BY e.%s %s, e.id %s",
             filter->is_amount_sort ? "amount_milli" : "occurred_at", direction, direction);
    query_add(query, " LIMIT ", P_INT(page->limit + 1), "::bigint");
}

void expense_filter_query(const struct expense_filter *filter, const char *user_id,
                          const struct page *page, struct query *query)
{
    query_add(query,
              "SELECT " EXPENSE_COLUMNS " FROM expense e" EXPENSE_JOINS " WHERE e.user_id = ",
              P_STR(user_id), "::uuid");
    buf_addf(&query->sql, filter->deleted ? " AND e.deleted_at IS NOT NULL AND NOT e.purged"
                                          : " AND e.deleted_at IS NULL");
    query_add_range(query, &filter->range);
    if (filter->direction != NULL)
        query_add(query, " AND e.direction = ", P_STR(filter->direction), "");
    if (filter->type != NULL)
        query_add(query, " AND e.type = ", P_STR(filter->type), "");
    if (filter->source != NULL)
        query_add(query, " AND e.source = ", P_STR(filter->source), "");
    if (filter->status != NULL)
        query_add(query, " AND e.status = ", P_STR(filter->status), "");
    if (filter->currency != NULL)
        query_add(query, " AND e.currency = ", P_STR(filter->currency), "");
    if (filter->category != NULL)
        add_category(query, filter->category);
    if (filter->merchant != NULL)
        add_merchant(query, filter->merchant);
    if (filter->account != NULL)
        query_add(query, " AND e.account_id = ", P_STR(filter->account), "::uuid");
    if (filter->tag != NULL)
        query_add(query, " AND e.tags @> to_jsonb(", P_STR(filter->tag), "::text)");
    if (filter->min_milli >= 0)
        query_add(query, " AND e.amount_milli >= ", P_INT(filter->min_milli), "::bigint");
    if (filter->max_milli >= 0)
        query_add(query, " AND e.amount_milli <= ", P_INT(filter->max_milli), "::bigint");
    if (filter->q != NULL)
        add_search(query, filter->q);
    add_order(query, filter, page);
}
