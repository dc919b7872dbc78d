/* account - a person's accounts, and the gaps between what their bank told and what the ledger has.
 * Between two texts that told a balance, the entries must add up to the difference; where they do
 * not, a text never came or an entry is wrong. Judged is only what can be: a stretch with one
 * currency alone, and no credit card, whose "balance" is what is owed for one bank and what is left
 * for the next. Deleted entries are not counted. Cost: the account's entries in the range. No I/O.
 */
#pragma once
#include <jansson.h>

#include "base/money.h"
#include "expenses/range.h"
#include "http/page.h"

/* Page keys: the id of an account; time in microseconds and id of the text that shows a gap. The
 * columns that have them, of the rows below. */
#define ACCOUNT_PAGE_KINDS "u"
#define GAP_PAGE_KINDS "iu"
extern const int account_page_cols[1], gap_page_cols[2];

enum { ACCOUNT_NAME_MAX = 100 /* bytes */ };
/* What a person says of an account; borrowed from the body. */
struct account_input {
    const char *name; /* NULL: not given, in a merge-patch */
    const char *bank, *last4, *type;
    bool opening_given, has_opening; /* given and not there: it is removed */
    struct money opening;
    int64_t opening_us;
};
/* A creating POST, or a merge-patch of name and opening. */
void account_input_read(const json_t *body, bool is_patch, struct account_input *out,
                        struct fields *fields);

/* The column of the version that the SELECTs below give. */
enum { ACCOUNT_VERSION = 11 };
/* The SELECT of one page and one row more, in order of id. */
void account_query(const char *user_id, const struct page *page, struct query *query);
/* The SELECT of the one account with that id. */
void account_query_one(const char *user_id, const char *id, struct query *query);
/* One row of either as the API tells it. */
json_t *account_to_json(const struct pg_result *result, size_t n);

/* The SELECT of one page of gaps and one row more, the newest first. */
void gap_query(const char *user_id, const char *account_id, const struct range *range,
               const struct page *page, struct query *query);
json_t *gap_to_json(const struct pg_result *result, size_t n);
