/* category_store - categories in PostgreSQL. Owns: rows of expense.category. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "categories/category.h"
#include "pg/pg.h"

extern const struct pg_statements category_statements;

#define CATEGORY_COLUMNS "id, parent_id, key, name, icon, colour, position, version"
/* A row of these, borrowed. */
void category_from_row(const struct pg_result *result, size_t row, struct category *out);

/* The default set, for a person who is being made. */
must_check bool category_store_add_defaults(struct pg_tx *tx, const char *user_id, struct err *err);

/* Names of the default set that the person left as they are, into the language of a BCP 47 tag. */
must_check bool category_store_translate(struct pg_tx *tx, const char *user_id, const char *locale,
                                         struct err *err);

/* All of a person's categories in the order of the list, with the result that text is borrowed
 * from. init is { 0 }. */
struct category_rows {
    struct category_tree tree;
    struct pg_result *result;
};
void category_rows_fini(struct category_rows *rows);
must_check bool category_store_list(struct pg_tx *tx, const char *user_id,
                                    struct category_rows *out, struct err *err);
/* The same, and nobody else moves or deletes one until this transaction ends: two moves at once
 * could make a cycle. Who enters an expense does not wait. */
must_check bool category_store_lock(struct pg_tx *tx, const char *user_id,
                                    struct category_rows *out, struct err *err);

/* ERR_CONFLICT name_taken when another one has the name, in any case. */
must_check bool category_store_add(struct pg_tx *tx, const char *user_id,
                                   const struct category *category, struct err *err);
/* Of a locked one; moves version on. */
must_check bool category_store_save(struct pg_tx *tx, const char *user_id,
                                    struct category *category, struct err *err);
/* Hides it. What is on its way into it goes on to moved_to (NULL: to none). */
must_check bool category_store_delete(struct pg_tx *tx, const char *user_id,
                                      const struct category *category, const char *moved_to,
                                      struct err *err);
