#include "workers/reading_topics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "deserialize.h"
#include "events/events.h"
#include "events/outbox.h"
#include "workers/reading_event.h"
#include "workers/reading_job.h"
#include "workers/reading_store.h"

static json_t *rejected_data(const struct reading_job *job)
{
    json_t *data =
        json_pack("{s:s, s:s}", "message_id", job->message.id, "reason", job->outcome.reason);
    if (job->outcome.duplicate_of != NULL)
        json_object_set_new(data, "duplicate_of", json_string(job->outcome.duplicate_of));
    return data;
}

/* The data is the caller's to drop. */
static struct outbox_event event_of(const struct reading_job *job)
{
    bool unrecognised = strcmp(job->outcome.status, "unrecognised") == 0;
    struct outbox_event ev = {.topic = TOPIC_OUTCOME,
                              .type = unrecognised ? EVENT_MESSAGE_UNRECOGNISED
                                                   : EVENT_MESSAGE_REJECTED,
                              .user_id = job->ev->user_id,
                              .subject = job->message.id,
                              .cause = job->ev};
    if (reading_job_is_booked(job)) {
        ev.topic = TOPIC_TRANSACTION;
        ev.type = EVENT_TRANSACTION_PARSED;
        ev.data =
            transaction_to_json(&job->message, &job->reading, job->outcome.possible_duplicate_of);
    } else {
        ev.data = rejected_data(job);
    }
    return ev;
}

static bool publish(struct pg_tx *tx, const struct reading_jobs *jobs, struct err *err)
{
    struct outbox_event *evs = xcalloc(jobs->count, sizeof *evs);
    size_t count = 0;
    for (size_t i = 0; i < jobs->count; i++)
        if (!jobs->items[i].skip)
            evs[count++] = event_of(&jobs->items[i]);
    bool ok = outbox_add_many(tx, evs, count, err);
    for (size_t i = 0; i < count; i++)
        json_decref((json_t *)(uintptr_t)evs[i].data);
    free(evs);
    return ok;
}

static void count_outcomes(const struct reading_jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++) {
        const struct reading_job *job = &jobs->items[i];
        metric_add("messages_read_total",
                   LABEL("outcome", job->skip ? "skipped" : job->outcome.status), 1);
    }
}

bool reading_on_message(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                        size_t count, struct err *err)
{
    (void)svc;
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    if (!reading_jobs_new(evs, count, &jobs, err) || !reading_store_open(tx, &jobs, err))
        return false;
    reading_jobs_skip_repeats(&jobs);
    reading_jobs_read(&jobs);
    if (!reading_store_twins(tx, &jobs, err))
        return false;
    reading_jobs_settle_twins(&jobs);
    if (!reading_store_save(tx, &jobs, err) || !publish(tx, &jobs, err))
        return false;
    count_outcomes(&jobs);
    return true;
}

static void links_drop(struct reading_expense **links)
{
    free(*links);
}

bool reading_on_expense(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                        size_t count, struct err *err)
{
    (void)svc;
    scoped(links_drop) struct reading_expense *links = xcalloc(count, sizeof *links);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const char *message_id = json_string_value(json_object_get(evs[i]->data, "message_id"));
        const char *expense_id = json_string_value(json_object_get(evs[i]->data, "expense_id"));
        if (message_id == NULL) /* entered by hand */
            continue;
        if (expense_id == NULL || !uuid_valid(expense_id) || !uuid_valid(message_id))
            return err_set(err, ERR_INVALID, "expense_id or message_id is no UUID");
        links[used++] = (struct reading_expense){evs[i]->user_id, message_id, expense_id};
    }
    return used == 0 || reading_store_expenses(tx, links, used, err);
}
