#include "accounts/account_store.h"

#include <string.h>

#include "base/mem.h"

/* clang-format off */
#define HAS_TOTP "EXISTS (SELECT FROM totp t WHERE t.user_id = a.user_id AND t.confirmed_at IS NOT NULL)"
#define ACCOUNT_COLUMNS \
    "a.user_id, a.email, a.username, a.name, a.password_hash, " PG_US("a.created_at") "," \
    " a.email_verified_at IS NOT NULL, " PG_US("a.delete_at") ", a.password_version, " HAS_TOTP \
    ", " PG_US("a.locked_at") ", a.role = 'admin'"
/* clang-format on */

static const struct pg_statement statements[] = {
    {"signup_key_add", "INSERT INTO signup_key (key_hash, user_id) VALUES ($1, $2::uuid)"},
    {"account_email_add", "INSERT INTO account_email (email_key, user_id) VALUES ($1, $2::uuid)"},
    {"account_username_add",
     "INSERT INTO account_username (username_key, user_id) VALUES ($1, $2::uuid)"},
    {"account_add", "INSERT INTO account (user_id, email, username, name, password_hash,"
                    " created_at, updated_at) VALUES ($1::uuid, $2, $3, $4, $5, $6, $6)"},
    {"account_get", "SELECT " ACCOUNT_COLUMNS " FROM account a WHERE a.user_id = $1::uuid"},
    {"account_find_username", "SELECT " ACCOUNT_COLUMNS " FROM account_username n JOIN account a"
                              " USING (user_id) WHERE n.username_key = $1"},
    {"account_find", "SELECT " ACCOUNT_COLUMNS " FROM account_email e JOIN account a"
                     " USING (user_id) WHERE e.email_key = $1"},
    {"account_find_signup", "SELECT " ACCOUNT_COLUMNS " FROM signup_key k JOIN account a"
                            " USING (user_id) WHERE k.key_hash = $1"},
    {"account_rehash", "UPDATE account SET password_hash = $3, updated_at = now()"
                       " WHERE user_id = $1::uuid AND password_hash = $2"},
    {"account_set_password",
     "UPDATE account SET password_hash = $3, password_version = password_version + 1,"
     " updated_at = now() WHERE user_id = $1::uuid AND password_version = $2"},
    {"account_hold", "SELECT FROM account WHERE user_id = $1::uuid AND password_version = $2"
                     " AND locked_at IS NULL AND delete_at IS NULL AND (role = 'admin') = $3"
                     " FOR SHARE"},
    {"account_page", "SELECT " ACCOUNT_COLUMNS " FROM account a WHERE a.user_id <"
                     " coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"
                     " ORDER BY a.user_id DESC LIMIT $2"},
    {"account_verify", "UPDATE account SET email_verified_at = coalesce(email_verified_at, now())"
                       " WHERE user_id = $1::uuid AND lower(email) = $2"},
    {"signup_key_purge", "DELETE FROM signup_key WHERE key_hash IN (SELECT key_hash FROM signup_key"
                         " WHERE created_at < now() - interval '1 day' LIMIT 500)"},
};
const struct pg_statements account_statements = {statements, LENGTH(statements)};

static bool name_conflict(struct err *err, const char *constraint, const char *name,
                          const char *text)
{
    if (err->code == ERR_CONFLICT && strcmp(err->name, constraint) == 0)
        err_set_name(err, ERR_CONFLICT, name, "%s", text);
    return false;
}

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

bool account_store_add(struct pg_tx *tx, const struct account_row *row,
                       const struct credentials *given, const unsigned char *signup_key,
                       struct err *err)
{
    const struct account *account = &row->account;
    if (signup_key != NULL &&
        !pg_exec(tx, "signup_key_add",
                 PARAMS(P_BYTES(signup_key, SIGNUP_KEY_SIZE), P_STR(account->user_id)), NULL, err))
        return name_conflict(err, "signup_key_pkey", "signup_key_taken",
                             "this Idempotency-Key was used before");
    if (given->email_key[0] != '\0' &&
        !pg_exec(tx, "account_email_add", PARAMS(P_STR(given->email_key), P_STR(account->user_id)),
                 NULL, err))
        return name_conflict(err, "account_email_pkey", "email_taken",
                             "this e-mail address has an account");
    if (given->username_key[0] != '\0' &&
        !pg_exec(tx, "account_username_add",
                 PARAMS(P_STR(given->username_key), P_STR(account->user_id)), NULL, err))
        return name_conflict(err, "account_username_pkey", "username_taken",
                             "this username has an account");
    return pg_exec(tx, "account_add",
                   PARAMS(P_STR(account->user_id), P_STR(account->email),
                          P_STR(or_null(account->username)), P_STR(or_null(account->name)),
                          P_STR(row->password_hash), P_TIME(account->created_at_us)),
                   NULL, err);
}

