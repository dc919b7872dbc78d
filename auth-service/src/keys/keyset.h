/* keyset - the keys in the database, brought to where they should be: made, sealed, rotated,
 * retired, each change with its event in the same transaction and under a lock, so that instances
 * and commands that work at once end with the same keys. Threads: any. */
#pragma once
#include "keys/key_store.h"
#include "keys/rotation.h"
#include "keys/sign.h"
#include "secrets/vault.h"

struct keyset_conf {
    struct rotation_rules rules;
    const struct vault *vault;
    const char *file; /* path of an operator's key, or empty */
};

/* Takes the steps that are due and seals what should be sealed. rows gets the keys in use, the
 * caller's. mine: the operator's key of this instance, which then is the one that signs; or NULL.
 */
must_check bool keyset_tend(const struct keyset_conf *conf, const struct signing_key *mine,
                            struct pg_pool *db, struct key_rows *rows, struct err *err);
/* Publishes all keys in use again, so that a topic that was lost is whole again. */
must_check bool keyset_publish_all(struct pg_pool *db, struct err *err);
must_check bool keyset_open_row(const struct vault *vault, const struct key_row *row,
                                struct signing_key *out, struct err *err);

/* For the operator. row gets the next key, made unless there is one; *made tells which. */
must_check bool keyset_rotate(const struct keyset_conf *conf, struct pg_pool *db,
                              struct key_row *row, bool *made, struct err *err);
/* Retires at once: no token of it is accepted any more. When it was signing, a new one takes over.
 * ERR_NOT_FOUND: no key in use has this kid. */
must_check bool keyset_revoke(const struct keyset_conf *conf, struct pg_pool *db, const char *kid,
                              struct err *err);
/* Publishes an operator's key that instances are going to be given as a file. */
must_check bool keyset_publish(struct pg_pool *db, const struct signing_key *key, struct err *err);
must_check bool keyset_list(struct pg_pool *db, struct key_rows *rows, struct err *err);
