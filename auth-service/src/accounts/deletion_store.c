#include "accounts/deletion_store.h"

#include "base/mem.h"

static const struct pg_statement statements[] = {
    {"deletion_set",
     "UPDATE account SET delete_at = $2, updated_at = now() WHERE user_id = $1::uuid"},
    {"deletion_undo", "UPDATE account SET delete_at = NULL, updated_at = now()"
                      " WHERE user_id = $1::uuid AND delete_at IS NOT NULL"},
    {"deletion_postpone", "UPDATE account SET delete_at = now() + interval '15 minutes'"
                          " WHERE user_id = $1::uuid AND delete_at <= now()"},
    {"deletion_take", "SELECT user_id, lower(email), lower(username) FROM account"
                      " WHERE delete_at <= now() ORDER BY delete_at LIMIT 1"
                      " FOR UPDATE SKIP LOCKED"},
    {"erase_account", "DELETE FROM account WHERE user_id = $1::uuid"},
    {"erase_email", "DELETE FROM account_email WHERE email_key = $2 AND user_id = $1::uuid"},
    {"erase_username",
     "DELETE FROM account_username WHERE username_key = $2 AND user_id = $1::uuid"},
    {"erase_addresses", "DELETE FROM known_address WHERE user_id = $1::uuid"},
    {"erase_totp", "DELETE FROM totp WHERE user_id = $1::uuid"},
    {"erase_recovery", "DELETE FROM recovery_code WHERE user_id = $1::uuid"},
    {"erase_api_tokens", "DELETE FROM api_token WHERE user_id = $1::uuid"},
    {"erase_codes", "DELETE FROM mail_code WHERE user_id = $1::uuid"},
};
const struct pg_statements deletion_statements = {statements, LENGTH(statements)};

bool deletion_store_set(struct pg_tx *tx, const char *user_id, int64_t delete_at_us,
                        struct err *err)
{
    return pg_exec(tx, "deletion_set", PARAMS(P_STR(user_id), P_TIME(delete_at_us)), NULL, err);
}

bool deletion_store_undo(struct pg_tx *tx, const char *user_id, bool *undone, struct err *err)
{
    return pg_exec_change(tx, "deletion_undo", PARAMS(P_STR(user_id)), undone, err);
}

bool deletion_store_take(struct pg_tx *tx, struct deletion *due, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "deletion_take", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (!*found)
        return true;
    pg_copy(result, 0, 0, due->user_id, sizeof due->user_id);
    pg_copy(result, 0, 1, due->email_key, sizeof due->email_key);
    pg_copy(result, 0, 2, due->username_key, sizeof due->username_key);
    return true;
}

bool deletion_store_postpone(struct pg_pool *db, const char *user_id, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_query(db, "deletion_postpone", PARAMS(P_STR(user_id)), &result, err);
}

bool deletion_store_erase(struct pg_tx *tx, const struct deletion *due, struct err *err)
{
    static const char *const by_user[] = {"erase_account", "erase_addresses", "erase_api_tokens",
                                          "erase_codes",   "erase_recovery",  "erase_totp"};
    struct pg_param user = P_STR(due->user_id);
    for (size_t i = 0; i < LENGTH(by_user); i++)
        if (!pg_exec(tx, by_user[i], &user, 1, NULL, err))
            return false;
    return pg_exec(tx, "erase_email", PARAMS(user, P_STR(due->email_key)), NULL, err) &&
           pg_exec(tx, "erase_username", PARAMS(user, P_STR(due->username_key)), NULL, err);
}
