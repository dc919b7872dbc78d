#include "uploads/upload_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "deserialize.h"
#include "events/outbox.h"
#include "messages/accept.h"
#include "service/purge.h"
#include "uploads/upload_store.h"

enum {
    PAGE = 1000,
    /* Bytes looked at a page: to open a large window for some small texts each time would cost as
     * much as storing them. */
    WINDOW = UPLOAD_PIECE,
    WINDOW_LARGE = 1 << 20, /* holds any item */
    /* While so many events wait for the broker, those of live texts go first. */
    OUTBOX_ENOUGH = 5000,
    /* So far an upload runs ahead of the reader: behind these, others' live texts wait. */
    UNREAD_ENOUGH = 20000,
};

/* A page on its way: the items' texts, and for each where it stands in the file. */
struct upload_page {
    struct buf window;
    struct item items[PAGE];
    json_t *bodies[PAGE]; /* as a request would have them */
    struct message messages[PAGE];
    const struct message *valid[PAGE];
    size_t place_of[PAGE]; /* of a valid one: which item it is */
    struct message_added added[PAGE];
    struct upload_note notes[PAGE];
    struct upload_counts counts;
    size_t count, valid_count, note_count;
    int64_t lines[PAGE];
};

static void page_drop(struct upload_page **page)
{
    for (size_t i = 0; *page != NULL && i < (*page)->count; i++) {
        item_fini(&(*page)->items[i]);
        json_drop(&(*page)->bodies[i]);
    }
    if (*page != NULL)
        buf_fini(&(*page)->window);
    free(*page);
}

static void note(struct upload_page *page, const struct upload_work *work, size_t item,
                 const char *status, const char *code)
{
    struct upload_note *out = &page->notes[page->note_count++];
    *out = (struct upload_note){.number = work->items + (int64_t)item + 1,
                                .line = page->lines[item],
                                .status = status,
                                .code = code};
}

/* The same file sent twice is known by what is in it, where the file has no ids of its own. Under
 * the person's key, as fingerprints are: nobody can try out texts against it. */
