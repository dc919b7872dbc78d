/* text_keys - the keys of people's texts: made when a person's first text comes, kept in text_key
 * under the key-encryption key, and for some minutes in a table of fixed size in memory, so that a
 * text is taken in without a look into the database. What is not committed is never in that table.
 * Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pg/pg.h"
#include "texts/text.h"
#include "texts/text_key_store.h"

struct text_keys;
/* The vault must outlive them. */
struct text_keys *text_keys_new(const struct vault *vault);
void text_keys_free(struct text_keys *keys); /* wipes */

/* From memory alone; never blocks. */
bool text_keys_find(struct text_keys *keys, const char *user_id, struct text_key *out);
/* From memory or the database; made when there is none. ERR_FORBIDDEN account_deleted. */
must_check bool text_keys_get(struct text_keys *keys, struct pg_pool *db, const char *user_id,
                              struct text_key *out, struct err *err);
/* The same for many, any of them more than once, in a transaction; known[i] is false for a person
 * whose account was deleted. */
must_check bool text_keys_get_many(struct text_keys *keys, struct pg_tx *tx,
                                   const char *const user_ids[], size_t count,
                                   struct text_key out[], bool known[], struct err *err);
/* From memory or from this row, which was read beside the text. */
must_check bool text_keys_of_row(struct text_keys *keys, const struct text_key_row *row,
                                 struct text_key *out, struct err *err);
/* When the person is deleted. Other replicas forget within minutes. */
void text_keys_forget(struct text_keys *keys, const char *user_id);

/* Whether the key-encryption key opens what is in the database; ERR_INVALID when it does not. */
must_check bool text_keys_check(struct text_keys *keys, struct pg_pool *db, struct err *err);
/* Seals up to limit secrets anew that are in clear or under the previous key: those of people
 * after the one in after, which moves on; *found < limit: no more are left. */
must_check bool text_keys_rewrap(struct text_keys *keys, struct pg_tx *tx,
                                 char after[static UUID_SIZE], int limit, size_t *found,
                                 struct err *err);
