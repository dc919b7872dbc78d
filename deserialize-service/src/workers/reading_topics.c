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
#include "workers/reading_templates.h"

static json_t *rejected_data(const struct reading_job *job)
{
    json_t *data =
        json_pack("{s:s, s:s}", "message_id", job->message.id, "reason", job->outcome.reason);
    if (job->outcome.duplicate_of != NULL)
        json_object_set_new(data, "duplicate_of", json_string(job->outcome.duplicate_of));
    return data;
}

/* The data is the caller's to drop. The attempt is written by now, so its fields can become it. */
static struct outbox_event event_of(struct reading_job *job)
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
        transaction_complete(job->fields, &job->message, &job->reading,
                             job->outcome.possible_duplicate_of, 1);
        ev.data = json_incref(job->fields);
    } else {
        ev.data = rejected_data(job);
    }
    return ev;
}

static bool publish(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err)
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

/* The keys under which the texts are fingerprinted and sealed. A person who was deleted since the
 * jobs were opened has none: skipped as if it had been seen. */
static bool fetch_keys(struct svc *svc, struct pg_tx *tx, struct reading_jobs *jobs,
                       struct err *err)
{
    const char **user_ids = xcalloc(jobs->count, sizeof *user_ids);
    size_t *of = xcalloc(jobs->count, sizeof *of);
    struct text_key *keys = xcalloc(jobs->count, sizeof *keys);
    bool *known = xcalloc(jobs->count, sizeof *known);
    size_t count = 0;
    for (size_t i = 0; i < jobs->count; i++)
        if (!jobs->items[i].skip) {
            of[count] = i;
            user_ids[count++] = jobs->items[i].ev->user_id;
        }
    bool ok = text_keys_get_many(svc->texts, tx, user_ids, count, keys, known, err);
    for (size_t i = 0; ok && i < count; i++) {
        jobs->items[of[i]].key = keys[i];
        jobs->items[of[i]].skip = !known[i];
    }
    explicit_bzero(keys, jobs->count * sizeof *keys);
    free(known);
    free(keys);
    free(of);
    free(user_ids);
    return ok;
}

bool reading_on_message(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                        size_t count, struct err *err)
{
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    if (!reading_jobs_new(evs, count, &jobs, err) || !reading_store_open(tx, &jobs, err) ||
        !fetch_keys(svc, tx, &jobs, err))
        return false;
    reading_jobs_skip_repeats(&jobs);
    reading_jobs_mark(&jobs);
    scoped(taught_sets_drop) struct taught_sets *taught = NULL;
    if (!reading_templates(tx, &jobs, &taught, err))
        return false;
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
