#include "replay/replay_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deserialize.h"
#include "events/events.h"
#include "events/outbox.h"
#include "workers/reading_store.h"
#include "workers/reading_templates.h"

/* A text on its way through another reading, beside its job. */
struct again {
    struct event ev; /* of no event: it only says whose text it is */
    struct replay_before before;
    json_t *fields; /* owned: of before */
    char *body;     /* owned, secret */
    int64_t attempts;
    bool changed;
};

struct again_page {
    struct reading_jobs jobs;
    struct again *texts; /* one a job, in the same order */
};

static void again_page_fini(struct again_page *page)
{
    for (size_t i = 0; i < page->jobs.count; i++) {
        json_drop(&page->texts[i].fields);
        secret_drop(&page->texts[i].body);
    }
    reading_jobs_fini(&page->jobs);
    free(page->texts);
}

/* false in *kept: its time was over. */
static bool open_text(struct svc *svc, const struct pg_result *rows, size_t row, struct again *text,
                      struct text_key *key, bool *kept, struct err *err)
{
    struct text_key_row key_row = {.secret_len = 0};
    const char *user_id = pg_str(rows, row, REPLAY_USER), *clear = pg_str(rows, row, REPLAY_BODY);
    size_t len;
    *kept = clear != NULL || !pg_is_null(rows, row, REPLAY_SEALED);
    if (!*kept)
        return true;
    if (!text_key_row_read(rows, row, REPLAY_SECRET, user_id, &key_row)) {
        *kept = false; /* its key is gone: the person is being erased */
        return true;
    }
    if (!text_keys_of_row(svc->texts, &key_row, key, err))
        return false;
    if (clear != NULL) {
        text->body = xstrdup(clear);
        return true;
    }
    scoped(str_drop) char *sealed = pg_bytes(rows, row, REPLAY_SEALED, &len);
    return text_open(key, pg_str(rows, row, REPLAY_ID), (const unsigned char *)sealed, len,
                     &text->body, err);
}

static json_t *fields_of(const struct pg_result *rows, size_t row)
{
    json_error_t ignored;
    const char *text = pg_str(rows, row, REPLAY_FIELDS);
    json_t *fields = text != NULL ? json_loads(text, 0, &ignored) : NULL;
    return fields != NULL ? fields : json_object();
}

static void fill(const struct pg_result *rows, size_t row, struct again *text,
                 struct reading_job *job)
{
    pg_copy(rows, row, REPLAY_USER, text->ev.user_id, sizeof text->ev.user_id);
    text->fields = fields_of(rows, row);
    text->attempts = pg_int(rows, row, REPLAY_ATTEMPTS);
    text->before = (struct replay_before){.status = pg_str(rows, row, REPLAY_STATUS),
                                          .reason = pg_str(rows, row, REPLAY_REASON),
                                          .fields = text->fields};
    job->ev = &text->ev;
    job->stored = true;
    job->message = (struct message){.channel = pg_str(rows, row, REPLAY_CHANNEL),
                                    .sender = pg_str(rows, row, REPLAY_SENDER),
                                    .body = text->body,
                                    .device_message_id = pg_str(rows, row, REPLAY_DEVICE_ID),
                                    .received_at = pg_int(rows, row, REPLAY_RECEIVED_AT)};
    pg_copy(rows, row, REPLAY_ID, job->message.id, sizeof job->message.id);
    pg_copy(rows, row, REPLAY_CURRENCY, job->base_currency, sizeof job->base_currency);
    job->utc_offset_s = (int)pg_int(rows, row, REPLAY_UTC_OFFSET);
}

/* Those not booked so far come first: only they can turn out to repeat another text. */
static bool gather(struct svc *svc, const struct pg_result *rows, struct again_page *page,
                   size_t *unbooked, struct replay_progress *progress, struct err *err)
{
    page->jobs.items = xcalloc(pg_rows(rows), sizeof *page->jobs.items);
    page->texts = xcalloc(pg_rows(rows), sizeof *page->texts);
    progress->looked = pg_rows(rows);
    for (int booked = 0; booked <= 1; booked++) {
        for (size_t row = 0; row < pg_rows(rows); row++) {
            struct replay_before before = {.status = pg_str(rows, row, REPLAY_STATUS)};
            if (!pg_bool(rows, row, REPLAY_MEANT) || replay_was_booked(&before) != booked)
                continue;
            size_t n = page->jobs.count;
            bool kept;
            if (!open_text(svc, rows, row, &page->texts[n], &page->jobs.items[n].key, &kept, err))
                return false;
            progress->gone += !kept;
            if (!kept)
                continue;
            fill(rows, row, &page->texts[n], &page->jobs.items[n]);
            page->jobs.count++;
        }
        if (!booked)
            *unbooked = page->jobs.count;
    }
    progress->read = page->jobs.count;
    return true;
}

