/* expense_filter - the filters and orders of GET /expenses, and the statement they make. */
#pragma once
#include "expenses/expense.h"
#include "expenses/range.h"
#include "http/page.h"

enum expense_sort { SORT_TIME_DOWN, SORT_TIME_UP, SORT_AMOUNT_DOWN, SORT_AMOUNT_UP };

/* Borrowed from the request; NULL and -1: not given. */
struct expense_filter {
    struct range range;
    const char *direction, *type, *source, *status, *currency;
    const char *category, *merchant, *account, *tag, *q;
    int64_t min_milli, max_milli;
    enum expense_sort sort;
    bool is_amount_sort;
    bool deleted; /* what is in the trash, instead of what is not */
};
/* Page keys of the sort: its value as an integer (microseconds or thousandths) and the id. */
#define EXPENSE_PAGE_KINDS "iu"

void expense_filter_read(const struct req *req, struct expense_filter *out, struct fields *fields);
/* The SELECT of one page and one row more. page may hold no keys: the first page. */
void expense_filter_query(const struct expense_filter *filter, const char *user_id,
                          const struct page *page, struct query *query);
