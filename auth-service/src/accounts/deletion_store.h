/* deletion_store - account.delete_at, and every row of a person in this schema. */
#pragma once
#include "accounts/account.h"
#include "pg/pg.h"

extern const struct pg_statements deletion_statements;

must_check bool deletion_store_set(struct pg_tx *tx, const char *user_id, int64_t delete_at_us,
                                   struct err *err);
/* *undone is false when nothing was to be undone (any more). */
must_check bool deletion_store_undo(struct pg_tx *tx, const char *user_id, bool *undone,
                                    struct err *err);

struct deletion {
    char user_id[UUID_SIZE];
    char email_key[EMAIL_SIZE], username_key[USERNAME_SIZE]; /* empty: none */
};
/* Locks one account that is due; replicas take different ones. */
must_check bool deletion_store_take(struct pg_tx *tx, struct deletion *due, bool *found,
                                    struct err *err);
/* One that could not be erased is tried again a quarter of an hour later, after the others. */
must_check bool deletion_store_postpone(struct pg_pool *db, const char *user_id, struct err *err);
/* What is left: the audit log; counts of failed attempts and keys of sign-ups for a day, neither of
 * which names the person; and the number of the user's last event, for those that follow. */
must_check bool deletion_store_erase(struct pg_tx *tx, const struct deletion *due, struct err *err);
