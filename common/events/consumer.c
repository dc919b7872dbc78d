#include "events/consumer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/consumer_part.h"
#include "kafka/group.h"

enum {
    POLL_MS = 100,
    /* Rounds that took few records begin no closer to each other: under load a transaction then
     * carries the records of many commits. A record after a pause does not wait. */
    ROUND_MS = 25,
    ROUND_ENOUGH = 100,
    RANGE_MS = 3000,
    PING_MS = 500,
    LOAD_RETRY_MS = 200,
    HOUSEKEEPING_S = 5,
    OK_FOR_S = 20,
    /* Of one round of polling, whatever the number of records: what lies in several partitions can
     * be applied by as many threads, and a fetch brings up to 1 MiB of one. */
    ROUND_BATCHES = 2 * PARTS_LANES,
    ROUND_BYTES_MAX = 2 * 1024 * 1024,
};

struct consumer {
    struct inbox inbox;
    struct group_conf group_conf;
    const char **topics;
    struct group *group;
    bool client_due; /* the client is to be made anew */
    size_t batch;
    struct inbox_record *records; /* room for two batches */
    char *name;
    struct part *parts;         /* see consumer_part.h */
    int64_t housekeeping_us;    /* when next, monotonic */
    atomic_int_least64_t ok_us; /* last sign of the broker, monotonic */
    atomic_bool stopping;
    pthread_t thread;
};

static struct part *find_part(const struct consumer *consumer, const char *topic, int32_t partition)
{
    for (struct part *part = consumer->parts; part != NULL; part = part->next)
        if (part->in.partition == partition && strcmp(part->topic, topic) == 0)
            return part;
    return NULL;
}

/* Asks the broker what it has and the database where we are. */
static bool load(struct consumer *consumer, struct part *part, int64_t *start, struct err *err)
{
    int64_t low, high;
    return group_range(consumer->group, part->topic, part->in.partition, RANGE_MS, &low, &high,
                       err) &&
           inbox_load(&consumer->inbox, &part->in, low, high, start, err);
}

/* Nothing can be applied without the stored offset, so an assignment waits for the database. Should
 * that outlast max.poll.interval.ms, the group takes the partitions back and gives them again. */
static int64_t on_assigned(void *arg, const char *topic, int32_t partition)
{
    struct consumer *consumer = arg;
    struct part *part = part_new(topic, partition);
    struct err err;
    int64_t start = -1;
    bool told = false;
    while (!atomic_load(&consumer->stopping) && !load(consumer, part, &start, &err)) {
        if (!told)
            log_warn("offset_unknown", L_STR("name", topic), L_INT("number", partition),
                     L_STR("reason", err.text));
        told = true;
        nanosleep(&(struct timespec){.tv_nsec = LOAD_RETRY_MS * 1000000L}, NULL);
    }
    part->position = start;
    part->next = consumer->parts;
    consumer->parts = part;
    return start;
}

static void commit_part(struct consumer *consumer, struct part *part)
{
    if (!part->in.stored || part->committed == part->in.next_offset)
        return;
    part->committed = part->in.next_offset;
    group_commit(consumer->group, part->topic, part->in.partition, part->committed);
}

static void on_revoked(void *arg, const char *topic, int32_t partition)
{
    struct consumer *consumer = arg;
    for (struct part **link = &consumer->parts; *link != NULL; link = &(*link)->next) {
        struct part *part = *link;
        if (part->in.partition != partition || strcmp(part->topic, topic) != 0)
            continue;
        commit_part(consumer, part);
        *link = part->next;
        part_free(part);
        return;
    }
}

static void set_paused(struct consumer *consumer, struct part *part, bool paused)
{
    if (part->paused == paused)
        return;
    part->paused = paused;
    group_pause(consumer->group, part->topic, part->in.partition, paused);
}

/* Goes where the stored offset says; tried again each round until it works. */
static void seek(struct consumer *consumer, struct part *part)
{
    struct err err;
    int64_t start;
    part_drop_held(part);
    set_paused(consumer, part, false);
    if (!load(consumer, part, &start, &err) ||
        !group_seek(consumer->group, part->topic, part->in.partition, start, &err)) {
        log_warn("seek_failed", L_STR("name", part->topic), L_INT("number", part->in.partition),
                 L_STR("reason", err.text));
        return;
    }
    part->position = start;
    part->wish = PART_STAYS;
}

/* Takes a polled record in; *record is the part's afterwards, or gone. An offset below the position
 * means that the broker's log begins anew (the topic was made again). */
