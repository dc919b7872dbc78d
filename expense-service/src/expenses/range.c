#include "expenses/range.h"

#include <stdlib.h>

#include "base/timefmt.h"

/* The zone of the owner; a person without a row has no expenses either. */
#define ZONE "(SELECT o.time_zone FROM owner o WHERE o.user_id = $1)"

static void read_end(const struct req *req, const char *name, const char *pointer,
                     struct range_end *out, struct fields *fields)
{
    const char *text = req_query(req, name);
    *out = (struct range_end){0};
    if (text == NULL)
        return;
    out->given = true;
    if (timefmt_parse_date(text, &out->us))
        out->date = text;
    else if (!timefmt_parse(text, &out->us))
        field_error(fields, pointer, "time_invalid",
                    "must be a date such as 2026-03-21 or an RFC 3339 time");
}

void range_read(const struct req *req, struct range *out, struct fields *fields)
{
    read_end(req, "from", "?from", &out->from, fields);
    read_end(req, "to", "?to", &out->to, fields);
    if (out->from.given && out->to.given && (out->from.date != NULL) == (out->to.date != NULL) &&
        out->from.us > out->to.us)
        field_error(fields, "?to", "before_from", "must not be before from");
}

void query_fini(struct query *query)
{
    buf_fini(&query->sql);
    free(query->pattern);
}

void query_add(struct query *query, const char *before, struct pg_param param, const char *after)
{
    if (query->count == FILTER_PARAMS_MAX)
        panic("too many parameters");
    query->params[query->count++] = param;
    buf_addf(&query->sql, "%s$%zu%s", before, query->count, after);
}

void query_add_range(struct query *query, const struct range *range)
{
    if (range->from.date != NULL)
        query_add(query, " AND e.occurred_at >= (", P_STR(range->from.date),
                  "::date::timestamp AT TIME ZONE " ZONE ")");
    else if (range->from.given)
        query_add(query, " AND e.occurred_at >= ", P_TIME(range->from.us), "::timestamptz");
    if (range->to.date != NULL)
        query_add(query, " AND e.occurred_at < ((", P_STR(range->to.date),
                  "::date + 1)::timestamp AT TIME ZONE " ZONE ")");
    else if (range->to.given)
        query_add(query, " AND e.occurred_at < ", P_TIME(range->to.us), "::timestamptz");
}
