/* import_store - files of entries and what became of their rows.
 * Owns: rows of import, import_piece, import_row and import_layout; with expense_store, rows of
 * expense, merchant, category and account. */
#pragma once
#include <jansson.h>

#include "base/uuid.h"
#include "http/page.h"
#include "imports/layout.h"
#include "imports/ofx.h"
#include "pg/pg.h"

extern const struct pg_statements import_statements;

enum import_format { IMPORT_CSV, IMPORT_OFX };
extern const char *const import_format_names[]; /* in that order, NULL-terminated */

/* At most so many of a person at once whose file is kept. */
enum {
    IMPORTS_OPEN_MAX = 5,
    IMPORT_SIZE_MAX = 1 << 30,
    IMPORT_PAGE_MAX = 2000,   /* rows of a step */
    IMPORT_NOTES_MAX = 10000, /* kept of an import's broken rows; the rest is counted */
};

/* ERR_CONFLICT too_many_imports. */
must_check bool import_store_add(struct pg_tx *tx, const char *user_id, const char *id,
                                 enum import_format format, struct err *err);
/* Behind those there are; false with ERR_NOT_FOUND when the import is gone. */
must_check bool import_store_append(struct pg_tx *tx, const char *user_id, const char *id,
                                    int64_t at, const char *data, size_t len, struct err *err);
/* The file is whole: how it is to be read. */
must_check bool import_store_ready(struct pg_tx *tx, const char *user_id, const char *id,
                                   const char *encoding, const struct layout *layout,
                                   const json_t *headers, struct err *err);
/* How files with these headers were read before; *found false: never. */
must_check bool import_store_remembered(struct pg_tx *tx, const char *user_id,
                                        const json_t *headers, struct layout *out, bool *found,
                                        struct err *err);

/* One that is worked at, locked. */
struct import_work {
    char user_id[UUID_SIZE], id[UUID_SIZE], state[12];
    enum import_format format;
    bool whole, skip_duplicates;
    struct layout layout;
    json_t *headers; /* owned; NULL: the file has none */
    struct ofx ofx;
    char base_currency[CURRENCY_SIZE]; /* empty: not known */
    int64_t size, place, line, rows, failed;
    int64_t good;  /* rows that became entries or are there already */
    size_t page;   /* rows of the next step: fewer after trouble */
    int64_t tries; /* since the last page that went well */
};
void import_work_fini(struct import_work *work);
/* id NULL: one that is to be worked at, of anyone; *found false: there is none. */
must_check bool import_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                                  struct import_work *out, bool *found, struct err *err);
/* Its bytes from place on, as many as fit into limit and a piece more. */
must_check bool import_store_window(struct pg_tx *tx, const struct import_work *work, size_t limit,
                                    struct buf *out, struct err *err);
must_check bool import_store_settle(struct pg_tx *tx, const struct import_work *work,
                                    struct err *err);
/* Ends one state and begins another, from the file's beginning. */
must_check bool import_store_restart(struct pg_tx *tx, const struct import_work *work,
                                     const char *state, struct err *err);
must_check bool import_store_remember(struct pg_tx *tx, const struct import_work *work,
                                      struct err *err);
struct import_counts {
    int64_t created, duplicate, failed, undone;
};
/* Stores place, line, rows and adds the counts; state: the next one. */
must_check bool import_store_move(struct pg_tx *tx, const struct import_work *work,
                                  const struct import_counts *counts, const char *state,
                                  struct err *err);
struct import_note {
    int64_t number, line;
    const char *status, *code, *field; /* field NULL: none */
    const char *expense_id;            /* NULL: none */
};
/* Of those that no entry stands for, IMPORT_NOTES_MAX are kept. */
must_check bool import_store_note(struct pg_tx *tx, const struct import_work *work,
                                  const struct import_note notes[], size_t count, struct err *err);

must_check bool import_store_find(struct pg_pool *db, const char *user_id, const char *id,
                                  struct pg_result **result, struct err *err);
must_check bool import_store_list(struct pg_pool *db, const char *user_id, const struct page *page,
                                  struct pg_result **result, struct err *err);
json_t *import_json(const struct pg_result *result, size_t row);
must_check bool import_store_rows(struct pg_pool *db, const char *user_id, const char *id,
                                  const char *status, const struct page *page,
                                  struct pg_result **result, struct err *err);
json_t *import_row_json(const struct pg_result *result, size_t row);
/* Of done ones, those whose entries are to be taken back: a page of them, locked. Rows of
 * EXPENSE_COLUMNS. */
must_check bool import_store_entered(struct pg_tx *tx, const struct import_work *work, int limit,
                                     struct pg_result **result, struct err *err);
must_check bool import_store_take_back(struct pg_tx *tx, const struct import_work *work,
                                       const char *ids, struct err *err);
/* Pairs of ids of the links of those entries. */
must_check bool import_store_links(struct pg_tx *tx, const struct import_work *work,
                                   const char *ids, struct pg_result **result, struct err *err);
/* A step failed: the next one takes fewer rows; when it was one already, it waits, each time
 * longer. */
must_check bool import_store_trouble(struct pg_tx *tx, const struct import_work *work,
                                     struct err *err);
must_check bool import_store_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err);
