/* admin_store - what admins change of other people's accounts. */
#pragma once
#include <stdbool.h>

#include "accounts/account_store.h"
#include "pg/pg.h"

extern const struct pg_statements admin_statements;

/* *changed is false when it is so already, or there is no such account. A login under way waits for
 * the transaction and then sees it. */
must_check bool admin_store_lock(struct pg_tx *tx, const char *user_id, bool locked, bool *changed,
                                 struct err *err);
must_check bool admin_store_set_role(struct pg_tx *tx, const char *user_id, bool admin,
                                     bool *changed, struct err *err);
/* All admins, at most limit. */
must_check bool admin_store_admins(struct pg_pool *db, size_t limit, struct account_row *rows,
                                   size_t *count, struct err *err);
