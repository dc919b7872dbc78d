/* category_store - categories in PostgreSQL. Owns: rows of expense.category. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "pg/pg.h"

extern const struct pg_statements category_statements;

/* The default set, for a person who is being made. */
must_check bool category_store_add_defaults(struct pg_tx *tx, const char *user_id, struct err *err);
/* All of a person's categories as the array that GET /categories answers. */
must_check bool category_store_list(struct pg_tx *tx, const char *user_id, json_t **out,
                                    struct err *err);
