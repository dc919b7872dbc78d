#include "sessions/session_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct pg_statement statements[] = {
    {"session_add",
     "INSERT INTO session (user_id, session_id, created_at, last_used_at, rotated_at, expires_at,"
     " address, user_agent, generation, family_key, current_hashes, previous_hashes)"
     " VALUES ($1::uuid, $2::uuid, $3, $3, $3, $4, $5, $6, $7, $8, $9, '')"},
    {"session_lock",
     "SELECT a.email, a.name, s.family_key, s.current_hashes, s.previous_hashes, "
     "s.generation, " PG_US("s.rotated_at") ", " PG_US("s.expires_at") ", " PG_US(
         "s.created_at") ", a.role = 'admin' FROM session s JOIN account a USING (user_id)"
                         " WHERE s.user_id = $1::uuid AND s.session_id = $2::uuid FOR UPDATE OF s"},
    /* The hash is looked for at the begin of one: positions count from 1. family_key: of a session
     * from before it was the hash of a mark, whose next tokens carry one. */
    {"session_rotate",
     "UPDATE session s SET last_used_at = $5, rotated_at = $5, expires_at = $6, address = $7,"
     " user_agent = $8, generation = s.generation + 1, previous_hashes = s.current_hashes,"
     " current_hashes = $9, family_key = $10 FROM account a"
     " WHERE s.user_id = $1::uuid AND s.session_id = $2::uuid AND s.generation = $3"
     " AND position($4::bytea IN s.current_hashes) % 32 = 1 AND s.expires_at > $5"
     " AND a.user_id = s.user_id RETURNING a.email, a.name, a.role = 'admin'"},
    {"session_hold", "SELECT FROM session WHERE user_id = $1::uuid AND session_id = $2::uuid"
                     " FOR KEY SHARE"},
    {"session_save",
     "UPDATE session SET last_used_at = $3, rotated_at = $4, expires_at = $5, address = $6,"
     " user_agent = $7, generation = $8, current_hashes = $9, previous_hashes = $10"
     " WHERE user_id = $1::uuid AND session_id = $2::uuid"},
    {"session_remove", "DELETE FROM session WHERE user_id = $1::uuid AND session_id = $2::uuid"},
    {"session_remove_all", "DELETE FROM session WHERE user_id = $1::uuid"
                           " AND session_id IS DISTINCT FROM $2::uuid RETURNING session_id"},
    {"session_remove_surplus",
     "DELETE FROM session WHERE user_id = $1::uuid AND session_id IN (SELECT session_id FROM "
     "session"
     " WHERE user_id = $1::uuid ORDER BY last_used_at DESC, session_id DESC OFFSET $2)"
     " RETURNING session_id"},
    {"session_list",
     "SELECT session_id, address, user_agent, " PG_US("created_at") ", " PG_US(
         "last_used_at") ", " PG_US("expires_at") " FROM session WHERE user_id = $1::uuid AND "
                                                  "expires_at > now()"
                                                  " AND ($2::uuid IS NULL OR session_id < "
                                                  "$2::uuid) ORDER BY session_id DESC LIMIT $3"},
    {"session_purge",
     "DELETE FROM session WHERE (user_id, session_id) IN (SELECT user_id, session_id FROM session"
     " WHERE expires_at < now() LIMIT 500 FOR UPDATE SKIP LOCKED)"},
};
const struct pg_statements session_statements = {statements, LENGTH(statements)};

bool session_store_add(struct pg_tx *tx, const struct session *session, struct err *err)
{
    return pg_exec(
        tx, "session_add",
        PARAMS(P_STR(session->user_id), P_STR(session->session_id), P_TIME(session->created_at_us),
               P_TIME(session->expires_at_us), P_STR(session->address), P_STR(session->user_agent),
               P_INT(session->generation), P_BYTES(session->family_key, FAMILY_KEY_SIZE),
               P_BYTES(session->current.rows, session->current.count * REFRESH_HASH_SIZE)),
        NULL, err);
}

static void read_hashes(const struct pg_result *result, int col, struct token_hashes *out)
{
    size_t len;
    void *bytes = pg_bytes(result, 0, col, &len);
    if (len > sizeof out->rows || len % REFRESH_HASH_SIZE != 0)
        panic("session row with %zu bytes of hashes", len);
    out->count = len / REFRESH_HASH_SIZE;
    memcpy(out->rows, bytes, len);
    free(bytes);
}

