/* account_store - rows of account, account_email, account_username and signup_key. */
#pragma once
#include <stdbool.h>

#include "accounts/account.h"
#include "accounts/password.h"
#include "pg/pg.h"

extern const struct pg_statements account_statements;

enum { SIGNUP_KEY_SIZE = 32 };

struct account_row {
    struct account account;
    char password_hash[PASSWORD_HASH_SIZE];
    int64_t password_version; /* raised by each change, not by a better hash of the same */
    bool has_totp;            /* a second factor is asked for */
};
/* signup_key may be NULL. ERR_CONFLICT "email_taken", "username_taken"; "signup_key_taken" when a
 * sign-up with this Idempotency-Key was made before (account_store_find_signup has it). */
must_check bool account_store_add(struct pg_tx *tx, const struct account_row *row,
                                  const struct credentials *given, const unsigned char *signup_key,
                                  struct err *err);
/* By login_key. *found is false when there is none. */
must_check bool account_store_find(struct pg_pool *db, const char *key, struct account_row *row,
                                   bool *found, struct err *err);
must_check bool account_store_look(struct pg_pool *db, const char *user_id, struct account_row *row,
                                   bool *found, struct err *err);
/* All, the newest first, from below the id before ("": from the newest); rows has room for limit.
 */
must_check bool account_store_page(struct pg_pool *db, const char *before, size_t limit,
                                   struct account_row *rows, size_t *count, struct err *err);
/* Of a token's user; ERR_UNAUTHORIZED "token_revoked" when the account is gone. */
must_check bool account_store_get(struct pg_pool *db, const char *user_id, struct account_row *row,
                                  struct err *err);
must_check bool account_store_find_signup(struct pg_pool *db, const unsigned char *signup_key,
                                          struct account_row *row, bool *found, struct err *err);
/* Replaces the hash unless the password was changed meanwhile. */
must_check bool account_store_rehash(struct pg_pool *db, const struct account_row *row,
                                     const char *new_hash, struct err *err);
/* ERR_CONFLICT "password_changed_meanwhile" when it is no longer the one in row. */
must_check bool account_store_set_password(struct pg_tx *tx, const struct account_row *row,
                                           const char *new_hash, struct err *err);
/* Before a session is opened: whether the account still has the password and the role in
 * row, and is not locked. It then has it
 * until the transaction ends, so that a change of password, which ends all sessions, ends this one
 * too and is never overtaken by it. */
must_check bool account_store_hold(struct pg_tx *tx, const struct account_row *row, bool *same,
                                   struct err *err);
/* The address reads what is sent to it, if it is still the account's. */
must_check bool account_store_verify(struct pg_tx *tx, const char *user_id, const char *email_key,
                                     struct err *err);