static void read_row(const struct pg_result *result, size_t at, struct account_row *row)
{
    struct account *account = &row->account;
    pg_copy(result, at, 0, account->user_id, sizeof account->user_id);
    pg_copy(result, at, 1, account->email, sizeof account->email);
    pg_copy(result, at, 2, account->username, sizeof account->username);
    pg_copy(result, at, 3, account->name, sizeof account->name);
    pg_copy(result, at, 4, row->password_hash, sizeof row->password_hash);
    account->created_at_us = pg_int(result, at, 5);
    account->email_verified = pg_bool(result, at, 6);
    account->delete_at_us = pg_int(result, at, 7);
    row->password_version = pg_int(result, at, 8);
    row->has_totp = pg_bool(result, at, 9);
    account->locked_at_us = pg_int(result, at, 10);
    account->admin = pg_bool(result, at, 11);
}

static bool find(struct pg_pool *db, const char *statement, struct pg_param key,
                 struct account_row *row, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, statement, &key, 1, &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (*found)
        read_row(result, 0, row);
    return true;
}

bool account_store_find(struct pg_pool *db, const char *key, struct account_row *row, bool *found,
                        struct err *err)
{
    bool is_email = strchr(key, '@') != NULL;
    return find(db, is_email ? "account_find" : "account_find_username", P_STR(key), row, found,
                err);
}

bool account_store_look(struct pg_pool *db, const char *user_id, struct account_row *row,
                        bool *found, struct err *err)
{
    return find(db, "account_get", P_STR(user_id), row, found, err);
}

bool account_store_page(struct pg_pool *db, const char *before, size_t limit,
                        struct account_row *rows, size_t *count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "account_page", PARAMS(P_STR(or_null(before)), P_INT(limit)), &result, err))
        return false;
    *count = pg_rows(result);
    for (size_t i = 0; i < *count; i++)
        read_row(result, i, &rows[i]);
    return true;
}

bool account_store_get(struct pg_pool *db, const char *user_id, struct account_row *row,
                       struct err *err)
{
    bool found;
    if (!find(db, "account_get", P_STR(user_id), row, &found, err))
        return false;
    return found || err_set_name(err, ERR_UNAUTHORIZED, "token_revoked",
                                 "the account of this token is gone");
}

bool account_store_find_signup(struct pg_pool *db, const unsigned char *signup_key,
                               struct account_row *row, bool *found, struct err *err)
{
    return find(db, "account_find_signup", P_BYTES(signup_key, SIGNUP_KEY_SIZE), row, found, err);
}

bool account_store_rehash(struct pg_pool *db, const struct account_row *row, const char *new_hash,
                          struct err *err)
{
    return pg_query(db, "account_rehash",
                    PARAMS(P_STR(row->account.user_id), P_STR(row->password_hash), P_STR(new_hash)),
                    NULL, err);
}

bool account_store_set_password(struct pg_tx *tx, const struct account_row *row,
                                const char *new_hash, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "account_set_password",
                 PARAMS(P_STR(row->account.user_id), P_INT(row->password_version), P_STR(new_hash)),
                 &result, err))
        return false;
    return pg_affected(result) == 1 || err_set_name(err, ERR_CONFLICT, "password_changed_meanwhile",
                                                    "the password was changed meanwhile");
}

bool account_store_hold(struct pg_tx *tx, const struct account_row *row, bool *same,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "account_hold",
                 PARAMS(P_STR(row->account.user_id), P_INT(row->password_version),
                        P_BOOL(row->account.admin)),
                 &result, err))
        return false;
    *same = pg_rows(result) == 1;
    return true;
}

bool account_store_verify(struct pg_tx *tx, const char *user_id, const char *email_key,
                          struct err *err)
{
    return pg_exec(tx, "account_verify", PARAMS(P_STR(user_id), P_STR(email_key)), NULL, err);
}
