#include "keys/key_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"

static const struct pg_statement statements[] = {
    /* In a schema of its own key space: the lock's number is taken from the table's identity. */
    {"key_lock", "SELECT pg_advisory_xact_lock('signing_key'::regclass::oid::bigint)"},
    {"key_signing",
     "SELECT kid, jwk::text, private_key, sealed FROM signing_key WHERE state = 'signing'"},
    {"key_demote", "UPDATE signing_key SET state = 'verifying' WHERE state = 'signing'"
                   " AND kid <> $1"},
    {"key_set", "INSERT INTO signing_key (kid, state, jwk, private_key, sealed)"
                " VALUES ($1, 'signing', $2::jsonb, $3, $4) ON CONFLICT (kid) DO UPDATE SET"
                " state = 'signing', private_key = excluded.private_key, sealed = excluded.sealed"},
    {"key_public", "SELECT jwk::text FROM signing_key WHERE state <> 'retired'"
                   " ORDER BY state = 'signing' DESC, created_at DESC"},
};
const struct pg_statements key_statements = {statements, LENGTH(statements)};

void key_row_fini(struct key_row *row)
{
    if (row->private != NULL)
        explicit_bzero(row->private, row->private_len);
    free(row->private);
    json_decref(row->jwk);
    *row = (struct key_row){.jwk = NULL};
}

bool key_store_lock(struct pg_tx *tx, struct err *err)
{
    return pg_exec(tx, "key_lock", NULL, 0, NULL, err);
}

bool key_store_signing(struct pg_tx *tx, struct key_row *row, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *row = (struct key_row){.jwk = NULL};
    if (!pg_exec(tx, "key_signing", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (!*found)
        return true;
    const char *jwk = pg_str(result, 0, 1);
    snprintf(row->kid, sizeof row->kid, "%s", pg_str(result, 0, 0));
    row->sealed = pg_bool(result, 0, 3);
    if (!pg_is_null(result, 0, 2))
        row->private = pg_bytes(result, 0, 2, &row->private_len);
    return json_parse(jwk, strlen(jwk), &row->jwk, err);
}

bool key_store_sign_with(struct pg_tx *tx, const struct key_row *row, struct err *err)
{
    scoped(str_drop) char *jwk = json_text(row->jwk);
    return pg_exec(tx, "key_demote", PARAMS(P_STR(row->kid)), NULL, err) &&
           pg_exec(tx, "key_set",
                   PARAMS(P_STR(row->kid), P_STR(jwk),
                          row->private ? P_BYTES(row->private, row->private_len) : P_NULL,
                          P_BOOL(row->sealed)),
                   NULL, err);
}

bool key_store_public(struct pg_pool *db, json_t **jwks, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "key_public", NULL, 0, &result, err))
        return false;
    scoped(json_drop) json_t *keys = json_array();
    for (size_t i = 0; i < pg_rows(result); i++) {
        json_t *jwk;
        const char *text = pg_str(result, i, 0);
        if (!json_parse(text, strlen(text), &jwk, err))
            return false;
        json_array_append_new(keys, jwk);
    }
    *jwks = json_incref(keys);
    return true;
}