static void take(struct consumer *consumer, struct group_record *record)
{
    struct part *part = find_part(consumer, record->topic, record->partition);
    if (part != NULL && part->wish != PART_SEEKS && record->offset < part->position) {
        log_warn("offset_went_back", L_STR("name", part->topic),
                 L_INT("number", part->in.partition), L_INT("position", part->position),
                 L_INT("came", record->offset));
        part->wish = PART_SEEKS;
    }
    if (part == NULL || part->wish == PART_SEEKS) {
        group_record_fini(record);
        return;
    }
    part->position = record->offset + 1;
    if (record->offset < part->in.next_offset) {
        metric_add("consumer_records_total", LABELS("topic", part->topic, "outcome", "repeat"), 1);
        group_record_fini(record);
        return;
    }
    part_hold(part, record);
}

/* Waits for a first record and then takes what is there already, without waiting for more. Returns
 * how many it took. */
static size_t poll_round(struct consumer *consumer, int wait_ms)
{
    struct group_record record;
    size_t bytes = 0;
    size_t count = 0;
    while (count < ROUND_BATCHES * consumer->batch && bytes < ROUND_BYTES_MAX &&
           group_poll(consumer->group, count == 0 ? wait_ms : 0, &record)) {
        bytes += record.value_len;
        take(consumer, &record);
        if (count++ == 0)
            atomic_store(&consumer->ok_us, time_mono_us());
    }
    return count;
}

/* How long polling may wait before a paused partition is due. */
static int poll_wait_ms(const struct consumer *consumer)
{
    int64_t now_us = time_mono_us(), wait_us = POLL_MS * INT64_C(1000);
    for (const struct part *part = consumer->parts; part != NULL; part = part->next) {
        int64_t due_us = part->in.retry_at_us - now_us;
        if (part->in.retry_at_us != 0 && due_us < wait_us)
            wait_us = due_us > 0 ? due_us : 0;
    }
    return (int)((wait_us + 999) / 1000);
}

static void set_lag(struct consumer *consumer, const char *topic)
{
    struct err err;
    int64_t lag = 0, low, high;
    for (const struct part *part = consumer->parts; part != NULL; part = part->next)
        if (strcmp(part->topic, topic) == 0 &&
            group_range(consumer->group, topic, part->in.partition, 0, &low, &high, &err) &&
            high > part->in.next_offset)
            lag += high - part->in.next_offset;
    metric_set("consumer_lag", LABEL("topic", topic), (double)lag);
}

static void help(struct consumer *consumer, struct part *part, enum part_help needed)
{
    if (needed == PART_NEEDS_NONE)
        return;
    log_warn("partition_stood_still", L_STR("name", part->topic),
             L_INT("number", part->in.partition), L_INT("position", part->position),
             L_INT("end", part->still.end), L_INT("tries", part->still.tries));
    metric_add("consumer_stalls_total", LABEL("topic", part->topic), 1);
    if (needed == PART_NEEDS_SEEK)
        part->wish = PART_SEEKS;
    else
        consumer->client_due = true;
}

static void look_for_stalls(struct consumer *consumer, int64_t now_us)
{
    struct err err;
    for (struct part *part = consumer->parts; part != NULL; part = part->next) {
        int64_t low, high;
        if (!part_stands_still(part, now_us))
            continue;
        if (!group_range(consumer->group, part->topic, part->in.partition, PING_MS, &low, &high,
                         &err))
            return; /* the broker is away: every other one would wait as long */
        help(consumer, part, part_help_at(part, now_us, high));
    }
}

