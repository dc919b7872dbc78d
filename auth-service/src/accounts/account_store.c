#include "accounts/account_store.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define ACCOUNT_COLUMNS "a.user_id, a.email, a.name, a.password_hash, " PG_US("a.created_at")

static const struct pg_statement statements[] = {
    {"signup_key_add", "INSERT INTO signup_key (key_hash, user_id) VALUES ($1, $2::uuid)"},
    {"account_email_add", "INSERT INTO account_email (email_key, user_id) VALUES ($1, $2::uuid)"},
    {"account_add", "INSERT INTO account (user_id, email, name, password_hash, created_at,"
                    " updated_at) VALUES ($1::uuid, $2, $3, $4, $5, $5)"},
    {"account_find", "SELECT " ACCOUNT_COLUMNS " FROM account_email e JOIN account a"
                     " USING (user_id) WHERE e.email_key = $1"},
    {"account_find_signup", "SELECT " ACCOUNT_COLUMNS " FROM signup_key k JOIN account a"
                            " USING (user_id) WHERE k.key_hash = $1"},
    {"account_rehash", "UPDATE account SET password_hash = $3, updated_at = now()"
                       " WHERE user_id = $1::uuid AND password_hash = $2"},
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

bool account_store_add(struct pg_tx *tx, const struct account_row *row, const char *email_key,
                       const unsigned char *signup_key, struct err *err)
{
    const struct account *account = &row->account;
    if (signup_key != NULL &&
        !pg_exec(tx, "signup_key_add",
                 PARAMS(P_BYTES(signup_key, SIGNUP_KEY_SIZE), P_STR(account->user_id)), NULL, err))
        return name_conflict(err, "signup_key_pkey", "signup_key_taken",
                             "this Idempotency-Key was used before");
    if (!pg_exec(tx, "account_email_add", PARAMS(P_STR(email_key), P_STR(account->user_id)), NULL,
                 err))
        return name_conflict(err, "account_email_pkey", "email_taken",
                             "this e-mail address has an account");
    return pg_exec(tx, "account_add",
                   PARAMS(P_STR(account->user_id), P_STR(account->email),
                          P_STR(account->name[0] ? account->name : NULL), P_STR(row->password_hash),
                          P_TIME(account->created_at_us)),
                   NULL, err);
}

static void read_row(const struct pg_result *result, struct account_row *row)
{
    struct account *account = &row->account;
    const char *name = pg_str(result, 0, 2);
    snprintf(account->user_id, sizeof account->user_id, "%s", pg_str(result, 0, 0));
    snprintf(account->email, sizeof account->email, "%s", pg_str(result, 0, 1));
    snprintf(account->name, sizeof account->name, "%s", name ? name : "");
    snprintf(row->password_hash, sizeof row->password_hash, "%s", pg_str(result, 0, 3));
    account->created_at_us = pg_int(result, 0, 4);
}

static bool find(struct pg_pool *db, const char *statement, struct pg_param key,
                 struct account_row *row, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, statement, &key, 1, &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (*found)
        read_row(result, row);
    return true;
}

bool account_store_find(struct pg_pool *db, const char *email_key, struct account_row *row,
                        bool *found, struct err *err)
{
    return find(db, "account_find", P_STR(email_key), row, found, err);
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

bool account_store_purge(struct pg_pool *db, size_t *dropped, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "signup_key_purge", NULL, 0, &result, err))
        return false;
    *dropped = pg_affected(result);
    return true;
}
