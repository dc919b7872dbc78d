/* account_store - accounts that people make, name and delete themselves.
 * Owns, with parsed_store and entering_store: rows of expense.account. */
#pragma once
#include <stdbool.h>

#include "accounts/account.h"
#include "pg/pg.h"

extern const struct pg_statements account_statements;

/* At most so many of a person are made by hand. */
enum { ACCOUNTS_MAX = 200 };

/* ERR_CONFLICT account_exists, too_many_accounts. */
must_check bool account_store_add(struct pg_tx *tx, const char *user_id, const char *id,
                                  const struct account_input *input, struct err *err);
/* Locks it; ERR_NOT_FOUND. */
must_check bool account_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                                   int64_t *version, struct err *err);
/* Name and opening, of a locked one. */
must_check bool account_store_save(struct pg_tx *tx, const char *user_id, const char *id,
                                   const struct account_input *input, struct err *err);
/* ERR_CONFLICT account_in_use while an entry is of it, in the trash or not. */
must_check bool account_store_delete(struct pg_tx *tx, const char *user_id, const char *id,
                                     struct err *err);