/* What was told to repeat another text, perhaps, stays so: that is not read from the text. */
static void keep_doubt(const struct pg_result *rows, struct again_page *page, size_t from)
{
    for (size_t row = 0, n = from; row < pg_rows(rows) && n < page->jobs.count; row++) {
        struct reading_job *job = &page->jobs.items[n];
        if (strcmp(pg_str(rows, row, REPLAY_ID), job->message.id) != 0)
            continue;
        n++;
        const char *twin = pg_str(rows, row, REPLAY_POSSIBLE_DUPLICATE_OF);
        if (twin == NULL || !reading_job_is_booked(job))
            continue;
        job->outcome.possible_duplicate_of = twin;
        job->outcome.status = "needs_review";
    }
}

static bool read_again(struct pg_tx *tx, const struct pg_result *rows, struct again_page *page,
                       size_t unbooked, struct err *err)
{
    scoped(taught_sets_drop) struct taught_sets *taught = NULL;
    struct reading_jobs fresh = {.items = page->jobs.items, .count = unbooked};
    reading_jobs_mark(&page->jobs);
    if (!reading_templates(tx, &page->jobs, &taught, err))
        return false;
    reading_jobs_read(&page->jobs);
    if (unbooked > 0 && !reading_store_twins(tx, &fresh, err))
        return false;
    reading_jobs_settle_twins(&fresh);
    keep_doubt(rows, page, unbooked);
    for (size_t i = 0; i < page->jobs.count; i++)
        page->jobs.items[i].own = page->jobs.items[i].shared = NULL; /* they end here */
    return true;
}

static bool compare(struct pg_tx *tx, struct again_page *page, struct replay_run *run,
                    struct err *err)
{
    for (size_t i = 0; i < page->jobs.count; i++) {
        struct reading_job *job = &page->jobs.items[i];
        scoped(json_drop) json_t *differences = replay_differences(&page->texts[i].before, job);
        bool changed = json_array_size(differences) > 0;
        page->texts[i].changed = changed;
        job->skip = !changed;
        run->progress.changed += changed;
        if (run->differences != NULL)
            json_array_extend(run->differences, differences);
        if (changed && run->note != NULL &&
            !replay_store_note(tx, run->note, job->ev->user_id, job->message.id, differences, err))
            return false;
    }
    return true;
}

bool replay_withdraw(struct pg_tx *tx, const char *user_id, const char *message_id,
                     int64_t revision, const char *reason, struct err *err)
{
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:I, s:s}", "message_id", message_id, "revision", (json_int_t)revision,
                  "withdrawn", reason);
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_TRANSACTION,
                                             .type = EVENT_TRANSACTION_REPARSED,
                                             .user_id = user_id,
                                             .subject = message_id,
                                             .data = data},
                      err);
}

static bool tell(struct pg_tx *tx, struct reading_job *job, const struct again *text,
                 struct err *err)
{
    const char *reason = job->outcome.reason != NULL ? job->outcome.reason : job->outcome.status;
    struct outbox_event ev = {.topic = TOPIC_TRANSACTION,
                              .type = EVENT_TRANSACTION_REPARSED,
                              .user_id = job->ev->user_id,
                              .subject = job->message.id};
    if (reading_job_is_booked(job)) {
        transaction_complete(job->fields, &job->message, &job->reading,
                             job->outcome.possible_duplicate_of, text->attempts + 1);
        ev.data = job->fields;
        return outbox_add(tx, &ev, err);
    }
    if (replay_was_booked(&text->before) &&
        !replay_withdraw(tx, job->ev->user_id, job->message.id, text->attempts + 1, reason, err))
        return false;
    bool unrecognised = strcmp(job->outcome.status, "unrecognised") == 0;
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s}", "message_id", job->message.id, "reason", reason);
    ev.topic = TOPIC_OUTCOME;
    ev.type = unrecognised ? EVENT_MESSAGE_UNRECOGNISED : EVENT_MESSAGE_REJECTED;
    ev.data = data;
    return outbox_add(tx, &ev, err);
}

bool replay_page(struct svc *svc, struct pg_tx *tx, const struct pg_result *rows,
                 struct replay_run *run, struct err *err)
{
    scoped(again_page_fini) struct again_page page = {0};
    size_t unbooked = 0;
    run->progress = (struct replay_progress){0};
    if (!gather(svc, rows, &page, &unbooked, &run->progress, err))
        return false;
    if (page.jobs.count == 0)
        return true;
    if (!read_again(tx, rows, &page, unbooked, err) || !compare(tx, &page, run, err))
        return false;
    if (run->dry || run->progress.changed == 0)
        return true;
    if (!reading_store_save(tx, &page.jobs, err))
        return false;
    for (size_t i = 0; i < page.jobs.count; i++)
        if (page.texts[i].changed && !tell(tx, &page.jobs.items[i], &page.texts[i], err))
            return false;
    return true;
}
