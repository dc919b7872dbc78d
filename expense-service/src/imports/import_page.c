#include "imports/import_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "events/events.h"
#include "expenses/parsed_topics.h"
#include "imports/entering_store.h"
#include "links/suggesting.h"
#include "rules/ruling.h"

/* A window holds any record: csv_read and ofx_read call a longer one broken. */
enum { WINDOW = 1 << 18 };

struct import_page *import_page_new(void)
{
    return xcalloc(1, sizeof(struct import_page));
}

void import_page_drop(struct import_page **page)
{
    if (*page == NULL)
        return;
    for (size_t i = 0; i < IMPORT_PAGE; i++) {
        csv_record_fini(&(*page)->records[i]);
        import_row_fini(&(*page)->rows[i]);
    }
    buf_fini(&(*page)->window);
    free(*page);
}

static void note(struct import_page *page, const struct import_work *work, size_t at,
                 const char *status, const char *code, const char *field)
{
    bool failed = strcmp(status, "failed") == 0;
    page->skip[at] = true;
    page->counts.failed += failed;
    page->counts.duplicate += !failed;
    page->notes[page->note_count++] =
        (struct import_note){.number = work->rows - (int64_t)page->count + (int64_t)at + 1,
                             .line = page->lines[at],
                             .status = status,
                             .code = code,
                             .field = field,
                             .expense_id = failed ? NULL : page->known[at]};
}

static enum csv_next read_record(struct import_work *work, const char *window, size_t len,
                                 bool last, struct csv_record *record, size_t *used, size_t *lines)
{
    return work->format == IMPORT_OFX
               ? ofx_read(&work->ofx, window, len, last, record, used, lines)
               : csv_read(window, len, last, work->layout.delimiter, record, used, lines);
}

static bool is_blank(const struct csv_record *record)
{
    return record->count == 0 || (record->count == 1 && record->cells[0][0] == '\0');
}

bool import_page_read(struct pg_tx *tx, struct import_work *work, size_t limit,
                      struct import_page *page, struct err *err)
{
    if (!import_store_window(tx, work, WINDOW, &page->window, err))
        return false;
    const char *data = page->window.len > 0 ? page->window.data : "";
    size_t len = page->window.len, at = 0;
    bool last = work->place + (int64_t)len >= work->size;
    bool header = work->place == 0 && work->format == IMPORT_CSV && work->layout.header;
    while (page->count < limit && at < len) {
        size_t used, lines, n = page->count;
        int64_t line = work->line;
        enum csv_next next =
            read_record(work, data + at, len - at, last, &page->records[n], &used, &lines);
        if (next == CSV_MORE)
            break;
        at += used;
        work->line += (int64_t)lines;
        if (next == CSV_RECORD && (is_blank(&page->records[n]) || header)) {
            header &= is_blank(&page->records[n]);
            continue;
        }
        page->lines[n] = line;
        if (next == CSV_BROKEN)
            page->rows[n].code = "record_broken";
        else
            import_row_read(&work->layout,
                            work->base_currency[0] != '\0' ? work->base_currency : NULL,
                            &page->records[n], &page->rows[n]);
        page->count++;
        work->rows++;
    }
    work->place += (int64_t)at;
    for (size_t i = 0; i < page->count; i++)
        if (page->rows[i].code != NULL)
            note(page, work, i, "failed", page->rows[i].code, page->rows[i].column);
    return true;
}

