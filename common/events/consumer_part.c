#include "events/consumer_part.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"

enum {
    TOGETHER_MAX = 64, /* partitions in one transaction */
    STILL_S = 15,      /* longer than a busy broker takes to come back */
    HELP_TRIES = 2,    /* for one end of the log */
    MUCH = 100         /* records of a part, worth a thread */
};

struct part *part_new(const char *topic, int32_t partition)
{
    struct part *part = xcalloc(1, sizeof *part);
    part->topic = xstrdup(topic);
    part->in = (struct inbox_partition){.topic = part->topic, .partition = partition};
    part->committed = -1;
    return part;
}

static void drop_held(struct part *part, size_t to)
{
    for (; part->first < to; part->first++)
        group_record_fini(&part->held[part->first]);
    if (part->first == part->count)
        part->first = part->count = 0;
}

void part_drop_held(struct part *part)
{
    drop_held(part, part->count);
}

void part_free(struct part *part)
{
    part_drop_held(part);
    free(part->held);
    free(part->topic);
    free(part);
}

size_t part_waiting(const struct part *part)
{
    return part->count - part->first;
}

void part_hold(struct part *part, const struct group_record *record)
{
    if (part->count == part->room) {
        part->room = part->room > 0 ? part->room * 2 : 16;
        part->held = xrealloc(part->held, part->room * sizeof *part->held);
    }
    part->held[part->count++] = *record;
}

/* The owner that went further than we did has applied these. */
static void skip_behind(struct part *part)
{
    size_t i = part->first;
    while (i < part->count && part->held[i].offset < part->in.next_offset)
        i++;
    drop_held(part, i);
}

/* What a part holds behind the first ones, at most a batch of it, as the inbox takes it; room has
 * place for that. */
static struct inbox_slice slice_of(struct part *part, size_t behind, size_t batch,
                                   struct inbox_record *room)
{
    size_t count = part_waiting(part) - behind;
    if (count > batch)
        count = batch;
    for (size_t i = 0; i < count; i++) {
        const struct group_record *from = &part->held[part->first + behind + i];
        room[i] = (struct inbox_record){.offset = from->offset,
                                        .key = from->key,
                                        .key_len = from->key_len,
                                        .value = from->value,
                                        .value_len = from->value_len};
    }
    return (struct inbox_slice){.part = &part->in, .records = room, .count = count};
}

/* Can its records go with those of others? Not those of a part with a history of its own. */
static bool is_plain(const struct part *part)
{
    return part_waiting(part) > 0 && part->wish != PART_SEEKS && part->in.stored &&
           part->in.attempts == 0;
}

/* The records of the topic's parts at once, when there are several with some. What is left, because
 * it failed or is too much for one transaction, is for each part's own turn. */
static void apply_together(const struct parts_work *work, const char *topic)
{
    struct inbox_slice slices[TOGETHER_MAX];
    struct part *parts[TOGETHER_MAX];
    size_t count = 0, records = 0;
    for (struct part *part = work->parts; part != NULL && count < TOGETHER_MAX; part = part->next) {
        if (!is_plain(part) || strcmp(part->topic, topic) != 0 ||
            records + part_waiting(part) > work->batch)
            continue;
        parts[count] = part;
        slices[count] = slice_of(part, 0, work->batch, work->room + records);
        records += slices[count++].count;
    }
    if (count < 2 || !inbox_apply_together(work->inbox, slices, count))
        return;
    for (size_t i = 0; i < count; i++)
        drop_held(parts[i], parts[i]->first + slices[i].count);
}

bool part_stands_still(struct part *part, int64_t now_us)
{
    bool idle = !part->paused && part->wish == PART_STAYS && part_waiting(part) == 0;
    if (part->still.since_us == 0 || !idle || part->still.position != part->position) {
        part->still.tries = part->still.position == part->position ? part->still.tries : 0;
        part->still.position = part->position;
        part->still.since_us = now_us;
        return false;
    }
    return now_us - part->still.since_us >= STILL_S * US_PER_S;
}

enum part_help part_help_at(struct part *part, int64_t now_us, int64_t end)
{
    part->still.since_us = now_us;
    if (end <= part->position || (part->still.tries >= HELP_TRIES && end == part->still.end))
        return PART_NEEDS_NONE;
    part->still.end = end;
    part->still.tries++;
    return part->still.tries == 1 ? PART_NEEDS_SEEK : PART_NEEDS_CLIENT;
}

