/* text_key_store - rows of text_key: a person's secret, sealed under the key-encryption key. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/uuid.h"
#include "pg/pg.h"
#include "secrets/vault.h"
#include "texts/text.h"

extern const struct pg_statements text_key_statements;

enum { WRAPPED_MAX = TEXT_SECRET_SIZE + SEAL_OVERHEAD };
struct text_key_row {
    char user_id[UUID_SIZE];
    unsigned char secret[WRAPPED_MAX];
    size_t secret_len; /* TEXT_SECRET_SIZE: in clear; WRAPPED_MAX: sealed */
    unsigned char kek_id[VAULT_KEY_ID_SIZE];
};

/* The rows there are of these people; *rows is the caller's, with room for one at least. */
must_check bool text_key_store_find(struct pg_tx *tx, const char *const user_ids[], size_t count,
                                    struct text_key_row **rows, size_t *found, struct err *err);
/* Adds what is not there yet, nothing of deleted people. */
must_check bool text_key_store_add(struct pg_tx *tx, const struct text_key_row rows[], size_t count,
                                   struct err *err);
/* Some row whose secret is sealed, to see whether the key given opens it; *found: there is one. */
must_check bool text_key_store_any(struct pg_pool *db, struct text_key_row *row, bool *found,
                                   struct err *err);
/* At most limit rows after the person, by id, that are not sealed under kek_id; locked. */
must_check bool text_key_store_other(struct pg_tx *tx, const unsigned char *kek_id,
                                     const char *after, int limit, struct text_key_row **rows,
                                     size_t *found, struct err *err);
must_check bool text_key_store_set(struct pg_tx *tx, const struct text_key_row rows[], size_t count,
                                   struct err *err);
/* Columns: kek_id in hexadecimal, NULL for secrets in clear; how many. */
must_check bool text_key_store_count(struct pg_pool *db, struct pg_result **result,
                                     struct err *err);
must_check bool text_key_store_delete(struct pg_tx *tx, const char *user_id, struct err *err);

/* The secret in these columns of a row of any result; kek_id is not read. false: there is none. */
bool text_key_row_read(const struct pg_result *result, size_t at, int secret, const char *user_id,
                       struct text_key_row *row);