/* Rows whose own id is there; one that stands in the page twice is the same. */
static bool find_known(struct pg_tx *tx, const struct import_work *work, struct import_page *page,
                       struct err *err)
{
    scoped(pg_result_drop) struct pg_result *known = NULL;
    if (!entering_store_known(tx, work->user_id, page->rows, page->skip, page->count, &known, err))
        return false;
    for (size_t i = 0; i < page->count; i++) {
        bool found = false, deleted = false, undone = false;
        if (page->skip[i] || !page->rows[i].own_id)
            continue;
        for (size_t k = 0; known != NULL && !found && k < pg_rows(known); k++)
            if (strcasecmp(pg_str(known, k, 0), page->rows[i].id) == 0) {
                found = true;
                deleted = pg_bool(known, k, 1);
                undone = pg_bool(known, k, 2);
            }
        for (size_t k = 0; !found && k < i; k++)
            found = page->rows[k].own_id && page->rows[k].code == NULL &&
                    strcasecmp(page->rows[k].id, page->rows[i].id) == 0;
        memcpy(page->known[i], page->rows[i].id, UUID_SIZE);
        if (found && !undone && work->skip_duplicates)
            note(page, work, i, "duplicate", deleted ? "deleted_before" : "same_id", NULL);
        else if (found)
            uuid_new(page->rows[i].id);
    }
    return true;
}

/* How well an entry stands for a row: 3 the bank's reference, 2 the same name, 1 nothing speaks
 * against it; 0: it is another. */
static int likeness(const struct import_row *row, const struct pg_result *alike, size_t n)
{
    const char *name = pg_str(alike, n, 2), *reference = pg_str(alike, n, 3);
    if (row->reference != NULL && reference != NULL)
        return strcmp(row->reference, reference) == 0 ? 3 : import_names_agree(row->merchant, name);
    if (row->merchant != NULL && name != NULL && strcasecmp(row->merchant, name) == 0)
        return 2;
    return import_names_agree(row->merchant, name);
}

/* Each entry stands for one row at most, the most alike first: two coffees of a day are two. */
static bool find_alike(struct pg_tx *tx, const struct import_work *work, struct import_page *page,
                       struct err *err)
{
    scoped(pg_result_drop) struct pg_result *alike = NULL;
    if (!work->skip_duplicates)
        return true;
    if (!entering_store_alike(tx, work, page->rows, page->skip, page->count, &alike, err))
        return false;
    size_t candidates = pg_rows(alike);
    for (int wanted = 3; wanted > 0; wanted--)
        for (size_t n = 0; n < candidates; n++) {
            size_t i = (size_t)pg_int(alike, n, 0);
            bool taken = page->skip[i] || likeness(&page->rows[i], alike, n) != wanted;
            for (size_t k = 0; !taken && k < page->count; k++)
                taken = page->skip[k] && strcmp(page->known[k], pg_str(alike, n, 1)) == 0;
            if (taken)
                continue;
            pg_copy(alike, n, 1, page->known[i], UUID_SIZE);
            note(page, work, i, "duplicate", wanted == 3 ? "same_reference" : "same_amount_and_day",
                 NULL);
        }
    return true;
}

static void array_drop(void *array)
{
    free(*(void **)array);
}

static bool after_entering(struct pg_tx *tx, const struct import_work *work,
                           const struct pg_result *added, struct err *err)
{
    size_t count = pg_rows(added), ruled;
    scoped(array_drop) const char **users = xcalloc(count + 1, sizeof *users);
    scoped(array_drop) const char **ids = xcalloc(count + 1, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        users[i] = work->user_id;
        ids[i] = pg_str(added, i, 0);
    }
    return expense_publish_rows(tx, EVENT_EXPENSE_CREATED, added, NULL, err) &&
           ruling_entered(tx, users, ids, count, &ruled, err) &&
           suggest_for(tx, users, ids, count, NULL, err);
}

bool import_page_enter(struct pg_tx *tx, const struct import_work *work, struct import_page *page,
                       struct pg_result **added, struct err *err)
{
    if (!entering_store_times(tx, work->user_id, page->rows, page->skip, page->count, err) ||
        !find_known(tx, work, page, err) || !find_alike(tx, work, page, err))
        return false;
    if (page->note_count == page->count)
        return true;
    if (!entering_store_add(tx, work, page->rows, page->skip, page->count, added, err))
        return false;
    page->counts.created = (int64_t)pg_rows(*added);
    return after_entering(tx, work, *added, err);
}
