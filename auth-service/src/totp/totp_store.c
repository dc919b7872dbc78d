#include "totp/totp_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct pg_statement statements[] = {
    {"totp_lock", "SELECT user_id, secret, key_id, confirmed_at IS NOT NULL FROM totp"
                  " WHERE user_id = $1::uuid FOR UPDATE"},
    {"totp_next_stale", "SELECT user_id, secret, key_id, confirmed_at IS NOT NULL FROM totp"
                        " WHERE user_id > $1::uuid AND key_id IS DISTINCT FROM $2"
                        " ORDER BY user_id LIMIT 1 FOR UPDATE SKIP LOCKED"},
    {"totp_reseal", "UPDATE totp SET secret = $2, key_id = $3 WHERE user_id = $1::uuid"},
    {"totp_begin", "INSERT INTO totp AS t (user_id, secret, key_id) VALUES ($1::uuid, $2, $3)"
                   " ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret,"
                   " key_id = excluded.key_id, last_step = 0, created_at = now()"
                   " WHERE t.confirmed_at IS NULL"},
    {"totp_confirm", "UPDATE totp SET confirmed_at = now() WHERE user_id = $1::uuid"},
    {"totp_use", "UPDATE totp SET last_step = $2 WHERE user_id = $1::uuid AND last_step < $2"},
    {"totp_remove", "DELETE FROM totp WHERE user_id = $1::uuid"},
    {"totp_status", "SELECT EXISTS (SELECT FROM totp WHERE user_id = $1::uuid AND confirmed_at IS"
                    " NOT NULL), (SELECT count(*) FROM recovery_code WHERE user_id = $1::uuid)"},
    {"recovery_add", "INSERT INTO recovery_code (user_id, code_hash) VALUES ($1::uuid, $2)"},
    {"recovery_use", "DELETE FROM recovery_code WHERE user_id = $1::uuid AND code_hash = $2"},
    {"recovery_drop", "DELETE FROM recovery_code WHERE user_id = $1::uuid"},
    {"challenge_add", "INSERT INTO login_challenge (challenge_hash, user_id, password_version,"
                      " expires_at) VALUES ($1, $2::uuid, $3, now() + $4::integer * interval"
                      " '1 second')"},
    {"challenge_find", "SELECT user_id, password_version FROM login_challenge"
                       " WHERE challenge_hash = $1 AND expires_at > now()"},
    {"challenge_try", "UPDATE login_challenge SET attempts = attempts + 1"
                      " WHERE challenge_hash = $1 AND attempts < $2"},
    {"challenge_drop", "DELETE FROM login_challenge WHERE challenge_hash = $1"},
    {"challenge_purge",
     "DELETE FROM login_challenge WHERE challenge_hash IN (SELECT challenge_hash FROM"
     " login_challenge WHERE expires_at < now() LIMIT 500 FOR UPDATE SKIP LOCKED)"},
};
const struct pg_statements totp_statements = {statements, LENGTH(statements)};

void totp_row_fini(struct totp_row *row)
{
    if (row->secret != NULL)
        explicit_bzero(row->secret, row->secret_len);
    free(row->secret);
    *row = (struct totp_row){.secret = NULL};
}

static void read_row(const struct pg_result *result, struct totp_row *row)
{
    size_t len = 0;
    pg_copy(result, 0, 0, row->user_id, sizeof row->user_id);
    row->secret = pg_bytes(result, 0, 1, &row->secret_len);
    row->sealed = !pg_is_null(result, 0, 2);
    row->confirmed = pg_bool(result, 0, 3);
    if (!row->sealed)
        return;
    void *key_id = pg_bytes(result, 0, 2, &len);
    if (len != TOTP_KEY_ID_SIZE)
        panic("totp row with a key id of %zu bytes", len);
    memcpy(row->key_id, key_id, len);
    free(key_id);
}

