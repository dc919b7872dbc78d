/* upload_store - files that people send and what became of their items.
 * Owns: rows of upload, upload_piece and upload_item. */
#pragma once
#include "base/uuid.h"
#include "http/page.h"
#include "pg/pg.h"
#include "texts/text.h"
#include "uploads/item.h"

extern const struct pg_statements upload_statements;

/* At most so many of a person at once that are not read to their end. */
enum { UPLOADS_OPEN_MAX = 5, UPLOAD_PIECE = 1 << 18, UPLOAD_SIZE_MAX = 1 << 30 };

/* A new one, locked. ERR_CONFLICT too_many_uploads. */
must_check bool upload_store_add(struct pg_tx *tx, const char *user_id, const char *id,
                                 enum upload_format format, struct err *err);
/* Locks one that is not complete; size: bytes it has. ERR_NOT_FOUND, ERR_CONFLICT upload_complete.
 */
must_check bool upload_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                                  int64_t *size, struct err *err);
/* Adds bytes behind those there are, sealed; complete: there come no more. */
must_check bool upload_store_append(struct pg_tx *tx, const char *user_id, const char *id,
                                    const struct text_key *key, int64_t at, const char *data,
                                    size_t len, bool complete, struct err *err);
/* Rows for upload_json; before: the id of the page's last. */
must_check bool upload_store_find(struct pg_pool *db, const char *user_id, const char *id,
                                  struct pg_result **result, struct err *err);
must_check bool upload_store_list(struct pg_pool *db, const char *user_id, const struct page *page,
                                  struct pg_result **result, struct err *err);
json_t *upload_json(const struct pg_result *result, size_t row);
/* Page of items by number; status NULL: all. */
must_check bool upload_store_items(struct pg_pool *db, const char *user_id, const char *id,
                                   const char *status, const struct page *page,
                                   struct pg_result **result, struct err *err);
json_t *upload_item_json(const struct pg_result *result, size_t row);
/* Ends one and erases what it holds; *found false: there is none. */
must_check bool upload_store_cancel(struct pg_pool *db, const char *user_id, const char *id,
                                    bool *found, struct err *err);

/* One that is to be read, locked. */
struct upload_work {
    char user_id[UUID_SIZE], id[UUID_SIZE];
    struct item_reader reader;
    int64_t size, place, line, items;
};
must_check bool upload_store_next(struct pg_tx *tx, struct upload_work *out, bool *found,
                                  struct err *err);
/* Fewer than limit of the person's texts wait for the reader. */
must_check bool upload_store_has_room(struct pg_tx *tx, const char *user_id, int limit, bool *room,
                                      struct err *err);
/* Its bytes from place on, as many as fit into limit and a piece more. */
must_check bool upload_store_window(struct pg_tx *tx, const struct upload_work *work,
                                    const struct text_key *key, size_t limit, struct buf *out,
                                    struct err *err);
struct upload_counts {
    int64_t received, duplicate, skipped, failed;
};
struct upload_note {
    int64_t number, line;
    const char *status, *code;  /* constants */
    char message_id[UUID_SIZE]; /* empty: none */
};
must_check bool upload_store_note(struct pg_tx *tx, const struct upload_work *work,
                                  const struct upload_note notes[], size_t count, struct err *err);
/* Moves on to work->place; pieces that were read go. */
must_check bool upload_store_move(struct pg_tx *tx, const struct upload_work *work,
                                  const struct upload_counts *counts, struct err *err);
/* For housekeeping: those begun a day ago and never completed, and those done a month ago. */
must_check bool upload_store_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err);
