/* profile_store - profiles in PostgreSQL.
 * Owns: rows of users.profile. The row, live or deleted, is what writers of one person wait for. */
#pragma once
#include <stdbool.h>

#include "pg/pg.h"
#include "profile.h"

extern const struct pg_statements profile_statements;

/* A single read; *found tells whether there is a row (a deleted one included). */
must_check bool profile_store_find(struct pg_pool *db, const char *user_id, struct profile *out,
                                   bool *found, struct err *err);
/* The same, locked until the transaction ends. */
must_check bool profile_store_lock(struct pg_tx *tx, const char *user_id, struct profile *out,
                                   bool *found, struct err *err);
/* *added is false when the row is there already, live or deleted. */
must_check bool profile_store_add(struct pg_tx *tx, const struct profile *profile, bool *added,
                                  struct err *err);
/* Of a locked row; moves version and updated_us on in profile, too. */
must_check bool profile_store_save(struct pg_tx *tx, struct profile *profile, struct err *err);
/* Keeps that an account event with nothing new was seen. Of a locked row. */
must_check bool profile_store_note_account(struct pg_tx *tx, const struct profile *profile,
                                           struct err *err);
/* Forgets the bare ids of people whose events can no longer come; some at a time. */
must_check bool profile_store_forget(struct pg_pool *db, struct err *err);
/* A deleted person of whom nothing is left here, not told yet: marks it as told. */
must_check bool profile_store_next_erased(struct pg_tx *tx, char user_id[static UUID_SIZE],
                                          bool *found, struct err *err);
/* Erases everything but the mark that this person is deleted; with no row, leaves the mark.
 * *changed is false when the person was marked before. */
must_check bool profile_store_erase(struct pg_tx *tx, const char *user_id, bool *changed,
                                    struct err *err);
