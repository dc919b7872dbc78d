#include "imports/importing.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "events/events.h"
#include "events/outbox.h"
#include "expenses/expense_store.h"
#include "expenses/parsed_topics.h"
#include "imports/import_page.h"
#include "ledger.h"
#include "links/linking.h"
#include "owners/owner_store.h"
#include "service/purge.h"

/* While so many events wait for the broker, those of others go first. */
enum {
    OUTBOX_ENOUGH = 5000,
    UNDO_PAGE = 500,
    FAILED_ENOUGH = 10000, /* rows of which not one could be read: it is another kind of file */
};

/* All rows are read, and none entered, before the first is: when one cannot be, none is. */
static bool check_page(struct pg_tx *tx, struct import_work *work, struct err *err)
{
    scoped(import_page_drop) struct import_page *page = import_page_new();
    if (!import_page_read(tx, work, work->page, page, err) ||
        !import_store_note(tx, work, page->notes, page->note_count, err))
        return false;
    bool over = work->place >= work->size;
    bool broken = work->failed + page->counts.failed > 0;
    if (!import_store_move(tx, work, &page->counts, over && broken ? "refused" : "checking", err))
        return false;
    return !over || broken || import_store_restart(tx, work, "importing", err);
}

static bool enter_page(struct pg_tx *tx, struct import_work *work, struct err *err)
{
    scoped(import_page_drop) struct import_page *page = import_page_new();
    if (!owner_enter(tx, work->user_id, err) ||
        !import_page_read(tx, work, work->page, page, err) ||
        !import_page_enter(tx, work, page, err) ||
        !import_store_note(tx, work, page->notes, page->note_count, err))
        return false;
    metric_add("imported_rows_total", LABEL("outcome", "created"), (size_t)page->counts.created);
    metric_add("imported_rows_total", LABEL("outcome", "duplicate"),
               (size_t)page->counts.duplicate);
    metric_add("imported_rows_total", LABEL("outcome", "failed"), (size_t)page->counts.failed);
    bool hopeless = work->good + page->counts.created + page->counts.duplicate == 0 &&
                    work->failed + page->counts.failed >= FAILED_ENOUGH;
    return import_store_move(tx, work, &page->counts,
                             hopeless                    ? "refused"
                             : work->place >= work->size ? "done"
                                                         : "importing",
                             err);
}

/* A row that PostgreSQL refuses is told like one that cannot be read, or nothing behind it is ever
 * entered. */
static bool skip_row(struct pg_tx *tx, struct import_work *work, struct err *err)
{
    scoped(import_page_drop) struct import_page *page = import_page_new();
    if (!import_page_read(tx, work, 1, page, err))
        return false;
    if (page->count > 0 && page->note_count == 0) {
        page->notes[page->note_count++] = (struct import_note){.number = work->rows,
                                                               .line = page->lines[0],
                                                               .status = "failed",
                                                               .code = "value_invalid"};
        page->counts.failed++;
    }
    return import_store_note(tx, work, page->notes, page->note_count, err) &&
           import_store_move(tx, work, &page->counts,
                             work->place >= work->size ? "done" : work->state, err);
}

/* What they are linked with becomes what it was: a bank's text that was merged into one of them
 * comes back, the other side of a transfer counts again. *undone: there were some, and versions
 * have moved. */
static bool undo_links(struct pg_tx *tx, const struct import_work *work,
                       const struct pg_result *entered, bool *undone, struct err *err)
{
    const char *ids[UNDO_PAGE];
    scoped(pg_result_drop) struct pg_result *links = NULL;
    size_t count = pg_rows(entered);
    for (size_t i = 0; i < count; i++)
        ids[i] = pg_str(entered, i, 0);
    scoped(str_drop) char *list = pg_array(ids, count);
    if (!import_store_links(tx, work, list, &links, err))
        return false;
    *undone = pg_rows(links) > 0;
    for (size_t i = 0; i < pg_rows(links); i++)
        if (!link_undo(tx, work->user_id, pg_str(links, i, 0), pg_str(links, i, 1), err))
            return false;
    return true;
}