static void device_id(const struct item *item, const struct text_key *key, char out[static 64])
{
    struct buf all = {0};
    unsigned char hash[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    buf_addf(&all, "%lld\n%s\n%s", (long long)item->received_us, item->sender.data,
             item->body.data);
    sha256_keyed(key->print, sizeof key->print, all.data, all.len, hash);
    sha256_hex(hash, hex);
    snprintf(out, 64, "file:%.48s", hex);
    buf_fini(&all);
}

static const char *text_of(const struct buf *buf)
{
    return buf->len > 0 ? buf->data : "";
}

/* Read as the body of a request would be, so that the same limits hold. */
static void check(struct upload_page *page, const struct upload_work *work,
                  const struct text_key *key, size_t at)
{
    struct item *item = &page->items[at];
    scoped(fields_fini) struct fields fields = {0};
    char id[64];
    if (item->code == NULL) {
        if (item->device_id.len <= 1)
            device_id(item, key, id);
        page->bodies[at] = json_pack("{s:s, s:s, s:s, s:s}", "sender", text_of(&item->sender),
                                     "body", text_of(&item->body), "device_message_id",
                                     item->device_id.len > 1 ? item->device_id.data : id, "channel",
                                     work->reader.format == UPLOAD_MBOX ? "email" : "sms");
        if (page->bodies[at] == NULL)
            item->code = "not_utf8";
    }
    if (item->code == NULL && item->received_us != 0)
        json_object_set_new(page->bodies[at], "received_at", json_time(item->received_us));
    if (item->code == NULL &&
        !message_parse(page->bodies[at], "", time_now_us(), &page->messages[at], &fields)) {
        const json_t *first = json_array_get(fields.errors, 0);
        const char *pointer = json_string_value(json_object_get(first, "pointer"));
        item->code = strcmp(pointer, "/sender") == 0        ? "sender_invalid"
                     : strcmp(pointer, "/body") == 0        ? "body_invalid"
                     : strcmp(pointer, "/received_at") == 0 ? "time_invalid"
                                                            : "device_message_id_invalid";
    }
    if (item->code != NULL) {
        note(page, work, at, item->skipped ? "skipped" : "failed", item->code);
        page->counts.skipped += item->skipped;
        page->counts.failed += !item->skipped;
        return;
    }
    uuid_new(page->messages[at].id);
    page->place_of[page->valid_count] = at;
    page->valid[page->valid_count++] = &page->messages[at];
}

/* Items from the window into the page; work moves behind the last one. Returns the bytes used. */
static size_t read_items(struct upload_page *page, struct upload_work *work)
{
    const char *data = page->window.len > 0 ? page->window.data : "";
    size_t len = page->window.len, at = 0;
    bool last = work->place + (int64_t)len >= work->size;
    while (page->count < PAGE && at < len) {
        size_t used, lines;
        page->lines[page->count] = work->line;
        enum item_next next = item_read(&work->reader, data + at, len - at, last,
                                        &page->items[page->count], &used, &lines);
        if (next == ITEM_MORE)
            break;
        at += used;
        work->line += (int64_t)lines;
        page->count += next == ITEM_FOUND;
        if (next == ITEM_NONE)
            item_fini(&page->items[page->count]), page->items[page->count] = (struct item){0};
    }
    work->place += (int64_t)at;
    return at;
}

static bool read_window(struct pg_tx *tx, const struct text_key *key, struct upload_page *page,
                        struct upload_work *work, struct err *err)
{
    if (!upload_store_window(tx, work, key, WINDOW, &page->window, err))
        return false;
    if (read_items(page, work) > 0 || page->window.len == 0)
        return true;
    page->window.len = 0;
    if (!upload_store_window(tx, work, key, WINDOW_LARGE, &page->window, err))
        return false;
    if (read_items(page, work) == 0) /* cannot be: an item that does not fit into it fails */
        work->place += (int64_t)page->window.len;
    return true;
}

static bool take(struct pg_tx *tx, const struct upload_work *work, const struct text_key *key,
                 struct upload_page *page, struct err *err)
{
    for (size_t i = 0; i < page->valid_count; i++)
        message_mark(&page->messages[page->place_of[i]], key);
    if (page->valid_count > 0 &&
        !messages_accept(tx, work->user_id, key, page->valid, page->valid_count, page->added, err))
        return false;
    for (size_t i = 0; i < page->valid_count; i++) {
        page->counts.received += page->added[i].created;
        page->counts.duplicate += !page->added[i].created;
        if (page->added[i].created)
            continue;
        note(page, work, page->place_of[i], "duplicate", "known");
        memcpy(page->notes[page->note_count - 1].message_id, page->added[i].id, UUID_SIZE);
    }
    return true;
}

static bool read_page(struct svc *svc, struct pg_tx *tx, struct upload_work *work, struct err *err)
{
    scoped(page_drop) struct upload_page *page = xcalloc(1, sizeof *page);
    struct text_key key;
    const char *user_id = work->user_id;
    bool known = false;
    if (!text_keys_get_many(svc->texts, tx, &user_id, 1, &key, &known, err))
        return false;
    if (!known) /* being erased: its rows go with the person */
        return err_set(err, ERR_UNAVAILABLE, "the upload's owner is being erased");
    if (!read_window(tx, &key, page, work, err))
        return false;
    for (size_t i = 0; i < page->count; i++)
        check(page, work, &key, i);
    if (!take(tx, work, &key, page, err) ||
        !upload_store_note(tx, work, page->notes, page->note_count, err))
        return false;
    work->items += (int64_t)page->count;
    metric_add("uploaded_items_total", NO_LABELS, page->count);
    return upload_store_move(tx, work, &page->counts, err);
}

enum step upload_step(struct svc *svc)
{
    struct upload_work work;
    bool found = false, room = true;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, &err) || !upload_store_next(tx, &work, &found, &err) ||
        (found && !outbox_has_room(tx, OUTBOX_ENOUGH, &room, &err)) ||
        (found && room && !upload_store_has_room(tx, work.user_id, UNREAD_ENOUGH, &room, &err)) ||
        (found && room && !read_page(svc, tx, &work, &err)) || !pg_commit(&tx, &err)) {
        log_warn("upload_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return !found ? STEP_IDLE : room ? STEP_MORE : STEP_WAIT;
}

void uploads_purge(struct svc *svc)
{
    purge_all(&svc->base, upload_store_purge);
}
