/* import_page - some rows of a file, from its bytes to the ledger, within a transaction that the
 * caller commits, or does not: so a preview is what an import would do. */
#pragma once
#include "imports/entering_refs.h"
#include "imports/entering_store.h"
#include "imports/import_row.h"
#include "imports/import_store.h"

enum { IMPORT_PAGE = IMPORT_PAGE_MAX };

struct import_page {
    struct buf window;
    struct csv_record records[IMPORT_PAGE];
    struct import_row rows[IMPORT_PAGE];
    int64_t lines[IMPORT_PAGE];
    struct import_note notes[IMPORT_PAGE];
    bool skip[IMPORT_PAGE]; /* noted, and not to be entered */
    char known[IMPORT_PAGE][UUID_SIZE];
    size_t count, note_count;
    struct import_counts counts;
    struct entering entered[IMPORT_PAGE]; /* in the order of the rows that were not left out */
    struct entering_refs refs;            /* of these */
};
/* For scoped(import_page_drop). */
struct import_page *import_page_new(void);
void import_page_drop(struct import_page **page);
/* At most limit rows from work's place on, which moves behind them; broken ones are noted. */
must_check bool import_page_read(struct pg_tx *tx, struct import_work *work, size_t limit,
                                 struct import_page *page, struct err *err);
/* Notes what is there already, and enters the rest (counts.created of entered), with events, rules
 * and suggestions. */
must_check bool import_page_enter(struct pg_tx *tx, const struct import_work *work,
                                  struct import_page *page, struct err *err);
