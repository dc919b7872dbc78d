/* summary - sums of a period by month and category, a row for each currency: amounts of different
 * currencies are never added up. One indexed query. No I/O here. */
#pragma once
#include <jansson.h>

#include "expenses/range.h"

enum summary_group { GROUP_MONTH = 1, GROUP_CATEGORY = 2 };

struct summary_ask {
    struct range range;
    unsigned groups; /* enum summary_group */
    const char *currency;
};
void summary_read(const struct req *req, struct summary_ask *out, struct fields *fields);
void summary_query(const struct summary_ask *ask, const char *user_id, struct query *query);
json_t *summary_to_json(const struct summary_ask *ask, const struct pg_result *result);

/* An integer of minor units of any length, as a sum comes from the database, in decimals. */
enum { SUMMARY_AMOUNT_SIZE = 64 };
void summary_amount(const char *minor, int exponent, char out[static SUMMARY_AMOUNT_SIZE]);