bool session_store_lock(struct pg_tx *tx, const struct refresh_token *token,
                        struct session *session, struct account *account, bool *found,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *session = (struct session){.generation = 0};
    *account = (struct account){.created_at_us = 0};
    if (!pg_exec(tx, "session_lock", PARAMS(P_STR(token->user_id), P_STR(token->session_id)),
                 &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (!*found)
        return true;
    memcpy(session->user_id, token->user_id, UUID_SIZE);
    memcpy(session->session_id, token->session_id, UUID_SIZE);
    memcpy(account->user_id, token->user_id, UUID_SIZE);
    pg_copy(result, 0, 0, account->email, sizeof account->email);
    pg_copy(result, 0, 1, account->name, sizeof account->name);
    size_t len;
    void *key = pg_bytes(result, 0, 2, &len);
    if (len != FAMILY_KEY_SIZE)
        panic("session row with a family key of %zu bytes", len);
    memcpy(session->family_key, key, len);
    free(key);
    read_hashes(result, 3, &session->current);
    read_hashes(result, 4, &session->previous);
    session->generation = pg_int(result, 0, 5);
    session->rotated_at_us = pg_int(result, 0, 6);
    session->expires_at_us = pg_int(result, 0, 7);
    session->created_at_us = pg_int(result, 0, 8);
    account->admin = pg_bool(result, 0, 9);
    return true;
}

bool session_store_rotate(struct pg_pool *db, const struct refresh_token *used,
                          const struct session *session, struct account *account, bool *rotated,
                          struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *account = (struct account){.created_at_us = 0};
    if (!pg_query(db, "session_rotate",
                  PARAMS(P_STR(used->user_id), P_STR(used->session_id), P_INT(used->generation),
                         P_BYTES(used->hash, REFRESH_HASH_SIZE), P_TIME(session->rotated_at_us),
                         P_TIME(session->expires_at_us), P_STR(session->address),
                         P_STR(session->user_agent),
                         P_BYTES(session->current.rows, REFRESH_HASH_SIZE),
                         P_BYTES(session->family_key, FAMILY_KEY_SIZE)),
                  &result, err))
        return false;
    *rotated = pg_rows(result) == 1;
    if (!*rotated)
        return true;
    memcpy(account->user_id, used->user_id, UUID_SIZE);
    pg_copy(result, 0, 0, account->email, sizeof account->email);
    pg_copy(result, 0, 1, account->name, sizeof account->name);
    account->admin = pg_bool(result, 0, 2);
    return true;
}

bool session_store_hold(struct pg_tx *tx, const char *user_id, const char *session_id, bool *live,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "session_hold", PARAMS(P_STR(user_id), P_STR(session_id)), &result, err))
        return false;
    *live = pg_rows(result) == 1;
    return true;
}

bool session_store_save(struct pg_tx *tx, const struct session *session, struct err *err)
{
    return pg_exec(
        tx, "session_save",
        PARAMS(P_STR(session->user_id), P_STR(session->session_id),
               P_TIME(session->last_used_at_us), P_TIME(session->rotated_at_us),
               P_TIME(session->expires_at_us), P_STR(session->address), P_STR(session->user_agent),
               P_INT(session->generation),
               P_BYTES(session->current.rows, session->current.count * REFRESH_HASH_SIZE),
               P_BYTES(session->previous.rows, session->previous.count * REFRESH_HASH_SIZE)),
        NULL, err);
}

bool session_store_remove(struct pg_tx *tx, const char *user_id, const char *session_id,
                          bool *removed, struct err *err)
{
    return pg_exec_change(tx, "session_remove", PARAMS(P_STR(user_id), P_STR(session_id)), removed,
                          err);
}

bool session_store_remove_all(struct pg_tx *tx, const char *user_id, const char *keep,
                              char (**ids)[UUID_SIZE], size_t *count, struct err *err)
{
    return pg_exec_ids(tx, "session_remove_all", PARAMS(P_STR(user_id), P_STR(keep)), ids, count,
                       err);
}

bool session_store_remove_surplus(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                                  size_t *count, struct err *err)
{
    return pg_exec_ids(tx, "session_remove_surplus", PARAMS(P_STR(user_id), P_INT(SESSIONS_MAX)),
                       ids, count, err);
}

bool session_store_list(struct pg_pool *db, const char *user_id, const char *before, size_t limit,
                        struct session *rows, size_t *count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "session_list",
                  PARAMS(P_STR(user_id), P_STR(before[0] ? before : NULL), P_INT(limit)), &result,
                  err))
        return false;
    *count = pg_rows(result);
    for (size_t i = 0; i < *count; i++) {
        rows[i] = (struct session){.created_at_us = pg_int(result, i, 3),
                                   .last_used_at_us = pg_int(result, i, 4),
                                   .expires_at_us = pg_int(result, i, 5)};
        pg_copy(result, i, 0, rows[i].session_id, sizeof rows[i].session_id);
        pg_copy(result, i, 1, rows[i].address, sizeof rows[i].address);
        pg_copy(result, i, 2, rows[i].user_agent, sizeof rows[i].user_agent);
    }
    return true;
}
