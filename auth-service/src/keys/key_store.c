#include "keys/key_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"

static const struct pg_statement statements[] = {
    /* In a schema of its own key space: the lock's number is taken from the table's identity. */
    {"key_lock", "SELECT pg_advisory_xact_lock('signing_key'::regclass::oid::bigint)"},
    {"key_load", "SELECT kid, state, " PG_US("state_at") ", jwk::text, private_key, sealed, " PG_US(
                     "now()") ""
                              " FROM signing_key WHERE state <> 'retired'"
                              " ORDER BY state = 'signing' DESC, created_at DESC"},
    {"key_demote", "UPDATE signing_key SET state = 'verifying', state_at = now()"
                   " WHERE state = 'signing' AND kid <> $1"},
    {"key_put", "INSERT INTO signing_key (kid, state, jwk, private_key, sealed)"
                " VALUES ($1, $2, $3::jsonb, $4, $5) ON CONFLICT (kid) DO UPDATE SET"
                " state = excluded.state, state_at = now(),"
                " private_key = excluded.private_key, sealed = excluded.sealed"
                " WHERE signing_key.state <> 'retired'"},
    {"key_seal", "UPDATE signing_key SET private_key = $2, sealed = $3 WHERE kid = $1"},
    {"key_retire", "UPDATE signing_key SET state = 'retired', state_at = now(), private_key = NULL"
                   " WHERE kid = $1"},
};
const struct pg_statements key_statements = {TABLE(statements)};

void key_row_fini(struct key_row *row)
{
    if (row->private != NULL)
        explicit_bzero(row->private, row->private_len);
    free(row->private);
    json_decref(row->jwk);
    *row = (struct key_row){.jwk = NULL};
}

void key_rows_fini(struct key_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        key_row_fini(&rows->rows[i]);
    rows->count = 0;
}

bool key_store_lock(struct pg_tx *tx, struct err *err)
{
    return pg_exec(tx, "key_lock", NULL, 0, NULL, err);
}

static enum key_state state_named(const char *name)
{
    for (size_t i = 0; key_state_names[i] != NULL; i++)
        if (strcmp(key_state_names[i], name) == 0)
            return (enum key_state)i;
    panic("signing key in state %s", name);
}

static bool read_row(const struct pg_result *result, size_t at, struct key_row *row,
                     struct err *err)
{
    const char *jwk = pg_str(result, at, 3);
    pg_copy(result, at, 0, row->kid, sizeof row->kid);
    row->state = state_named(pg_str(result, at, 1));
    row->since_us = pg_int(result, at, 2);
    row->sealed = pg_bool(result, at, 5);
    if (!pg_is_null(result, at, 4))
        row->private = pg_bytes(result, at, 4, &row->private_len);
    return json_parse(jwk, strlen(jwk), &row->jwk, err);
}

bool key_store_load(struct pg_tx *tx, struct key_rows *rows, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *rows = (struct key_rows){.count = 0};
    if (!pg_exec(tx, "key_load", NULL, 0, &result, err))
        return false;
    rows->now_us = pg_rows(result) > 0 ? pg_int(result, 0, 6) : 0;
    if (pg_rows(result) > KEYS_IN_USE_MAX)
        return err_set(err, ERR_INTERNAL, "more than %d signing keys in use", KEYS_IN_USE_MAX);
    for (; rows->count < pg_rows(result); rows->count++)
        if (!read_row(result, rows->count, &rows->rows[rows->count], err)) {
            key_rows_fini(rows);
            return false;
        }
    return true;
}

static struct pg_param private_of(const struct key_row *row)
{
    return row->private != NULL ? P_BYTES(row->private, row->private_len) : P_NULL;
}

bool key_store_put(struct pg_tx *tx, const struct key_row *row, struct err *err)
{
    scoped(str_drop) char *jwk = json_text(row->jwk);
    if (row->state == KEY_SIGNING && !pg_exec(tx, "key_demote", PARAMS(P_STR(row->kid)), NULL, err))
        return false;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "key_put",
                 PARAMS(P_STR(row->kid), P_STR(key_state_names[row->state]), P_STR(jwk),
                        private_of(row), P_BOOL(row->sealed)),
                 &result, err))
        return false;
    return pg_affected(result) == 1 ||
           err_set(err, ERR_CONFLICT, "key %.64s was retired and cannot come back", row->kid);
}

bool key_store_seal(struct pg_tx *tx, const struct key_row *row, struct err *err)
{
    return pg_exec(tx, "key_seal", PARAMS(P_STR(row->kid), private_of(row), P_BOOL(row->sealed)),
                   NULL, err);
}

bool key_store_retire(struct pg_tx *tx, const char *kid, struct err *err)
{
    return pg_exec(tx, "key_retire", PARAMS(P_STR(kid)), NULL, err);
}
