/* totp_store - rows of totp, recovery_code and login_challenge. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "accounts/account.h"
#include "pg/pg.h"
#include "totp/totp.h"

extern const struct pg_statements totp_statements;

enum { TOTP_KEY_ID_SIZE = 8 };
struct totp_row {
    char user_id[UUID_SIZE];
    bool sealed, confirmed;
    unsigned char key_id[TOTP_KEY_ID_SIZE]; /* of the key it was sealed with */
    unsigned char *secret;                  /* as stored; owned, ended by totp_row_fini */
    size_t secret_len;
};
void totp_row_fini(struct totp_row *row);

/* Locks the row, so that of two uses of one code the second sees the first. */
must_check bool totp_store_lock(struct pg_tx *tx, const char *user_id, struct totp_row *row,
                                bool *found, struct err *err);
/* *begun is false when there is a confirmed one, which stays. */
must_check bool totp_store_begin(struct pg_tx *tx, const struct totp_row *row, bool *begun,
                                 struct err *err);
/* The next one by user id, above row->user_id, that is not sealed with the key of key_id. */
must_check bool totp_store_next_stale(struct pg_tx *tx, const unsigned char *key_id,
                                      struct totp_row *row, bool *found, struct err *err);
must_check bool totp_store_reseal(struct pg_tx *tx, const struct totp_row *row, struct err *err);
must_check bool totp_store_confirm(struct pg_tx *tx, const char *user_id, struct err *err);
/* *fresh is false when this step or a later one was used before. */
must_check bool totp_store_use(struct pg_tx *tx, const char *user_id, int64_t step, bool *fresh,
                               struct err *err);
must_check bool totp_store_remove(struct pg_tx *tx, const char *user_id, bool *removed,
                                  struct err *err);
must_check bool totp_store_status(struct pg_pool *db, const char *user_id, bool *enabled,
                                  int64_t *codes_left, struct err *err);

must_check bool recovery_store_add(struct pg_tx *tx, const char *user_id, const unsigned char *hash,
                                   struct err *err);
must_check bool recovery_store_use(struct pg_tx *tx, const char *user_id, const unsigned char *hash,
                                   bool *used, struct err *err);

enum { CHALLENGE_HASH_SIZE = 32, CHALLENGE_TRIES = 5, CHALLENGE_LIFE_S = 300 };
struct challenge {
    unsigned char hash[CHALLENGE_HASH_SIZE];
    char user_id[UUID_SIZE];
    int64_t password_version; /* of the password that was right */
};
must_check bool challenge_store_add(struct pg_pool *db, const struct challenge *challenge,
                                    struct err *err);
/* By its hash; fills the rest. */
must_check bool challenge_store_find(struct pg_pool *db, struct challenge *challenge, bool *found,
                                     struct err *err);
/* Counts a try before the code is looked at; *left is false when there are none. */
must_check bool challenge_store_try(struct pg_pool *db, const struct challenge *challenge,
                                    bool *left, struct err *err);
/* *dropped is false when another request used it meanwhile. */
must_check bool challenge_store_drop(struct pg_tx *tx, const struct challenge *challenge,
                                     bool *dropped, struct err *err);
