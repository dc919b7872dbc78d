/* expense_filter - the filters and orders of GET /expenses, and the statement they make. */
#pragma once
#include "expenses/expense.h"
#include "expenses/range.h"
#include "http/page.h"

enum expense_sort {
    SORT_TIME_DOWN,
    SORT_TIME_UP,
    SORT_AMOUNT_DOWN,
    SORT_AMOUNT_UP,
    SORT_MERCHANT_DOWN,
    SORT_MERCHANT_UP
};

/* Borrowed from the request; NULL and -1: not given. */
struct expense_filter {
    struct range range;
    const char *direction, *type, *source, *status, *currency;
    const char *category, *merchant, *account, *import, *tag, *q;
    int64_t min_milli, max_milli;
    enum expense_sort sort;
    bool tree;         /* with what is below the category */
    const char *found; /* an array literal of what q finds, when it is at most EXPENSES_RARE; NULL:
                          more, or not known */
    bool deleted;      /* what is in the trash, instead of what is not */
};
/* Kinds of the page's keys: the sort's value as an integer (microseconds or thousandths) and the
 * id; of merchants the name in lower case (empty: it has none, which comes last both ways), the
 * time and the id. */
const char *expense_page_kinds(const struct expense_filter *filter);
/* The keys of a row of the query's result; they are borrowed from it and from text. */
void expense_page_keys(const struct expense_filter *filter, const struct pg_result *result,
                       size_t row, char text[static 24], const char *keys[static 3]);

enum { EXPENSES_RARE = 1000 };

void expense_filter_read(const struct req *req, struct expense_filter *out, struct fields *fields);
/* The SELECT that counts what q finds, up to more than EXPENSES_RARE; false: there is no need to
 * know. */
bool expense_filter_probe(const struct expense_filter *filter, const char *user_id,
                          struct query *query);
/* The SELECT of one page and one row more. page may hold no keys: the first page. */
void expense_filter_query(const struct expense_filter *filter, const char *user_id,
                          const struct page *page, struct query *query);
