#include "mail/mail_store.h"

#include "base/mem.h"
#include "code.h"

static const struct pg_statement statements[] = {
    {"mail_add", "INSERT INTO mail (kind, email_key, mail_id) VALUES ($1, $2, $3::uuid)"
                 " ON CONFLICT (kind, email_key) DO NOTHING"},
    {"mail_take",
     "WITH due AS (SELECT kind, email_key FROM mail WHERE due_at <= now() ORDER BY due_at"
     " LIMIT 1 FOR UPDATE SKIP LOCKED)"
     " UPDATE mail m SET due_at = now() + $1::integer * interval '1 second',"
     " attempts = m.attempts + 1 FROM due LEFT JOIN account_email e USING (email_key)"
     " LEFT JOIN account a ON a.user_id = e.user_id"
     " WHERE m.kind = due.kind AND m.email_key = due.email_key"
     " RETURNING m.mail_id, m.email_key, m.kind, m.attempts,"
     " extract(epoch from now() - m.created_at)::bigint, a.user_id, a.email"},
    {"mail_drop", "DELETE FROM mail WHERE kind = $1 AND email_key = $2 AND mail_id = $3::uuid"},
    {"mail_later", "UPDATE mail SET due_at = now() + $4::integer * interval '1 second'"
                   " WHERE kind = $1 AND email_key = $2 AND mail_id = $3::uuid"},
    {"mail_code_add", "INSERT INTO mail_code (user_id, code_hash, purpose, email_key, expires_at)"
                      " VALUES ($1::uuid, $2, $3, $4, now() + $5::integer * interval '1 second')"},
    {"mail_code_find", "SELECT user_id, email_key FROM mail_code WHERE code_hash = $1"
                       " AND purpose = $2 AND expires_at > now()"},
    /* Of two that use it at once, the second waits for the first's row and finds it gone. */
    {"mail_code_use", "DELETE FROM mail_code WHERE code_hash = $1 AND purpose = $2"
                      " AND expires_at > now() RETURNING user_id, email_key"},
    {"mail_code_use_up", "DELETE FROM mail_code WHERE user_id = $1::uuid AND purpose = $2"},
    {"mail_code_purge",
     "DELETE FROM mail_code WHERE (user_id, code_hash) IN (SELECT user_id, code_hash FROM mail_code"
     " WHERE expires_at < now() LIMIT 500 FOR UPDATE SKIP LOCKED)"},
};
const struct pg_statements mail_statements = {statements, LENGTH(statements)};

bool mail_store_add(struct pg_tx *tx, enum letter_kind kind, const char *email_key, struct err *err)
{
    char mail_id[UUID_SIZE];
    uuid_new(mail_id);
    return pg_exec(tx, "mail_add",
                   PARAMS(P_STR(letter_kind_name(kind)), P_STR(email_key), P_STR(mail_id)), NULL,
                   err);
}

bool mail_store_take(struct pg_tx *tx, int lease_s, struct mail_row *row, bool *found,
                     struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "mail_take", PARAMS(P_INT(lease_s)), &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (!*found)
        return true;
    pg_copy(result, 0, 0, row->mail_id, sizeof row->mail_id);
    pg_copy(result, 0, 1, row->email_key, sizeof row->email_key);
    pg_copy(result, 0, 2, row->kind, sizeof row->kind);
    row->attempts = (int)pg_int(result, 0, 3);
    row->age_s = (int)pg_int(result, 0, 4);
    pg_copy(result, 0, 5, row->user_id, sizeof row->user_id);
    pg_copy(result, 0, 6, row->email, sizeof row->email);
    return true;
}

bool mail_store_drop(struct pg_pool *db, const struct mail_row *row, struct err *err)
{
    return pg_query(db, "mail_drop",
                    PARAMS(P_STR(row->kind), P_STR(row->email_key), P_STR(row->mail_id)), NULL,
                    err);
}

bool mail_store_later(struct pg_pool *db, const struct mail_row *row, int pause_s, struct err *err)
{
    return pg_query(
        db, "mail_later",
        PARAMS(P_STR(row->kind), P_STR(row->email_key), P_STR(row->mail_id), P_INT(pause_s)), NULL,
        err);
}

bool mail_code_add(struct pg_tx *tx, const struct mail_code *code, struct err *err)
{
    return pg_exec(tx, "mail_code_add",
                   PARAMS(P_STR(code->user_id), P_BYTES(code->hash, CODE_HASH_SIZE),
                          P_STR(letter_kind_name(code->purpose)), P_STR(code->email_key),
                          P_INT(letter_code_life_s(code->purpose))),
                   NULL, err);
}

static bool read_code(const struct pg_result *result, struct mail_code *code)
{
    if (pg_rows(result) != 1)
        return false;
    pg_copy(result, 0, 0, code->user_id, sizeof code->user_id);
    pg_copy(result, 0, 1, code->email_key, sizeof code->email_key);
    return true;
}

#define CODE_PARAMS(code)                                                                          \
    PARAMS(P_BYTES((code)->hash, CODE_HASH_SIZE), P_STR(letter_kind_name((code)->purpose)))

bool mail_code_find(struct pg_pool *db, struct mail_code *code, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "mail_code_find", CODE_PARAMS(code), &result, err))
        return false;
    *found = read_code(result, code);
    return true;
}

bool mail_code_use(struct pg_tx *tx, struct mail_code *code, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "mail_code_use", CODE_PARAMS(code), &result, err))
        return false;
    *found = read_code(result, code);
    return !*found ||
           pg_exec(tx, "mail_code_use_up",
                   PARAMS(P_STR(code->user_id), P_STR(letter_kind_name(code->purpose))), NULL, err);
}
