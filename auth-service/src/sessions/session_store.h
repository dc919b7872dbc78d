/* session_store - rows of session. */
#pragma once
#include <stdbool.h>

#include "accounts/account.h"
#include "pg/pg.h"
#include "sessions/session.h"

extern const struct pg_statements session_statements;

must_check bool session_store_add(struct pg_tx *tx, const struct session *session, struct err *err);
/* Locks the row until the transaction ends, so that refreshes of one session follow each other.
 * account gets what the access token tells of the user. */
must_check bool session_store_lock(struct pg_tx *tx, const struct refresh_token *token,
                                   struct session *session, struct account *account, bool *found,
                                   struct err *err);
/* The usual refresh in one statement: the row becomes session (session_after) if the token used is
 * of its current generation; *rotated tells. Otherwise why not is found out under a lock. */
must_check bool session_store_rotate(struct pg_pool *db, const struct refresh_token *used,
                                     const struct session *session, struct account *account,
                                     bool *rotated, struct err *err);
/* *live: the session is there, and stays until the transaction ends. */
must_check bool session_store_hold(struct pg_tx *tx, const char *user_id, const char *session_id,
                                   bool *live, struct err *err);
must_check bool session_store_save(struct pg_tx *tx, const struct session *session,
                                   struct err *err);
must_check bool session_store_remove(struct pg_tx *tx, const char *user_id, const char *session_id,
                                     bool *removed, struct err *err);
/* All of the user's but keep (NULL: none is kept). *ids is the caller's. */
must_check bool session_store_remove_all(struct pg_tx *tx, const char *user_id, const char *keep,
                                         char (**ids)[UUID_SIZE], size_t *count, struct err *err);
/* Those that were not used for longest, beyond SESSIONS_MAX. *ids is the caller's. */
must_check bool session_store_remove_surplus(struct pg_tx *tx, const char *user_id,
                                             char (**ids)[UUID_SIZE], size_t *count,
                                             struct err *err);
/* Live sessions of the user, newest first, from below the id before ("": from the newest); rows
 * has room for limit of them. */
must_check bool session_store_list(struct pg_pool *db, const char *user_id, const char *before,
                                   size_t limit, struct session *rows, size_t *count,
                                   struct err *err);
