#include "events/consumer_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"

enum {
    TOGETHER_MAX = 64, /* partitions in one transaction */
    STILL_S = 15,      /* longer than a busy broker takes to come back */
    HELP_TRIES = 2     /* for one end of the log */
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

/* What a part holds, at most a batch of it, as the inbox takes it; room has place for that. */
static struct inbox_slice slice_of(struct part *part, size_t batch, struct inbox_record *room)
{
    size_t count = part_waiting(part) < batch ? part_waiting(part) : batch;
    for (size_t i = 0; i < count; i++) {
        const struct group_record *from = &part->held[part->first + i];
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
        slices[count] = slice_of(part, work->batch, work->room + records);
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

static enum part_wish apply_part(const struct parts_work *work, struct part *part)
{
    while (part_waiting(part) > 0 && !atomic_load(work->stopping)) {
        if (part->in.retry_at_us > time_mono_us())
            return PART_STAYS;
        size_t used;
        int64_t before = part->in.next_offset;
        struct inbox_slice slice = slice_of(part, work->batch, work->room);
        enum inbox_outcome outcome = inbox_apply(work->inbox, &slice, &used);
        drop_held(part, part->first + used);
        if (outcome == INBOX_WAIT)
            return PART_PAUSES;
        if (outcome == INBOX_MOVED && part->in.next_offset <= before)
            return PART_SEEKS;
        if (outcome == INBOX_MOVED)
            skip_behind(part);
    }
    return PART_RESUMES;
}

void parts_apply(const struct parts_work *work)
{
    for (size_t i = 0; i < work->inbox->row_count; i++)
        if (inbox_is_first_of_topic(work->inbox, i))
            apply_together(work, work->inbox->rows[i].topic);
    for (struct part *part = work->parts; part != NULL; part = part->next)
        if (part->wish != PART_SEEKS)
            part->wish = apply_part(work, part);
}