/* Closing revokes the partitions; joining again assigns them from the stored offsets. */
static void renew_client(struct consumer *consumer)
{
    struct err err;
    if (!consumer->client_due)
        return;
    for (struct part *part = consumer->parts; part != NULL; part = part->next)
        part_drop_held(part);
    group_close(consumer->group);
    while (!group_open(&consumer->group_conf, &consumer->group, &err)) {
        log_error("client_not_renewed", L_STR("reason", err.text));
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
    consumer->client_due = false;
}

static void housekeeping(struct consumer *consumer)
{
    int64_t now_us = time_mono_us();
    if (now_us < consumer->housekeeping_us)
        return;
    consumer->housekeeping_us = now_us + HOUSEKEEPING_S * US_PER_S;
    if (group_ping(consumer->group, PING_MS))
        atomic_store(&consumer->ok_us, time_mono_us());
    for (struct part *part = consumer->parts; part != NULL; part = part->next)
        commit_part(consumer, part);
    look_for_stalls(consumer, now_us);
    for (size_t i = 0; i < consumer->inbox.row_count; i++)
        if (inbox_is_first_of_topic(&consumer->inbox, i))
            set_lag(consumer, consumer->inbox.rows[i].topic);
}

static void grant_wish(struct consumer *consumer, struct part *part)
{
    switch (part->wish) {
    case PART_STAYS:
        break;
    case PART_RESUMES:
    case PART_PAUSES:
        set_paused(consumer, part, part->wish == PART_PAUSES);
        part->wish = PART_STAYS;
        break;
    case PART_SEEKS:
        seek(consumer, part);
        break;
    }
}

static void work_round(struct consumer *consumer)
{
    const struct parts_work work = {.inbox = &consumer->inbox,
                                    .parts = consumer->parts,
                                    .batch = consumer->batch,
                                    .room = consumer->records,
                                    .stopping = &consumer->stopping};
    parts_apply(&work);
    for (struct part *part = consumer->parts; part != NULL; part = part->next)
        grant_wish(consumer, part);
}

static void wait_until(int64_t due_us)
{
    int64_t left_us = due_us - time_mono_us();
    if (left_us > 0)
        nanosleep(&(struct timespec){.tv_nsec = left_us * 1000}, NULL);
}

static void *run(void *arg)
{
    struct consumer *consumer = arg;
    log_thread("consumer");
    while (!atomic_load(&consumer->stopping)) {
        size_t count = poll_round(consumer, poll_wait_ms(consumer));
        int64_t began_us = time_mono_us();
        work_round(consumer);
        housekeeping(consumer);
        renew_client(consumer);
        if (count > 0 && count < ROUND_ENOUGH)
            wait_until(began_us + ROUND_MS * INT64_C(1000));
    }
    /* Records must be gone before the client is; closing revokes the partitions themselves. */
    for (struct part *part = consumer->parts; part != NULL; part = part->next)
        part_drop_held(part);
    group_close(consumer->group);
    return NULL;
}

static void consumer_free(struct consumer *consumer)
{
    free(consumer->topics);
    free(consumer->records);
    free(consumer->name);
    free(consumer);
}

bool consumer_start(const struct consumer_conf *conf, struct consumer **out, struct err *err)
{
    struct consumer *consumer = xcalloc(1, sizeof *consumer);
    const char **topics = xcalloc(conf->row_count, sizeof *topics);
    size_t count = 0;
    consumer->topics = topics;
    consumer->batch = (size_t)conf->batch;
    consumer->records = xcalloc(2 * consumer->batch, sizeof *consumer->records);
    consumer->name = xstrdup(conf->group);
    consumer->inbox = (struct inbox){.rows = conf->rows,
                                     .row_count = conf->row_count,
                                     .svc = conf->svc,
                                     .db = conf->db,
                                     .consumer = consumer->name};
    for (size_t i = 0; i < conf->row_count; i++)
        if (inbox_is_first_of_topic(&consumer->inbox, i))
            topics[count++] = conf->rows[i].topic;
    consumer->group_conf = (struct group_conf){.kafka = conf->kafka,
                                               .group = consumer->name,
                                               .topics = topics,
                                               .topic_count = count,
                                               .assigned = on_assigned,
                                               .revoked = on_revoked,
                                               .arg = consumer};
    for (size_t i = 0; i < count; i++) { /* there from the start, so that the first one is seen */
        metric_add("dead_letters_total", LABEL("topic", topics[i]), 0);
        metric_add("consumer_gaps_total", LABEL("topic", topics[i]), 0);
        metric_add("consumer_stalls_total", LABEL("topic", topics[i]), 0);
    }
    bool ok = group_open(&consumer->group_conf, &consumer->group, err);
    if (ok && pthread_create(&consumer->thread, NULL, run, consumer) != 0)
        panic("consumer thread cannot be made");
    if (!ok) {
        consumer_free(consumer);
        return false;
    }
    *out = consumer;
    return true;
}

void consumer_stop(struct consumer *consumer)
{
    atomic_store(&consumer->stopping, true);
    pthread_join(consumer->thread, NULL);
    consumer_free(consumer);
}

bool consumer_ok(struct consumer *consumer)
{
    int64_t ok_us = atomic_load(&consumer->ok_us);
    return ok_us != 0 && time_mono_us() - ok_us < OK_FOR_S * US_PER_S;
}
