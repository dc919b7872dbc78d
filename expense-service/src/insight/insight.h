/* insight - what the sums by day tell besides sums: the flow of cash, what moved, trends. No I/O.
 */
#pragma once
#include <jansson.h>

#include "expenses/range.h"

/* Months that trends reach back at most. */
enum { TREND_MONTHS = 24, MOVERS_MAX = 50 };

struct insight_ask {
    struct range range; /* dates */
    const char *by;     /* cash flow: day, week or month */
    int limit;          /* movers; trends: months */
};
/* from and to are needed as dates. */
void insight_read_cash_flow(const struct req *req, struct insight_ask *out, struct fields *fields);
void insight_read_movers(const struct req *req, struct insight_ask *out, struct fields *fields);
void insight_read_trends(const struct req *req, struct insight_ask *out, struct fields *fields);

/* Of the rows of insight_store.h. */
json_t *insight_cash_flow_json(const struct pg_result *result);
json_t *insight_movers_json(const struct pg_result *result);
json_t *insight_trends_json(const struct pg_result *result);
