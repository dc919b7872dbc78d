#include "workers/reading_job.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "workers/reading_event.h"

bool reading_jobs_new(const struct event *const evs[], size_t count, struct reading_jobs *out,
                      struct err *err)
{
    *out = (struct reading_jobs){.items = xcalloc(count, sizeof *out->items), .count = count};
    for (size_t i = 0; i < count; i++) {
        out->items[i].ev = evs[i];
        if (!message_of_event(evs[i], &out->items[i].message, err))
            return false;
    }
    return true;
}

void reading_jobs_fini(struct reading_jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++) {
        json_drop(&jobs->items[i].fields);
        explicit_bzero(&jobs->items[i].key, sizeof jobs->items[i].key);
    }
    free(jobs->items);
    *jobs = (struct reading_jobs){0};
}

bool reading_job_is_booked(const struct reading_job *job)
{
    return !job->skip && (strcmp(job->outcome.status, "parsed") == 0 ||
                          strcmp(job->outcome.status, "needs_review") == 0);
}

static int by_address(const struct reading_job *a, const struct reading_job *b)
{
    return a < b ? -1 : a > b;
}

static int by_message(const void *left, const void *right)
{
    const struct reading_job *a = *(const struct reading_job *const *)left;
    const struct reading_job *b = *(const struct reading_job *const *)right;
    int order = strcmp(a->ev->user_id, b->ev->user_id);
    if (order == 0)
        order = strcasecmp(a->message.id, b->message.id);
    return order != 0 ? order : by_address(a, b);
}

static int by_fingerprint(const void *left, const void *right)
{
    const struct reading_job *a = *(const struct reading_job *const *)left;
    const struct reading_job *b = *(const struct reading_job *const *)right;
    int order = strcmp(a->ev->user_id, b->ev->user_id);
    if (order == 0)
        order = memcmp(a->message.fingerprint, b->message.fingerprint, FINGERPRINT_SIZE);
    return order != 0 ? order : by_address(a, b);
}

/* Pointers to the jobs in another order; the caller frees. */
static struct reading_job **sorted(const struct reading_jobs *jobs,
                                   int (*compare)(const void *, const void *))
{
    struct reading_job **list = xcalloc(jobs->count, sizeof *list);
    for (size_t i = 0; i < jobs->count; i++)
        list[i] = &jobs->items[i];
    qsort(list, jobs->count, sizeof *list, compare);
    return list;
}

static bool same_message(const struct reading_job *a, const struct reading_job *b)
{
    return strcmp(a->ev->user_id, b->ev->user_id) == 0 &&
           strcasecmp(a->message.id, b->message.id) == 0;
}

void reading_jobs_skip_repeats(struct reading_jobs *jobs)
{
    struct reading_job **list = sorted(jobs, by_message);
    for (size_t i = 1; i < jobs->count; i++)
        if (same_message(list[i - 1], list[i]))
            list[i]->skip = true;
    free(list);
}

void reading_jobs_mark(struct reading_jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++) {
        struct reading_job *job = &jobs->items[i];
        if (job->skip)
            continue;
        message_mark(&job->message, &job->key);
        text_fingerprint_unkeyed(job->message.body, job->old_print);
    }
}

static void read_one(struct reading_job *job)
{
    struct reader_input input;
    reading_input(&job->message, job->base_currency, job->utc_offset_s, job->own, job->shared,
                  &input);
    reader_read(&input, &job->reading);
    job->outcome = reading_outcome(&job->reading);
    job->fields = reading_fields(&job->reading);
}

void reading_jobs_read(struct reading_jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        if (!jobs->items[i].skip)
            read_one(&jobs->items[i]);
}

static int64_t apart_us(const struct reading_job *job, int64_t received_at)
{
    return llabs(job->message.received_at - received_at);
}

/* The nearest in time of the one in the database and those earlier in this batch. */
static void find_nearest(struct reading_job *job, struct reading_job *const *earlier, size_t count)
{
    struct reading_twin *twin = &job->twin;
    for (size_t i = 0; i < count; i++) {
        const struct reading_job *other = earlier[i];
        if (!reading_job_is_booked(other) ||
            (twin->id[0] != '\0' &&
             apart_us(job, twin->received_at) <= apart_us(job, other->message.received_at)))
            continue;
        memcpy(twin->id, other->message.id, UUID_SIZE);
        twin->received_at = other->message.received_at;
    }
}

/* The same text again is the same payment when it carries a mark of its own (reference, time,
 * balance) or came at once; apart and without a mark it may be a second coffee: booked, flagged. */
static void judge(struct reading_job *job)
{
    if (job->twin.id[0] == '\0')
        return;
    if (reader_has_own_mark(&job->reading) ||
        apart_us(job, job->twin.received_at) <= MESSAGE_REPEAT_S * US_PER_S) {
        job->outcome.status = job->outcome.reason = "duplicate";
        job->outcome.duplicate_of = job->twin.id;
    } else {
        job->outcome.status = "needs_review";
        job->outcome.possible_duplicate_of = job->twin.id;
    }
}

static bool same_text(const struct reading_job *a, const struct reading_job *b)
{
    return strcmp(a->ev->user_id, b->ev->user_id) == 0 &&
           memcmp(a->message.fingerprint, b->message.fingerprint, FINGERPRINT_SIZE) == 0;
}

void reading_jobs_settle_twins(struct reading_jobs *jobs)
{
    struct reading_job **list = sorted(jobs, by_fingerprint);
    size_t first = 0;
    for (size_t i = 0; i < jobs->count; i++) {
        if (!same_text(list[first], list[i]))
            first = i;
        if (!reading_job_is_booked(list[i]))
            continue;
        find_nearest(list[i], list + first, i - first);
        judge(list[i]);
    }
    free(list);
}
