/* key_store - rows of signing_key. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "pg/pg.h"

extern const struct pg_statements key_statements;

struct key_row {
    char kid[65];
    json_t *jwk;            /* public; owned */
    unsigned char *private; /* owned; NULL: given to each instance as a file */
    size_t private_len;
    bool sealed;
};
void key_row_fini(struct key_row *row);

/* Until the transaction ends no other instance looks for, makes or changes keys. */
must_check bool key_store_lock(struct pg_tx *tx, struct err *err);
/* The key that signs; *found is false when there is none. */
must_check bool key_store_signing(struct pg_tx *tx, struct key_row *row, bool *found,
                                  struct err *err);
/* Makes the row the one that signs; the one before only verifies from now on. */
must_check bool key_store_sign_with(struct pg_tx *tx, const struct key_row *row, struct err *err);
/* Array of the public keys in use, the signing one first. *jwks is the caller's. */
must_check bool key_store_public(struct pg_pool *db, json_t **jwks, struct err *err);
