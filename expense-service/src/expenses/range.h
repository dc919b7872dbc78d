/* range - the query parameters from and to: RFC 3339 times (to excluded) or dates in the person's
 * time zone (the day of to included). */
#pragma once
#include "base/mem.h"
#include "http/http.h"
#include "pg/pg.h"

/* A point given by a client: date is its text when it is a bare date, else us counts. */
struct range_end {
    bool given;
    const char *date; /* borrowed from the request */
    int64_t us;
};
struct range {
    struct range_end from, to;
};
void range_read(const struct req *req, struct range *out, struct fields *fields);

/* SQL that is put together: constant text, and values as parameters only. init is { 0 }. */
enum { FILTER_PARAMS_MAX = 24 };
struct query {
    struct buf sql;
    struct pg_param params[FILTER_PARAMS_MAX];
    size_t count;
    char *pattern; /* owned text that a parameter borrows */
};
void query_fini(struct query *query);
/* before and after are constants; the parameter's "$n" comes between them. */
void query_add(struct query *query, const char *before, struct pg_param param, const char *after);
/* The range as conditions on e.occurred_at; $1 is the user. */
void query_add_range(struct query *query, const struct range *range);
