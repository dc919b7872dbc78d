/* merchant_store - merchants, what else they are called, and what was learned of them.
 * Owns: rows of merchant_alias; with expense_store and parsed_store, those of merchant. */
#pragma once
#include "http/page.h"
#include "merchants/merchant.h"
#include "pg/pg.h"

extern const struct pg_statements merchant_statements;

/* Rows for merchant_json, by name; q NULL: all, learned: only those whose category was. */
must_check bool merchant_store_list(struct pg_pool *db, const char *user_id, const char *q,
                                    bool learned, const struct page *page,
                                    struct pg_result **result, struct err *err);
/* lock: to change it. ERR_NOT_FOUND. */
must_check bool merchant_store_find(struct pg_tx *tx, const char *user_id, const char *id,
                                    bool lock, struct pg_result **result, struct err *err);
/* The same of many. ids: an array literal. */
must_check bool merchant_store_get_many(struct pg_tx *tx, const char *user_id, const char *ids,
                                        struct pg_result **result, struct err *err);
json_t *merchant_json(const struct pg_result *result, size_t row);
/* Columns that routes look at. */
enum { MERCHANT_ID = 0, MERCHANT_LOWER = 1, MERCHANT_VERSION = 2 };

/* name NULL: as it is. set_category: category_id (NULL: none), as the person's word for what is to
 * come; apply: what was bought before gets it in the background. ERR_CONFLICT name_taken. */
struct merchant_change {
    const char *id, *name, *category_id;
    bool set_category, apply;
};
must_check bool merchant_store_save(struct pg_tx *tx, const char *user_id,
                                    const struct merchant_change *change, struct err *err);
/* ERR_CONFLICT name_taken, too_many_aliases. What was entered under the name moves here. */
must_check bool merchant_store_add_alias(struct pg_tx *tx, const char *user_id, const char *id,
                                         const char *merchant_id, const char *name,
                                         struct err *err);
must_check bool merchant_store_drop_alias(struct pg_tx *tx, const char *user_id, const char *id,
                                          const char *merchant_id, bool *found, struct err *err);

/* What a correction of an expense teaches of its merchant. */
must_check bool merchant_store_teach(struct pg_tx *tx, const char *user_id, const char *merchant_id,
                                     const char *category_id, struct err *err);
/* The category for what is bought there now, and whose word it is; *found false: there is none. It
 * borrows from *result. */
must_check bool merchant_store_category(struct pg_tx *tx, const char *user_id,
                                        const char *merchant_id, struct pg_result **result,
                                        struct ref *category, enum origin *by, bool *found,
                                        struct err *err);

/* A merchant whose category is to be given to all that was bought there, locked. */
struct merchant_job {
    char user_id[UUID_SIZE], id[UUID_SIZE], after[UUID_SIZE];
};
must_check bool merchant_store_next(struct pg_tx *tx, struct merchant_job *job, bool *found,
                                    struct err *err);
/* A page of it: *moved has EXPENSE_COLUMNS of those that changed; *done: it was the last one. */
must_check bool merchant_store_apply(struct pg_tx *tx, const struct merchant_job *job, int limit,
                                     struct pg_result **moved, bool *done, struct err *err);
