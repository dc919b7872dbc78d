/* export_store - exports in PostgreSQL: what was asked for, what came in, the archive.
 * Owns: rows of users.export, export_source, export_part, export_piece.
 * Whoever stores something for an export share-locks its row and sees what it has become, so
 * nothing comes in for one that has ended. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "exports/export.h"
#include "pg/pg.h"

extern const struct pg_statements export_store_statements;

/* *added is false when one is running. The person's profile is locked by the caller. */
must_check bool export_store_add(struct pg_tx *tx, const char *user_id, const char *id, bool *added,
                                 struct err *err);
/* How many were begun in the last day. */
must_check bool export_store_recent(struct pg_tx *tx, const char *user_id, int64_t *count,
                                    struct err *err);
/* ERR_NOT_FOUND without a row. */
must_check bool export_store_get(struct pg_pool *db, const char *user_id, const char *id,
                                 struct export *out, struct err *err);
must_check bool export_store_get_running(struct pg_tx *tx, const char *user_id, struct export *out,
                                         struct err *err);
/* Newest first, from before (NULL: the newest), at most limit. The caller ends each and frees. */
must_check bool export_store_list(struct pg_pool *db, const char *user_id, const char *before,
                                  int limit, struct export **out, size_t *count, struct err *err);

/* *stored is false for a part that is there already or that nobody waits for any more. */
must_check bool export_store_part(struct pg_tx *tx, const char *user_id,
                                  const struct export_part *part, bool *stored, struct err *err);
must_check bool export_store_end(struct pg_tx *tx, const char *user_id,
                                 const struct export_end *end, struct err *err);

/* Ends all of a person; the rows go in steps. */
must_check bool export_store_erase(struct pg_tx *tx, const char *user_id, struct err *err);
/* Those whose time is over become expired or failed, and those nobody will ask for any more go. */
must_check bool export_store_expire(struct pg_pool *db, struct err *err);
/* Removes some rows of one that has ended; *found: there was one, and there may be more. */
must_check bool export_store_purge(struct pg_pool *db, bool *found, struct err *err);
/* A piece of a ready archive, added to out. ERR_NOT_FOUND when it is gone. */
must_check bool export_store_piece(struct pg_pool *db, const char *user_id, const char *id,
                                   int64_t number, struct buf *out, struct err *err);
