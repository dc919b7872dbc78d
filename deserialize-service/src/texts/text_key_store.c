#include "texts/text_key_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/columns.h"

enum column { SECRET, USER_ID, KEK_ID };
#define COLUMNS "secret, user_id, kek_id"
/* No row of somebody whose account was deleted may come back. */
#define ALIVE " WHERE NOT EXISTS (SELECT FROM person p WHERE p.user_id = i.user_id AND p.deleted)"

static const struct pg_statement rows[] = {
    {"text_key_find", "SELECT " COLUMNS " FROM text_key WHERE user_id = ANY ($1::uuid[])"},
    {"text_key_add",
     "INSERT INTO text_key (user_id, secret, kek_id)"
     " SELECT i.user_id, i.secret, i.kek_id"
     " FROM unnest($1::uuid[], $2::bytea[], $3::bytea[])"
     "  AS i (user_id, secret, kek_id)" ALIVE " ORDER BY i.user_id ON CONFLICT DO NOTHING"},
    {"text_key_any", "SELECT " COLUMNS " FROM text_key WHERE kek_id IS NOT NULL LIMIT 1"},
    {"text_key_other", "SELECT " COLUMNS " FROM text_key WHERE user_id > $2"
                       "  AND kek_id IS DISTINCT FROM $1::bytea ORDER BY user_id LIMIT $3"
                       " FOR UPDATE"},
    {"text_key_set", "UPDATE text_key AS k SET secret = i.secret, kek_id = i.kek_id"
                     " FROM unnest($1::uuid[], $2::bytea[], $3::bytea[])"
                     "  AS i (user_id, secret, kek_id) WHERE k.user_id = i.user_id"},
    {"text_key_count", "SELECT encode(kek_id, 'hex'), count(*) FROM text_key GROUP BY kek_id"
                       " ORDER BY kek_id"},
    {"text_key_delete", "DELETE FROM text_key WHERE user_id = $1"},
};
const struct pg_statements text_key_statements = {TABLE(rows)};

static bool take_bytes(const struct pg_result *result, size_t at, int col, unsigned char *out,
                       size_t max, size_t *len)
{
    void *bytes = pg_bytes(result, at, col, len);
    bool ok = bytes != NULL && *len <= max;
    if (ok)
        memcpy(out, bytes, *len);
    if (bytes != NULL)
        explicit_bzero(bytes, *len);
    free(bytes);
    return ok;
}

bool text_key_row_read(const struct pg_result *result, size_t at, int secret, const char *user_id,
                       struct text_key_row *row)
{
    snprintf(row->user_id, sizeof row->user_id, "%s", user_id);
    return !pg_is_null(result, at, secret) &&
           take_bytes(result, at, secret, row->secret, sizeof row->secret, &row->secret_len);
}

static bool take_row(const struct pg_result *result, size_t at, struct text_key_row *row,
                     struct err *err)
{
    size_t len = 0;
    *row = (struct text_key_row){.secret_len = 0};
    if (!text_key_row_read(result, at, SECRET, pg_str(result, at, USER_ID), row) ||
        (!pg_is_null(result, at, KEK_ID) &&
         !take_bytes(result, at, KEK_ID, row->kek_id, sizeof row->kek_id, &len)))
        return err_set(err, ERR_INTERNAL, "text_key of %s is damaged", row->user_id);
    return true;
}

static bool take_rows(const struct pg_result *result, struct text_key_row **taken, size_t *found,
                      struct err *err)
{
    *found = pg_rows(result);
    *taken = xcalloc(*found + 1, sizeof **taken);
    for (size_t i = 0; i < *found; i++) {
        if (take_row(result, i, &(*taken)[i], err))
            continue;
        free(*taken);
        *taken = NULL;
        return false;
    }
    return true;
}

bool text_key_store_find(struct pg_tx *tx, const char *const user_ids[], size_t count,
                         struct text_key_row **found_rows, size_t *found, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param params[1];
    pg_columns_init(&columns, 1);
    for (size_t i = 0; i < count; i++)
        pg_columns_str(&columns, 0, user_ids[i]);
    pg_columns_params(&columns, params);
    return pg_exec(tx, "text_key_find", params, 1, &result, err) &&
           take_rows(result, found_rows, found, err);
}

static bool write(struct pg_tx *tx, const char *statement, const struct text_key_row given[],
                  size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[3];
    pg_columns_init(&columns, 3);
    for (size_t i = 0; i < count; i++) {
        const struct text_key_row *row = &given[i];
        pg_columns_str(&columns, 0, row->user_id);
        pg_columns_bytes(&columns, 1, row->secret, row->secret_len);
        if (row->secret_len == WRAPPED_MAX)
            pg_columns_bytes(&columns, 2, row->kek_id, sizeof row->kek_id);
        else
            pg_columns_null(&columns, 2);
    }
    pg_columns_params(&columns, params);
    return pg_exec(tx, statement, params, LENGTH(params), NULL, err);
}

bool text_key_store_add(struct pg_tx *tx, const struct text_key_row given[], size_t count,
                        struct err *err)
{
    return write(tx, "text_key_add", given, count, err);
}

bool text_key_store_set(struct pg_tx *tx, const struct text_key_row given[], size_t count,
                        struct err *err)
{
    return write(tx, "text_key_set", given, count, err);
}

bool text_key_store_any(struct pg_pool *db, struct text_key_row *row, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "text_key_any", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    return !*found || take_row(result, 0, row, err);
}

bool text_key_store_other(struct pg_tx *tx, const unsigned char *kek_id, const char *after,
                          int limit, struct text_key_row **found_rows, size_t *found,
                          struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_exec(tx, "text_key_other",
                   PARAMS(P_BYTES(kek_id, VAULT_KEY_ID_SIZE), P_STR(after), P_INT(limit)), &result,
                   err) &&
           take_rows(result, found_rows, found, err);
}

bool text_key_store_count(struct pg_pool *db, struct pg_result **result, struct err *err)
{
    return pg_query(db, "text_key_count", NULL, 0, result, err);
}

bool text_key_store_delete(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "text_key_delete", PARAMS(P_STR(user_id)), NULL, err);
}
