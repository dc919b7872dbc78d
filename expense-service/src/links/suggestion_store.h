/* suggestion_store - what may belong together, in PostgreSQL.
 * Owns: rows of expense.link_suggestion. */
#pragma once
#include <stdbool.h>

#include "http/page.h"
#include "links/pair.h"
#include "pg/pg.h"

extern const struct pg_statements suggestion_statements;

/* Places of those for which a look for pairs may find some. */
must_check bool suggestion_store_hopeful(struct pg_tx *tx, const char *const user_ids[],
                                         const char *const ids[], size_t count,
                                         struct pg_result **result, struct err *err);
/* What may belong to the expenses of the ids (count of both), a row for each two, by indexes and
 * bounded for each: read with suggestion_pair. */
must_check bool suggestion_store_pairs(struct pg_tx *tx, const char *const user_ids[],
                                       const char *const ids[], size_t count,
                                       struct pg_result **result, struct err *err);
/* The two sides of row n; they borrow from result. */
void suggestion_pair(const struct pg_result *result, size_t n, struct pair_side *a,
                     struct pair_side *b);

/* Adds those whose two were never suggested; added has a row (place in pairs) for each of them. */
must_check bool suggestion_store_add(struct pg_tx *tx, const struct pair pairs[], size_t count,
                                     struct pg_result **added, struct err *err);

extern const char *const suggestion_status_names[]; /* NULL-terminated */
/* A page, newest first, and one row more. Of the open ones those whose two can still be linked. */
must_check bool suggestion_store_list(struct pg_tx *tx, const char *user_id, const char *status,
                                      const struct page *page, struct pg_result **result,
                                      struct err *err);
/* No rows: there is none of this user. */
must_check bool suggestion_store_get(struct pg_tx *tx, const char *user_id, const char *id,
                                     struct pg_result **result, struct err *err);

/* Borrows from the result of the two above. */
struct suggestion {
    const char *id, *first_id, *second_id, *status;
    enum link_kind kind;
    int strength;
    json_t *reasons; /* owned */
    int64_t created_us;
};
void suggestion_fini(struct suggestion *suggestion);
void suggestion_from_row(const struct pg_result *result, size_t n, struct suggestion *out);

/* Of the pair, whichever is first; there may be none. */
must_check bool suggestion_store_settle(struct pg_tx *tx, const char *user_id, const char *a,
                                        const char *b, const char *status, struct err *err);
/* *changed false: there is none, or it was accepted. */
must_check bool suggestion_store_dismiss(struct pg_tx *tx, const char *user_id, const char *id,
                                         bool *changed, struct err *err);