/* Told as each one's deletion; they are in the trash as if deleted by hand. */
static bool take_back(struct pg_tx *tx, const struct import_work *work,
                      const struct pg_result *entered, struct err *err)
{
    struct expense expense;
    const char *ids[UNDO_PAGE];
    size_t count = pg_rows(entered);
    bool ok = true;
    scoped(json_drop) json_t *none = json_object();
    for (size_t i = 0; i < count; i++)
        ids[i] = pg_str(entered, i, 0);
    scoped(str_drop) char *list = pg_array(ids, count);
    if (!import_store_take_back(tx, work, list, err))
        return false;
    for (size_t i = 0; ok && i < count; i++) {
        expense_from_row(entered, i, &expense);
        expense.version++;
        ok = expense_publish(tx, EVENT_EXPENSE_DELETED, &expense, none, NULL, err);
        expense_fini(&expense);
    }
    return ok;
}

static bool undo_page(struct pg_tx *tx, struct import_work *work, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *entered = NULL;
    int limit = work->page < UNDO_PAGE ? (int)work->page : UNDO_PAGE;
    bool unlinked = false;
    if (!owner_enter(tx, work->user_id, err) ||
        !import_store_entered(tx, work, limit, &entered, err) ||
        !undo_links(tx, work, entered, &unlinked, err))
        return false;
    if (unlinked) {
        pg_result_drop(&entered);
        if (!import_store_entered(tx, work, limit, &entered, err))
            return false;
    }
    struct import_counts counts = {.undone = (int64_t)pg_rows(entered)};
    return (counts.undone == 0 || take_back(tx, work, entered, err)) &&
           import_store_move(tx, work, &counts, counts.undone < limit ? "undone" : "undoing", err);
}

static bool work_at(struct pg_tx *tx, struct import_work *work, struct err *err)
{
    return strcmp(work->state, "checking") == 0    ? check_page(tx, work, err)
           : strcmp(work->state, "importing") == 0 ? enter_page(tx, work, err)
                                                   : undo_page(tx, work, err);
}

/* Remembers that a step failed, or that its one row cannot be entered; false: not even that. */
static bool note_trouble(struct svc *svc, struct import_work *work, const struct err *why)
{
    struct err err;
    bool found = false;
    /* What a constraint refuses may be another transaction's doing: once more, and it is the row.
     */
    bool of_row = work->page == 1 && why->code == ERR_INVALID &&
                  (!why->constraint || work->tries > 0) && strcmp(work->state, "undoing") != 0;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(import_work_fini) struct import_work now = {.headers = NULL};
    return pg_begin(svc->base.db, &tx, &err) &&
           import_store_lock(tx, work->user_id, work->id, &now, &found, &err) &&
           (!found || (of_row ? skip_row(tx, &now, &err) : import_store_trouble(tx, &now, &err))) &&
           pg_commit(&tx, &err);
}

enum step importing_step(struct svc *svc)
{
    scoped(import_work_fini) struct import_work work = {.headers = NULL};
    bool found = false, room = true;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, &err) ||
        !import_store_lock(tx, NULL, NULL, &work, &found, &err) ||
        (found && !outbox_has_room(tx, OUTBOX_ENOUGH, &room, &err)) ||
        (found && room && !work_at(tx, &work, &err)) || !pg_commit(&tx, &err)) {
        log_warn("import_postponed", L_STR("import", work.id), L_STR("reason", err.text));
        pg_tx_drop(&tx);
        return found && note_trouble(svc, &work, &err) ? STEP_MORE : STEP_FAILED;
    }
    return !found ? STEP_IDLE : room ? STEP_MORE : STEP_WAIT;
}

void imports_purge(struct svc *svc)
{
    purge_all(&svc->base, import_store_purge);
}
