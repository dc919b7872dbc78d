#include "imports/import_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "expenses/publishing.h"
#include "imports/names.h"
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
        expense_fini(&(*page)->entered[i].expense);
        free((*page)->entered[i].tags);
        free((*page)->entered[i].origins);
    }
    entering_refs_fini(&(*page)->refs);
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

/* The id under which this import enters what was entered under the file's own id and taken back:
 * always the same one, so that a row that stands twice in the file is known the second time. Of the
 * import's time, as its other ones nearly are. */
static void id_anew(const struct import_work *work, char id[static UUID_SIZE])
{
    unsigned char digest[SHA256_SIZE], bytes[16];
    sha256_two(work->id, strlen(work->id), id, strlen(id), digest);
    uuid_to_bytes(work->id, bytes);
    memcpy(bytes + 8, digest, 8);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    uuid_from_bytes(bytes, id);
}

/* Of rows that were taken back: those that this import has entered anew already. */
static bool find_anew(struct pg_tx *tx, const struct import_work *work, struct import_page *page,
                      const bool skip[], struct err *err)
{
    scoped(pg_result_drop) struct pg_result *known = NULL;
    scoped(names_fini) struct names stored = {.texts = NULL};
    size_t at;
    if (!entering_store_known(tx, work->user_id, page->rows, skip, page->count, &known, err))
        return false;
    for (size_t i = 0; known != NULL && i < pg_rows(known); i++)
        names_add(&stored, pg_str(known, i, 0), NULL);
    for (size_t i = 0; i < page->count; i++)
        if (!skip[i] && names_find(&stored, page->rows[i].id, &at)) {
            memcpy(page->known[i], page->rows[i].id, UUID_SIZE);
            note(page, work, i, "duplicate", "same_id", NULL);
        }
    return true;
}

/* Rows whose own id is there; one that stands in the page twice is the same. */
static bool find_known(struct pg_tx *tx, const struct import_work *work, struct import_page *page,
                       struct err *err)
{
    bool others[IMPORT_PAGE];
    scoped(pg_result_drop) struct pg_result *known = NULL;
    scoped(names_fini) struct names stored = {.texts = NULL}, seen = {.texts = NULL};
    if (!entering_store_known(tx, work->user_id, page->rows, page->skip, page->count, &known, err))
        return false;
    for (size_t i = 0; known != NULL && i < pg_rows(known); i++)
        names_add(&stored, pg_str(known, i, 0), NULL);
    for (size_t i = 0; i < page->count; i++) {
        struct import_row *row = &page->rows[i];
        size_t at;
        bool is_new = true;
        others[i] = true;
        if (!row->own_id || row->code != NULL)
            continue;
        memcpy(page->known[i], row->id, UUID_SIZE);
        bool found = !page->skip[i] && names_find(&stored, page->known[i], &at);
        bool undone = found && pg_bool(known, at, 2);
        bool deleted = found && pg_bool(known, at, 1) && !undone;
        names_add(&seen, page->known[i], &is_new);
        if (page->skip[i] || (!found && is_new))
            continue;
        if (!work->skip_duplicates) {
            uuid_new(row->id);
            continue;
        }
        if (undone)
            id_anew(work, row->id);
        others[i] = !undone || !is_new;
        if (!others[i])
            continue;
        memcpy(page->known[i], row->id, UUID_SIZE);
        note(page, work, i, "duplicate", deleted ? "deleted_before" : "same_id", NULL);
    }
    return find_anew(tx, work, page, others, err);
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
    scoped(names_fini) struct names taken = {.texts = NULL};
    for (size_t i = 0; candidates > 0 && i < page->count; i++)
        if (page->skip[i] && page->known[i][0] != '\0')
            names_add(&taken, page->known[i], NULL);
    for (int wanted = 3; wanted > 0; wanted--)
        for (size_t n = 0; n < candidates; n++) {
            size_t i = (size_t)pg_int(alike, n, 0);
            size_t ignored;
            if (page->skip[i] || names_find(&taken, pg_str(alike, n, 1), &ignored) ||
                likeness(&page->rows[i], alike, n) != wanted)
                continue;
            pg_copy(alike, n, 1, page->known[i], UUID_SIZE);
            names_add(&taken, page->known[i], NULL);
            note(page, work, i, "duplicate", wanted == 3 ? "same_reference" : "same_amount_and_day",
                 NULL);
        }
    return true;
}

