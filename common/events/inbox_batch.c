#include "events/inbox_batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/trace.h"
#include "events/events.h"

/* Of a topic that is not one of the suite's. */
enum { RECORD_MAX_BYTES = 1024 * 1024 };

static const struct topic_row *find_row(const struct inbox *inbox, const char *topic,
                                        const char *type)
{
    for (size_t i = 0; i < inbox->row_count; i++)
        if (strcmp(inbox->rows[i].topic, topic) == 0 && strcmp(inbox->rows[i].type, type) == 0)
            return &inbox->rows[i];
    return NULL;
}

/* A record without any value says that its key is gone, which only a compacted topic can mean:
 * there it is skipped. Elsewhere somebody sent nothing where an event should be. */
static enum batch_fate read_item(struct batch_item *item, const struct inbox *inbox,
                                 const struct topic_spec *spec, const char *topic)
{
    const struct inbox_record *record = item->record;
    size_t limit = spec != NULL ? (size_t)spec->max_bytes : RECORD_MAX_BYTES;
    if (record->value == NULL && spec != NULL && spec->compacted)
        return FATE_UNKNOWN;
    if (record->value == NULL) {
        err_set_name(&item->err, ERR_INVALID, "no_value",
                     "record without a value, on a topic that is not compacted");
        return FATE_POISON;
    }
    if (record->value_len > limit) {
        err_set(&item->err, ERR_TOO_LARGE, "record of %zu bytes, at most %zu are allowed",
                record->value_len, limit);
        return FATE_POISON;
    }
    if (!event_parse(record->value, record->value_len, &item->ev, &item->err))
        return FATE_POISON;
    /* Numbers of anyone else, a forwarder of texts, say nothing about those of the service. */
    if (spec != NULL && spec->source != NULL && strcmp(item->ev.source, spec->source) != 0)
        item->ev.sequence = 0;
    item->row = find_row(inbox, topic, item->ev.type);
    if (item->row == NULL)
        return FATE_UNKNOWN;
    /* Only keys belong to nobody, and those are not read here. */
    if (item->ev.user_id[0] == '\0') {
        err_set_name(&item->err, ERR_INVALID, "event_invalid",
                     "CloudEvent attribute userid is missing");
        return FATE_POISON;
    }
    return FATE_APPLY;
}

static int by_user_id(const void *a, const void *b)
{
    const struct batch_user *left = a, *right = b;
    return strcmp(left->user_id, right->user_id);
}

static void list_users(struct batch *batch)
{
    size_t kept = 0;
    batch->users = xcalloc(batch->count, sizeof *batch->users);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].ev.sequence > 0 && batch->items[i].ev.user_id[0] != '\0')
            batch->users[batch->user_count++].user_id = batch->items[i].ev.user_id;
    qsort(batch->users, batch->user_count, sizeof *batch->users, by_user_id);
    for (size_t i = 0; i < batch->user_count; i++)
        if (kept == 0 || strcmp(batch->users[kept - 1].user_id, batch->users[i].user_id) != 0)
            batch->users[kept++] = batch->users[i];
    batch->user_count = kept;
}

static struct batch_user *find_user(const struct batch *batch, const char *user_id)
{
    struct batch_user key = {.user_id = user_id};
    return bsearch(&key, batch->users, batch->user_count, sizeof key, by_user_id);
}

static void add_slice(struct batch *batch, const struct inbox *inbox, const struct topic_spec *spec,
                      const struct inbox_slice *slice)
{
    for (size_t i = 0; i < slice->count; i++) {
        struct batch_item *item = &batch->items[batch->count++];
        item->record = &slice->records[i];
        item->part = slice->part;
        item->first_fate = item->fate = read_item(item, inbox, spec, batch->topic);
        item->ev.topic = batch->topic;
        item->ev.partition = slice->part->partition;
        item->ev.offset = slice->records[i].offset;
    }
}

void batch_init(struct batch *batch, const struct inbox *inbox, const struct inbox_slice slices[],
                size_t count)
{
    const char *topic = slices[0].part->topic;
    const struct topic_spec *spec = events_topic(topic);
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        room += slices[i].count;
    *batch = (struct batch){.items = xcalloc(room, sizeof *batch->items),
                            .topic = topic,
                            .compacted = spec != NULL && spec->compacted};
    for (size_t i = 0; i < count; i++)
        add_slice(batch, inbox, spec, &slices[i]);
    list_users(batch);
}

void batch_fini(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        event_fini(&batch->items[i].ev);
    free(batch->items);
    free(batch->users);
    *batch = (struct batch){0};
}

void batch_reset(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        batch->items[i].fate = batch->items[i].first_fate;
        batch->items[i].gap = false;
    }
    for (size_t i = 0; i < batch->user_count; i++) {
        batch->users[i].sequence = 0;
        batch->users[i].changed = false;
    }
}

void batch_condemn(struct batch *batch, const struct err *err)
{
    batch->items[0].first_fate = FATE_POISON;
    batch->items[0].err = *err;
}

