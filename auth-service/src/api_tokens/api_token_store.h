/* api_token_store - rows of api_token. */
#pragma once
#include <stdbool.h>

#include "accounts/account.h"
#include "api_tokens/api_token.h"
#include "pg/pg.h"

extern const struct pg_statements api_token_statements;

/* ERR_CONFLICT "too_many_api_tokens" when the person has API_TOKENS_MAX that have not expired. */
must_check bool api_token_store_add(struct pg_tx *tx, const struct api_token *token,
                                    struct err *err);
/* Newest first, from below the id before ("": from the newest); rows has room for limit of them. */
must_check bool api_token_store_list(struct pg_pool *db, const char *user_id, const char *before,
                                     size_t limit, struct api_token *rows, size_t *count,
                                     struct err *err);
must_check bool api_token_store_remove(struct pg_tx *tx, const char *user_id, const char *token_id,
                                       bool *removed, struct err *err);
/* Of those that have not expired. *ids is the caller's. */
must_check bool api_token_store_ids(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                                    size_t *count, struct err *err);
/* All of them. *ids is the caller's. */
must_check bool api_token_store_remove_all(struct pg_tx *tx, const char *user_id,
                                           char (**ids)[UUID_SIZE], size_t *count, struct err *err);
/* By the ids and hash in *token, which gets the rest; account gets what access tokens tell of the
 * person. *found: there is such a token, it has not expired, and the account is neither about to
 * be deleted nor locked. */
must_check bool api_token_store_find(struct pg_pool *db, struct api_token *token,
                                     struct account *account, bool *found, struct err *err);
/* The same, and notes the use, once a minute. */
must_check bool api_token_store_use(struct pg_pool *db, struct api_token *token,
                                    struct account *account, bool *found, struct err *err);
