#include "api_tokens/api_token_store.h"

#include <string.h>

#include "base/mem.h"

#define COLUMNS                                                                                    \
    "t.token_id, t.name, t.scope, " PG_US("t.created_at") ", " PG_US("t.expires_at") ", " PG_US(   \
        "t.last_used_at")

static const struct pg_statement statements[] = {
    {"api_token_count", "SELECT count(*) FROM (SELECT FROM api_token WHERE user_id = $1::uuid"
                        " AND expires_at > now() LIMIT $2) AS live"},
    {"api_token_add", "INSERT INTO api_token (user_id, token_id, name, scope, hash, created_at,"
                      " expires_at) VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $7)"},
    {"api_token_list", "SELECT " COLUMNS " FROM api_token t WHERE t.user_id = $1::uuid"
                       " AND ($2::uuid IS NULL OR t.token_id < $2::uuid)"
                       " ORDER BY t.token_id DESC LIMIT $3"},
    {"api_token_remove", "DELETE FROM api_token WHERE user_id = $1::uuid AND token_id = $2::uuid"},
    {"api_token_remove_all", "DELETE FROM api_token WHERE user_id = $1::uuid RETURNING token_id"},
    {"api_token_find", "SELECT " COLUMNS ", a.email, a.name FROM api_token t"
                       " JOIN account a USING (user_id) WHERE t.user_id = $1::uuid"
                       " AND t.token_id = $2::uuid AND t.hash = $3 AND t.expires_at > now()"
                       " AND a.delete_at IS NULL AND a.locked_at IS NULL"},
    {"api_token_ids", "SELECT token_id FROM api_token WHERE user_id = $1::uuid"
                      " AND expires_at > now()"},
    {"api_token_touch",
     "UPDATE api_token SET last_used_at = now() WHERE user_id = $1::uuid AND token_id = $2::uuid"
     " AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')"},
    {"api_token_purge",
     "DELETE FROM api_token WHERE (user_id, token_id) IN (SELECT user_id, token_id FROM api_token"
     " WHERE expires_at < now() - interval '30 days' LIMIT 500 FOR UPDATE SKIP LOCKED)"},
};
const struct pg_statements api_token_statements = {TABLE(statements)};

static void read_row(const struct pg_result *result, size_t row, struct api_token *out)
{
    pg_copy(result, row, 0, out->token_id, sizeof out->token_id);
    pg_copy(result, row, 1, out->name, sizeof out->name);
    pg_copy(result, row, 2, out->scope, sizeof out->scope);
    out->created_at_us = pg_int(result, row, 3);
    out->expires_at_us = pg_int(result, row, 4);
    out->last_used_at_us = pg_is_null(result, row, 5) ? 0 : pg_int(result, row, 5);
}

/* Two requests at once may go one above the limit, which is there against floods. */
bool api_token_store_add(struct pg_tx *tx, const struct api_token *token, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *live = NULL;
    if (!pg_exec(tx, "api_token_count", PARAMS(P_STR(token->user_id), P_INT(API_TOKENS_MAX)), &live,
                 err))
        return false;
    if (pg_int(live, 0, 0) >= API_TOKENS_MAX)
        return err_set_name(err, ERR_CONFLICT, "too_many_api_tokens",
                            "there are %d API tokens already; delete one", API_TOKENS_MAX);
    return pg_exec(tx, "api_token_add",
                   PARAMS(P_STR(token->user_id), P_STR(token->token_id), P_STR(token->name),
                          P_STR(token->scope), P_BYTES(token->hash, API_TOKEN_HASH_SIZE),
                          P_TIME(token->created_at_us), P_TIME(token->expires_at_us)),
                   NULL, err);
}

bool api_token_store_list(struct pg_pool *db, const char *user_id, const char *before, size_t limit,
                          struct api_token *rows, size_t *count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param from = before[0] != '\0' ? P_STR(before) : P_NULL;
    if (!pg_query(db, "api_token_list", PARAMS(P_STR(user_id), from, P_INT((int64_t)limit)),
                  &result, err))
        return false;
    *count = pg_rows(result);
    for (size_t i = 0; i < *count; i++) {
        rows[i] = (struct api_token){.created_at_us = 0};
        read_row(result, i, &rows[i]);
    }
    return true;
}

bool api_token_store_remove(struct pg_tx *tx, const char *user_id, const char *token_id,
                            bool *removed, struct err *err)
{
    return pg_exec_change(tx, "api_token_remove", PARAMS(P_STR(user_id), P_STR(token_id)), removed,
                          err);
}

bool api_token_store_find(struct pg_pool *db, struct api_token *token, struct account *account,
                          bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *account = (struct account){.created_at_us = 0};
    if (!pg_query(db, "api_token_find",
                  PARAMS(P_STR(token->user_id), P_STR(token->token_id),
                         P_BYTES(token->hash, API_TOKEN_HASH_SIZE)),
                  &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (!*found)
        return true;
    read_row(result, 0, token);
    memcpy(account->user_id, token->user_id, UUID_SIZE);
    pg_copy(result, 0, 6, account->email, sizeof account->email);
    pg_copy(result, 0, 7, account->name, sizeof account->name);
    return true;
}

bool api_token_store_use(struct pg_pool *db, struct api_token *token, struct account *account,
                         bool *found, struct err *err)
{
    if (!api_token_store_find(db, token, account, found, err))
        return false;
    return !*found || pg_query(db, "api_token_touch",
                               PARAMS(P_STR(token->user_id), P_STR(token->token_id)), NULL, err);
}

bool api_token_store_ids(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                         size_t *count, struct err *err)
{
    return pg_exec_ids(tx, "api_token_ids", PARAMS(P_STR(user_id)), ids, count, err);
}

bool api_token_store_remove_all(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                                size_t *count, struct err *err)
{
    return pg_exec_ids(tx, "api_token_remove_all", PARAMS(P_STR(user_id)), ids, count, err);
}
