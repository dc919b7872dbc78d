/* replay_store - jobs that read texts again, their pages of texts and what they found.
 * Owns: rows of replay and replay_difference. */
#pragma once
#include "http/page.h"
#include "pg/pg.h"
#include "replay/replay.h"

extern const struct pg_statements replay_statements;

/* *added false: this person's (or the operator's) last one still runs. */
must_check bool replay_store_add(struct pg_tx *tx, const char *id, const struct replay_ask *ask,
                                 bool *added, struct err *err);
/* Columns of a job, for replay_job_json; user_id NULL: the operator's. */
must_check bool replay_store_find(struct pg_pool *db, const char *user_id, const char *id,
                                  struct pg_result **result, struct err *err);
json_t *replay_job_json(const struct pg_result *result, size_t row);
/* *found false: there is no such job that runs. */
must_check bool replay_store_cancel(struct pg_pool *db, const char *user_id, const char *id,
                                    bool *found, struct err *err);
/* Page of differences by message and field. */
must_check bool replay_store_differences(struct pg_pool *db, const char *user_id, const char *id,
                                         const struct page *page, struct pg_result **result,
                                         struct err *err);
json_t *replay_difference_json(const struct pg_result *result, size_t row);

/* The job that is due, locked. Columns: id, dry_run. *waiting: none is due, but one runs. */
must_check bool replay_store_next(struct pg_tx *tx, struct pg_result **result, bool *waiting,
                                  struct err *err);
/* The next page of a locked job's texts, locked; REPLAY_PAGE rows looked at, of which those that
 * are meant are given. */
enum replay_column {
    REPLAY_USER,
    REPLAY_ID,
    REPLAY_CHANNEL,
    REPLAY_SENDER,
    REPLAY_BODY,
    REPLAY_SEALED,
    REPLAY_SECRET,
    REPLAY_RECEIVED_AT,
    REPLAY_DEVICE_ID,
    REPLAY_STATUS,
    REPLAY_REASON,
    REPLAY_POSSIBLE_DUPLICATE_OF,
    REPLAY_ATTEMPTS,
    REPLAY_FIELDS,
    REPLAY_CURRENCY,
    REPLAY_UTC_OFFSET,
    REPLAY_MEANT, /* false: only looked at */
};
must_check bool replay_store_page(struct pg_tx *tx, const char *id, struct pg_result **rows,
                                  struct err *err);
/* One text of a person, locked, in the same columns; no row: there is none, or it may not be read
 * again. */
must_check bool replay_store_one(struct pg_tx *tx, const char *user_id, const char *message_id,
                                 struct pg_result **rows, struct err *err);
/* The job goes on after the last row of the page, or ends when the page was not full. */
struct replay_progress {
    size_t looked, read, changed, gone;
};
must_check bool replay_store_move(struct pg_tx *tx, const char *id, const struct pg_result *rows,
                                  const struct replay_progress *progress, struct err *err);
must_check bool replay_store_note(struct pg_tx *tx, const char *id, const char *user_id,
                                  const char *message_id, const json_t *differences,
                                  struct err *err);
/* Rejects a text that its person does not want booked; no row: there is none of theirs. Columns:
 * status before, attempts. */
must_check bool replay_store_dismiss(struct pg_tx *tx, const char *user_id, const char *message_id,
                                     struct pg_result **result, struct err *err);
