/* page - what every list route shares: limit, the keyset cursor, the answer and its Link header.
 * A cursor holds the sort keys of the last row shown, and a hash of person, path and filters, so
 * that it continues only the list it came from. It is opaque but not secret or signed: its keys are
 * checked by kind here, and every query has user_id in its WHERE besides.
 *
 *     struct page page = {0};      scoped(page_fini)
 *     page_read(req, "tu", &page, &fields);
 *     … WHERE ($2 IS NULL OR (occurred_at, id) < ($2, $3)) ORDER BY … LIMIT page.limit + 1
 *     page_answer(req, &page, data, has_more, last_keys, resp); */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/json_util.h"
#include "http/http.h"
#include "pg/pg.h"

enum { PAGE_LIMIT_DEFAULT = 50, PAGE_LIMIT_MAX = 200, PAGE_KEYS_MAX = 4 };

struct page {
    int limit;
    size_t key_count;
    char *keys[PAGE_KEYS_MAX]; /* owned; all NULL on the first page */
};

/* kinds says what the sort keys are, a letter each: i integer (also microseconds), u UUID, s text.
 * Errors go to fields: ?limit (limit_invalid), ?cursor (cursor_invalid). */
void page_read(const struct req *req, const char *kinds, struct page *page, struct fields *fields);
void page_fini(struct page *page);
/* {data, page:{next_cursor, has_more}}, 200, with Link when there is more. Takes data, an array of
 * at most limit rows. last: the sort keys of its last row; NULL when there is no more. */
bool page_answer(const struct req *req, const struct page *page, json_t *data, bool has_more,
                 const char *const last[], struct resp *resp);

/* Rows of a list whose one sort key is a text in each row: count of them, of size bytes, were asked
 * for with one more than the limit, which is there when there is more. */
struct page_rows {
    const void *rows;
    size_t count, size;
    size_t key_at; /* offsetof the key, an array of char */
    json_t *(*to_json)(const struct req *req, const void *row);
};
bool page_answer_rows(const struct req *req, const struct page *page, const struct page_rows *rows,
                      struct resp *resp);

/* Rows of a query, asked for in the same way. key_cols: the columns of the sort keys, as many as
 * page_read was told of; integers and uuids are told as they are. */
bool page_answer_result(const struct req *req, const struct page *page,
                        const struct pg_result *result,
                        json_t *(*to_json)(const struct pg_result *result, size_t row),
                        const int key_cols[], struct resp *resp);
