#include "receipts/receipt_store.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/uuid.h"

static const struct pg_statement rows[] = {
    {"receipt_add", "INSERT INTO receipt (user_hash) VALUES ($1) ON CONFLICT DO NOTHING"},
    {"receipt_note",
     "INSERT INTO receipt_service AS r (user_hash, service, erased_at) VALUES ($1, $2, $3)"
     " ON CONFLICT (user_hash, service) DO UPDATE"
     " SET erased_at = greatest(r.erased_at, excluded.erased_at)"},
    {"receipt_find", "SELECT " PG_US("deleted_at") ", service, " PG_US(
                         "erased_at") " FROM receipt LEFT JOIN receipt_service USING (user_hash)"
                                      " WHERE user_hash = $1 ORDER BY service"},
};
const struct pg_statements receipt_statements = {TABLE(rows)};

/* Of the id in lower case, as it is in every event. */
static void hash_of(const char *user_id, unsigned char out[static SHA256_SIZE])
{
    char id[UUID_SIZE] = "";
    for (size_t i = 0; i < UUID_SIZE - 1 && user_id[i] != '\0'; i++)
        id[i] =
            user_id[i] >= 'A' && user_id[i] <= 'F' ? (char)(user_id[i] - 'A' + 'a') : user_id[i];
    sha256(id, strlen(id), out);
}

bool receipt_store_add(struct pg_tx *tx, const char *user_id, struct err *err)
{
    unsigned char hash[SHA256_SIZE];
    hash_of(user_id, hash);
    return pg_exec(tx, "receipt_add", PARAMS(P_BYTES(hash, sizeof hash)), NULL, err);
}

bool receipt_store_note(struct pg_tx *tx, const char *user_id, const char *service,
                        int64_t erased_us, struct err *err)
{
    unsigned char hash[SHA256_SIZE];
    hash_of(user_id, hash);
    return pg_exec(tx, "receipt_note",
                   PARAMS(P_BYTES(hash, sizeof hash), P_STR(service), P_TIME(erased_us)), NULL,
                   err);
}

bool receipt_store_find(struct pg_pool *db, const char *user_id, struct receipt *out, bool *found,
                        struct err *err)
{
    unsigned char hash[SHA256_SIZE];
    scoped(pg_result_drop) struct pg_result *result = NULL;
    hash_of(user_id, hash);
    if (!pg_query(db, "receipt_find", PARAMS(P_BYTES(hash, sizeof hash)), &result, err))
        return false;
    *found = pg_rows(result) > 0;
    *out = (struct receipt){.deleted_us = *found ? pg_int(result, 0, 0) : 0};
    for (size_t i = 0; i < pg_rows(result) && out->count < RECEIPT_SERVICES_MAX; i++) {
        if (pg_is_null(result, i, 1))
            continue;
        snprintf(out->services[out->count].service, sizeof out->services[0].service, "%s",
                 pg_str(result, i, 1));
        out->services[out->count++].erased_us = pg_int(result, i, 2);
    }
    return true;
}
