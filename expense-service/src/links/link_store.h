/* link_store - links in PostgreSQL, and the expenses that they change.
 * Owns: rows of expense.expense_link; with expense_store, rows of expense.expense.
 * Order of locks: the expenses of a link by id, then its suggestion. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "links/link.h"
#include "pg/pg.h"

extern const struct pg_statements link_statements;

/* Both sides of a link; borrow from result. init is { 0 }. */
struct link_pair {
    struct link_side sides[2]; /* in the order asked for */
    struct pg_result *result;
};
void link_pair_fini(struct link_pair *pair);
void link_pair_swap(struct link_pair *pair);

/* Locks both, deleted or not, in one order whoever asks; ERR_NOT_FOUND when one was purged, never
 * was or is another's. */
must_check bool link_store_lock(struct pg_tx *tx, const char *user_id, const char *first,
                                const char *second, struct link_pair *out, struct err *err);
/* Writes side->state; moves version and updated_us of the expense on. A category, account or
 * merchant that is gone by now becomes none. */
must_check bool link_store_save(struct pg_tx *tx, struct link_side *side, int64_t now_us,
                                struct err *err);
must_check bool link_store_roles(struct pg_tx *tx, const char *user_id, const char *first,
                                 const char *second, struct link_roles *first_roles,
                                 struct link_roles *second_roles, struct err *err);
/* {field: true} of what was changed since that version, other than by links. */
must_check bool link_store_edited(struct pg_tx *tx, const char *user_id, const char *id,
                                  int64_t version, json_t **edited, struct err *err);

/* A link as it is stored; borrows from its result. */
struct link_row {
    const char *user_id, *first_id, *second_id, *actor;
    enum link_kind kind;
    int strength;    /* -1: none */
    json_t *reasons; /* owned */
    json_t *undo;    /* owned; NULL: not asked for */
    int64_t created_us;
};
void link_row_fini(struct link_row *row);
void link_row_get(const struct pg_result *result, size_t n, struct link_row *out);
/* The one link of two, whichever is first; no rows: none. */
must_check bool link_store_find(struct pg_tx *tx, const char *user_id, const char *a, const char *b,
                                struct pg_result **result, struct err *err);
/* What undoes it, of a result of link_store_find; the caller's. */
json_t *link_row_undo(const struct pg_result *result);
must_check bool link_store_add(struct pg_tx *tx, const struct link_row *row, struct err *err);
must_check bool link_store_drop(struct pg_tx *tx, const struct link_row *row, struct err *err);
/* All of an expense, the newest first; ERR_NOT_FOUND for an expense that is not there. */
must_check bool link_store_list(struct pg_tx *tx, const char *user_id, const char *id,
                                struct pg_result **result, struct err *err);
/* Rows of EXPENSE_COLUMNS of those of the ids that are there, deleted or not. */
must_check bool link_store_expenses(struct pg_tx *tx, const char *user_id, const char *const ids[],
                                    size_t count, struct pg_result **result, struct err *err);
