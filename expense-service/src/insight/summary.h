/* summary - sums of a period by what is asked for, a row for each currency: amounts of different
 * currencies are never added up. Read from the sums kept by day where the period is of whole days,
 * which costs the same whatever the ledger holds; else, and by merchant or tag, from the expenses.
 * No I/O here. */
#pragma once
#include <jansson.h>

#include "expenses/range.h"

enum { SUMMARY_GROUPS_MAX = 3 };
struct summary_group;
/* NULL: there is none of this name. */
const struct summary_group *summary_group_named(const char *name, size_t len);

struct summary_ask {
    struct range range;
    const struct summary_group *groups[SUMMARY_GROUPS_MAX];
    size_t count;
    const char *currency; /* NULL: all */
    bool tree;            /* categories count for the one at the top of their branch */
    bool compare;         /* with the period before */
    bool convert;         /* with the whole in the person's base currency */
};
void summary_read(const struct req *req, struct summary_ask *out, struct fields *fields);
/* The sums kept by day can answer it, when they are in the person's zone. */
bool summary_by_day(const struct summary_ask *ask);
/* by_day: from the sums, else from the expenses. */
void summary_query(const struct summary_ask *ask, const char *user_id, bool by_day,
                   struct query *query);
/* before: of the period before, or NULL. */
json_t *summary_to_json(const struct summary_ask *ask, const struct pg_result *result,
                        const struct pg_result *before);

/* The period before one of two dates: as many months when it is of whole ones, else as many days.
 * Its dates are written to from and to, which out borrows. */
enum { DATE_TEXT_SIZE = 16 };
void summary_before(const struct range *range, struct range *out, char from[static DATE_TEXT_SIZE],
                    char to[static DATE_TEXT_SIZE]);

/* An integer of minor units of any length, as a sum comes from the database, in decimals. */
enum { SUMMARY_AMOUNT_SIZE = 64 };
void summary_amount(const char *minor, int exponent, char out[static SUMMARY_AMOUNT_SIZE]);