bool totp_store_lock(struct pg_tx *tx, const char *user_id, struct totp_row *row, bool *found,
                     struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *row = (struct totp_row){.secret = NULL};
    if (!pg_exec(tx, "totp_lock", PARAMS(P_STR(user_id)), &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (*found)
        read_row(result, row);
    return true;
}

bool totp_store_next_stale(struct pg_tx *tx, const unsigned char *key_id, struct totp_row *row,
                           bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "totp_next_stale",
                 PARAMS(P_STR(row->user_id), P_BYTES(key_id, TOTP_KEY_ID_SIZE)), &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (*found)
        read_row(result, row);
    return true;
}

static struct pg_param key_id_of(const struct totp_row *row)
{
    return P_BYTES(row->sealed ? row->key_id : NULL, TOTP_KEY_ID_SIZE);
}

bool totp_store_reseal(struct pg_tx *tx, const struct totp_row *row, struct err *err)
{
    return pg_exec(
        tx, "totp_reseal",
        PARAMS(P_STR(row->user_id), P_BYTES(row->secret, row->secret_len), key_id_of(row)), NULL,
        err);
}

bool totp_store_begin(struct pg_tx *tx, const struct totp_row *row, bool *begun, struct err *err)
{
    return pg_exec_change(
        tx, "totp_begin",
        PARAMS(P_STR(row->user_id), P_BYTES(row->secret, row->secret_len), key_id_of(row)), begun,
        err);
}

bool totp_store_confirm(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "totp_confirm", PARAMS(P_STR(user_id)), NULL, err);
}

bool totp_store_use(struct pg_tx *tx, const char *user_id, int64_t step, bool *fresh,
                    struct err *err)
{
    return pg_exec_change(tx, "totp_use", PARAMS(P_STR(user_id), P_INT(step)), fresh, err);
}

bool totp_store_remove(struct pg_tx *tx, const char *user_id, bool *removed, struct err *err)
{
    return pg_exec_change(tx, "totp_remove", PARAMS(P_STR(user_id)), removed, err) &&
           pg_exec(tx, "recovery_drop", PARAMS(P_STR(user_id)), NULL, err);
}

bool totp_store_status(struct pg_pool *db, const char *user_id, bool *enabled, int64_t *codes_left,
                       struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "totp_status", PARAMS(P_STR(user_id)), &result, err))
        return false;
    *enabled = pg_bool(result, 0, 0);
    *codes_left = pg_int(result, 0, 1);
    return true;
}

bool recovery_store_add(struct pg_tx *tx, const char *user_id, const unsigned char *hash,
                        struct err *err)
{
    return pg_exec(tx, "recovery_add", PARAMS(P_STR(user_id), P_BYTES(hash, RECOVERY_HASH_SIZE)),
                   NULL, err);
}

bool recovery_store_use(struct pg_tx *tx, const char *user_id, const unsigned char *hash,
                        bool *used, struct err *err)
{
    return pg_exec_change(tx, "recovery_use",
                          PARAMS(P_STR(user_id), P_BYTES(hash, RECOVERY_HASH_SIZE)), used, err);
}

/* In a transaction, since pg_query repeats a statement whose connection was lost. */
bool challenge_store_add(struct pg_pool *db, const struct challenge *challenge, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(db, &tx, err) &&
           pg_exec(tx, "challenge_add",
                   PARAMS(P_BYTES(challenge->hash, CHALLENGE_HASH_SIZE), P_STR(challenge->user_id),
                          P_INT(challenge->password_version), P_INT(CHALLENGE_LIFE_S)),
                   NULL, err) &&
           pg_commit(&tx, err);
}

bool challenge_store_find(struct pg_pool *db, struct challenge *challenge, bool *found,
                          struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "challenge_find", PARAMS(P_BYTES(challenge->hash, CHALLENGE_HASH_SIZE)),
                  &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (!*found)
        return true;
    pg_copy(result, 0, 0, challenge->user_id, sizeof challenge->user_id);
    challenge->password_version = pg_int(result, 0, 1);
    return true;
}

bool challenge_store_try(struct pg_pool *db, const struct challenge *challenge, bool *left,
                         struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(db, &tx, err) &&
           pg_exec_change(
               tx, "challenge_try",
               PARAMS(P_BYTES(challenge->hash, CHALLENGE_HASH_SIZE), P_INT(CHALLENGE_TRIES)), left,
               err) &&
           pg_commit(&tx, err);
}

bool challenge_store_drop(struct pg_tx *tx, const struct challenge *challenge, bool *dropped,
                          struct err *err)
{
    return pg_exec_change(tx, "challenge_drop",
                          PARAMS(P_BYTES(challenge->hash, CHALLENGE_HASH_SIZE)), dropped, err);
}