/* The next slice, parsed while the database is busy with the one before it: a quarter of what a
 * record costs here. */
struct ahead {
    const struct inbox *inbox;
    struct inbox_slice slice;
    struct batch *batch;
    pthread_t thread;
    bool running;
};

static void *run_ahead(void *arg)
{
    struct ahead *ahead = arg;
    log_thread("consumer");
    ahead->batch = inbox_read(ahead->inbox, &ahead->slice);
    return NULL;
}

static void ahead_begin(struct ahead *ahead, struct inbox_slice slice)
{
    ahead->slice = slice;
    ahead->running =
        slice.count >= MUCH && pthread_create(&ahead->thread, NULL, run_ahead, ahead) == 0;
}

static void ahead_wait(struct ahead *ahead)
{
    if (ahead->running)
        pthread_join(ahead->thread, NULL);
    ahead->running = false;
}

static void ahead_fini(struct ahead *ahead)
{
    ahead_wait(ahead);
    inbox_read_drop(&ahead->batch);
}

/* room: for two batches. */
static enum part_wish apply_part(const struct parts_work *work, struct part *part,
                                 struct inbox_record *room)
{
    scoped(ahead_fini) struct ahead ahead = {.inbox = work->inbox};
    for (size_t turn = 0; part_waiting(part) > 0 && !atomic_load(work->stopping); turn++) {
        if (part->in.retry_at_us > time_mono_us())
            return PART_STAYS;
        size_t used;
        int64_t before = part->in.next_offset;
        struct inbox_record *next_room = room + (turn + 1) % 2 * work->batch;
        struct inbox_slice slice = slice_of(part, 0, work->batch, room + turn % 2 * work->batch);
        slice.ahead = ahead.batch;
        ahead.batch = NULL;
        ahead_begin(&ahead, slice_of(part, slice.count, work->batch, next_room));
        enum inbox_outcome outcome = inbox_apply(work->inbox, &slice, &used);
        ahead_wait(&ahead);
        drop_held(part, part->first + used);
        if (outcome == INBOX_WAIT)
            return PART_PAUSES;
        if (outcome == INBOX_MOVED && part->in.next_offset <= before)
            return PART_SEEKS;
        if (outcome == INBOX_MOVED) {
            skip_behind(part);
            inbox_read_drop(&ahead.batch);
        }
    }
    return PART_RESUMES;
}

/* While a transaction waits for the database, and the database for the next one, half of the time
 * of either is lost: with much to do, two threads take the parts one after the other. Nothing that
 * is ordered is in two parts, and they could as well be those of two replicas. */
struct lanes {
    const struct parts_work *work;
    pthread_mutex_t lock; /* guards next */
    struct part *next;
};

static struct part *take_part(struct lanes *lanes)
{
    pthread_mutex_lock(&lanes->lock);
    while (lanes->next != NULL && lanes->next->wish == PART_SEEKS)
        lanes->next = lanes->next->next;
    struct part *part = lanes->next;
    if (part != NULL)
        lanes->next = part->next;
    pthread_mutex_unlock(&lanes->lock);
    return part;
}

static void run_lane(struct lanes *lanes, struct inbox_record *room)
{
    for (struct part *part; (part = take_part(lanes)) != NULL;)
        part->wish = apply_part(lanes->work, part, room);
}

static void *run_second(void *arg)
{
    struct lanes *lanes = arg;
    struct inbox_record *room = xcalloc(2 * lanes->work->batch, sizeof *room);
    log_thread("consumer");
    run_lane(lanes, room);
    free(room);
    return NULL;
}

static bool is_much(const struct parts_work *work)
{
    size_t count = 0;
    for (const struct part *part = work->parts; part != NULL; part = part->next)
        count += part_waiting(part) >= MUCH && part->wish != PART_SEEKS;
    return count > 1;
}

void parts_apply(const struct parts_work *work)
{
    for (size_t i = 0; i < work->inbox->row_count; i++)
        if (inbox_is_first_of_topic(work->inbox, i))
            apply_together(work, work->inbox->rows[i].topic);
    pthread_t second;
    struct lanes lanes = {.work = work, .lock = PTHREAD_MUTEX_INITIALIZER, .next = work->parts};
    bool shared = is_much(work) && pthread_create(&second, NULL, run_second, &lanes) == 0;
    run_lane(&lanes, work->room);
    if (shared)
        pthread_join(second, NULL);
}