static bool load_sequences(struct batch *batch, struct pg_tx *tx, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    const char **ids = xcalloc(batch->user_count, sizeof *ids);
    for (size_t i = 0; i < batch->user_count; i++)
        ids[i] = batch->users[i].user_id;
    scoped(str_drop) char *array = pg_array(ids, batch->user_count);
    free(ids);
    if (!pg_exec(tx, "inbox_sequence_get", PARAMS(P_STR(batch->topic), P_STR(array)), &found, err))
        return false;
    for (size_t row = 0; row < pg_rows(found); row++) {
        struct batch_user *user = find_user(batch, pg_str(found, row, 0));
        if (user != NULL)
            user->sequence = pg_int(found, row, 1);
    }
    return true;
}

/* Unknown types and poison move the sequence too: it counts all events of the topic. In a compacted
 * topic older events of a user may be gone, so nothing can be said about gaps. */
bool batch_find_repeats(struct batch *batch, struct pg_tx *tx, struct err *err)
{
#ifdef MUTATION_INBOX /* tests/chaos/prove: repeats are applied again */
    return true;
#endif
    if (batch->user_count == 0)
        return true;
    if (!load_sequences(batch, tx, err))
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (item->ev.sequence <= 0 || item->ev.user_id[0] == '\0')
            continue;
        struct batch_user *user = find_user(batch, item->ev.user_id);
        if (item->ev.sequence <= user->sequence) {
            item->fate = FATE_REPEAT;
            continue;
        }
        item->gap = !batch->compacted && item->ev.sequence > user->sequence + 1;
        user->sequence = item->ev.sequence;
        user->changed = true;
    }
    return true;
}

bool batch_keep_sequences(struct batch *batch, struct pg_tx *tx, struct err *err)
{
    size_t count = 0;
    const char **ids = xcalloc(batch->user_count + 1, sizeof *ids);
    struct buf numbers = {0};
    buf_add(&numbers, "{", 1);
    for (size_t i = 0; i < batch->user_count; i++) {
        if (!batch->users[i].changed)
            continue;
        buf_addf(&numbers, "%s%" PRId64, count > 0 ? "," : "", batch->users[i].sequence);
        ids[count++] = batch->users[i].user_id;
    }
    buf_add(&numbers, "}", 1);
    scoped(str_drop) char *array = pg_array(ids, count);
    bool ok = count == 0 ||
              pg_exec(tx, "inbox_sequence_set",
                      PARAMS(P_STR(batch->topic), P_STR(array), P_STR(numbers.data)), NULL, err);
    buf_fini(&numbers);
    free(ids);
    return ok;
}

/* Events of one row that follow each other go to its function together. */
bool batch_apply(struct batch *batch, const struct inbox *inbox, struct pg_tx *tx, struct err *err)
{
    const struct event **evs = xcalloc(batch->count, sizeof *evs);
    bool ok = true;
    for (size_t i = 0; ok && i < batch->count;) {
        const struct topic_row *row = NULL;
        size_t run = 0;
        for (; i < batch->count; i++) {
            const struct batch_item *item = &batch->items[i];
            if (item->fate != FATE_APPLY)
                continue;
            if (row != NULL && item->row != row)
                break;
            row = item->row;
            evs[run++] = &item->ev;
        }
        if (run == 0)
            break;
        struct trace trace = {0};
        snprintf(trace.correlation_id, sizeof trace.correlation_id, "%s", evs[0]->correlation_id);
        if (evs[0]->traceparent != NULL)
            trace_continue(evs[0]->traceparent, trace.traceparent);
        trace_set(&trace);
        log_record(evs[0]->topic, evs[0]->partition, evs[0]->offset);
        ok = row->apply(inbox->svc, tx, evs, run, err);
        log_record(NULL, 0, 0);
        trace_set(NULL);
    }
    free(evs);
    return ok;
}

void batch_count(const struct batch *batch, const char *topic)
{
    static const char *const names[] = {[FATE_APPLY] = "applied",
                                        [FATE_REPEAT] = "repeat",
                                        [FATE_UNKNOWN] = "unknown",
                                        [FATE_POISON] = "poison"};
    uint64_t counts[LENGTH(names)] = {0};
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_item *item = &batch->items[i];
        counts[item->fate]++;
        log_record(topic, item->ev.partition, item->record->offset);
        if (item->gap) {
            metric_add("consumer_gaps_total", LABEL("topic", topic), 1);
            log_warn("sequence_gap", L_STR("user_id", item->ev.user_id),
                     L_INT("sequence", item->ev.sequence));
        }
        if (item->fate == FATE_POISON) {
            metric_add("dead_letters_total", LABEL("topic", topic), 1);
            log_error("dead_letter", L_STR("code", err_name(&item->err)),
                      L_STR("reason", item->err.text));
        }
    }
    log_record(NULL, 0, 0);
    for (size_t i = 0; i < LENGTH(names); i++)
        if (counts[i] > 0)
            metric_add("consumer_records_total", LABELS("topic", topic, "outcome", names[i]),
                       counts[i]);
}
