/* key_store - rows of signing_key. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "keys/rotation.h"
#include "pg/pg.h"

extern const struct pg_statements key_statements;

enum { KEY_KID_SIZE = 65, KEYS_IN_USE_MAX = 16 };

struct key_row {
    char kid[KEY_KID_SIZE];
    enum key_state state;
    int64_t since_us;
    json_t *jwk;            /* public; owned */
    unsigned char *private; /* owned; NULL: given to each instance as a file */
    size_t private_len;
    bool sealed;
};
void key_row_fini(struct key_row *row);

/* All that are not retired, the signing one first, then the newest. */
struct key_rows {
    struct key_row rows[KEYS_IN_USE_MAX];
    size_t count;
    int64_t now_us; /* by the clock that since_us is from */
};
void key_rows_fini(struct key_rows *rows);

/* Until the transaction ends no other instance looks for, makes or changes keys. */
must_check bool key_store_lock(struct pg_tx *tx, struct err *err);
must_check bool key_store_load(struct pg_tx *tx, struct key_rows *rows, struct err *err);
/* ERR_CONFLICT for a key that was retired: it stays so, whoever still has it in a file.
 * Inserts the row, or gives it its state and private part; since_us is now. A key that begins to
 * sign ends the signing of the one before. */
must_check bool key_store_put(struct pg_tx *tx, const struct key_row *row, struct err *err);
/* Changes the private part alone. */
must_check bool key_store_seal(struct pg_tx *tx, const struct key_row *row, struct err *err);
/* The private part is gone. */
must_check bool key_store_retire(struct pg_tx *tx, const char *kid, struct err *err);