/* What a file says is a bank's word, or a program's; a category, a note and tags are a person's. */
static char *origins_of(const struct import_row *row, const char *category_by)
{
    return xasprintf("{\"type\":\"parser\",\"direction\":\"parser\",\"amount\":\"parser\","
                     "\"occurred_at\":\"parser\"%s%s%s%s%s%s%s%s}",
                     row->merchant != NULL ? ",\"merchant\":\"parser\"" : "",
                     row->account != NULL || row->last4 != NULL ? ",\"account\":\"parser\"" : "",
                     row->note != NULL ? ",\"note\":\"user\"" : "",
                     json_array_size(row->tags) > 0 ? ",\"tags\":\"user\"" : "",
                     row->splits != NULL ? ",\"splits\":\"user\"" : "",
                     category_by != NULL ? ",\"category\":\"" : "",
                     category_by != NULL ? category_by : "", category_by != NULL ? "\"" : "");
}

static json_t *splits_of(const struct import_page *page, const struct import_row *row)
{
    json_t *splits = json_array();
    for (size_t i = 0; i < json_array_size(row->splits); i++) {
        json_t *line = json_copy(json_array_get(row->splits, i));
        const char *name = json_string_value(json_object_get(line, "category"));
        struct ref category = entering_refs_category(&page->refs, name);
        json_object_set_new(line, "category_id", json_str_or_null(category.id));
        json_object_set_new(line, "category_name", json_str_or_null(category.name));
        json_object_del(line, "category");
        json_array_append_new(splits, line);
    }
    return splits;
}

static void make_entry(const struct import_page *page, const struct import_work *work,
                       const struct import_row *row, int64_t now_us, struct entering *out)
{
    const char *category_by;
    *out = (struct entering){.expense = {.id = row->id,
                                         .user_id = work->user_id,
                                         .type = row->type,
                                         .direction = row->direction,
                                         .status = row->status,
                                         .source = SOURCE_IMPORT,
                                         .amount = row->money,
                                         .occurred_us = row->when.us,
                                         .note = row->note != NULL ? row->note : "",
                                         .version = 1,
                                         .created_us = now_us,
                                         .updated_us = now_us},
                             .tags = json_text(row->tags),
                             .reference = row->reference};
    entering_refs_set(&page->refs, row, &out->expense, &category_by);
    out->origins = origins_of(row, category_by);
    if (row->splits != NULL)
        out->expense.splits = splits_of(page, row);
}

static bool publish(struct pg_tx *tx, const struct entering entered[], size_t count,
                    struct err *err)
{
    scoped(publishing_fini) struct publishing out = {.type = EVENT_EXPENSE_CREATED};
    for (size_t i = 0; i < count; i++) {
        const struct expense_texts texts = {.tags = entered[i].tags, .origins = entered[i].origins};
        if (!publishing_add(&out, tx, &entered[i].expense, &texts, entered[i].origins, NULL, err))
            return false;
    }
    return publishing_end(&out, tx, err);
}

static void array_drop(void *array)
{
    free(*(void **)array);
}

static bool after_entering(struct pg_tx *tx, const struct import_work *work,
                           const struct entering entered[], size_t count, struct err *err)
{
    size_t ruled;
    scoped(array_drop) const char **users = xcalloc(count + 1, sizeof *users);
    scoped(array_drop) const char **ids = xcalloc(count + 1, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        users[i] = work->user_id;
        ids[i] = entered[i].expense.id;
    }
    return publish(tx, entered, count, err) && ruling_entered(tx, users, ids, count, &ruled, err) &&
           suggest_for(tx, users, ids, count, NULL, err);
}

static bool enter_rest(struct pg_tx *tx, const struct import_work *work, struct import_page *page,
                       struct err *err)
{
    size_t count = 0;
    int64_t now_us = time_now_us();
    if (!entering_refs_find(tx, work, page->rows, page->skip, page->count, &page->refs, err))
        return false;
    for (size_t i = 0; i < page->count; i++)
        if (!page->skip[i])
            make_entry(page, work, &page->rows[i], now_us, &page->entered[count++]);
    page->counts.created = (int64_t)count;
    return entering_store_bases(tx, work, page->entered, count, err) &&
           entering_store_add(tx, work, page->entered, count, err) &&
           after_entering(tx, work, page->entered, count, err);
}

bool import_page_enter(struct pg_tx *tx, const struct import_work *work, struct import_page *page,
                       struct err *err)
{
    return entering_store_times(tx, work->user_id, page->rows, page->skip, page->count, err) &&
           find_known(tx, work, page, err) && find_alike(tx, work, page, err) &&
           (page->note_count == page->count || enter_rest(tx, work, page, err));
}
