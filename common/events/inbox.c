#include "events/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/dead_letter.h"
#include "events/inbox_batch.h"
#include "pg/columns.h"

#ifdef MUTATION_INBOX /* tests/chaos/prove: whoever comes moves the offset */
#define IS_AS_KNOWN "known IS NOT NULL"
#else
#define IS_AS_KNOWN "next_offset = known"
#endif

enum { RETRY_FIRST_MS = 100, RETRY_LAST_MS = 5000 };

static const struct pg_statement statements[] = {
    {"inbox_offset_get",
     "SELECT next_offset FROM inbox_offset WHERE topic = $1 AND partition = $2"},
    {"inbox_offset_move", "UPDATE inbox_offset AS o SET next_offset = to_offset, updated_at = now()"
                          " FROM unnest($2::int[], $3::bigint[], $4::bigint[])"
                          "  AS moved (moved_partition, known, to_offset)"
                          " WHERE topic = $1 AND partition = moved_partition AND " IS_AS_KNOWN},
    {"inbox_offset_add", "INSERT INTO inbox_offset (topic, partition, next_offset)"
                         " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"},
    {"inbox_sequence_get", "SELECT user_id, sequence FROM inbox_sequence"
                           " WHERE topic = $1 AND user_id = ANY ($2::uuid[])"},
    {"inbox_sequence_set",
     "INSERT INTO inbox_sequence (user_id, topic, sequence)"
     " SELECT new.user_id, $1, new.sequence"
     " FROM unnest($2::uuid[], $3::bigint[]) AS new (user_id, sequence)"
     " ON CONFLICT (user_id, topic) DO UPDATE SET sequence = excluded.sequence"
     " WHERE inbox_sequence.sequence < excluded.sequence"},
};
const struct pg_statements inbox_statements = {TABLE(statements)};

bool inbox_is_first_of_topic(const struct inbox *inbox, size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (strcmp(inbox->rows[i].topic, inbox->rows[row].topic) == 0)
            return false;
    return true;
}

/* How one transaction ended. */
enum attempt {
    ATTEMPT_DONE,
    ATTEMPT_MOVED,   /* the compare-and-set matched no row */
    ATTEMPT_BROKEN,  /* the inbox's own statements failed: never the record's fault */
    ATTEMPT_REFUSED, /* a handler or the commit failed: the error's verdict decides */
};

static bool read_offset(const struct inbox *inbox, struct inbox_partition *part, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    if (!pg_query(inbox->db, "inbox_offset_get", PARAMS(P_STR(part->topic), P_INT(part->partition)),
                  &found, err))
        return false;
    part->stored = pg_rows(found) > 0;
    if (part->stored)
        part->next_offset = pg_int(found, 0, 0);
    return true;
}

static int64_t end_of(const struct inbox_slice *slice)
{
    return slice->records[slice->count - 1].offset + 1;
}

static bool add_offset(struct pg_tx *tx, const struct inbox_partition *part, int64_t to,
                       bool *moved, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "inbox_offset_add",
                 PARAMS(P_STR(part->topic), P_INT(part->partition), P_INT(to)), &result, err))
        return false;
    *moved = pg_affected(result) == 1;
    return true;
}

/* *moved: all of them were where they were believed to be. */
static bool move_offsets(struct pg_tx *tx, const struct inbox_slice slices[], size_t count,
                         bool *moved, struct err *err)
{
    struct pg_param params[1 + PG_COLUMNS_MAX] = {P_STR(slices[0].part->topic)};
    if (!slices[0].part->stored)
        return add_offset(tx, slices[0].part, end_of(&slices[0]), moved, err);
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(pg_columns_fini) struct pg_columns columns;
    pg_columns_init(&columns, 3);
    for (size_t i = 0; i < count; i++) {
        pg_columns_int(&columns, 0, slices[i].part->partition);
        pg_columns_int(&columns, 1, slices[i].part->next_offset);
        pg_columns_int(&columns, 2, end_of(&slices[i]));
    }
    pg_columns_params(&columns, params + 1);
    if (!pg_exec(tx, "inbox_offset_move", params, 1 + columns.count, &result, err))
        return false;
    *moved = pg_affected(result) == count;
    return true;
}

static bool reset_offset(const struct inbox *inbox, struct inbox_partition *part, int64_t to,
                         struct err *err)
{
    bool moved = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    const struct inbox_record before = {.offset = to - 1};
    const struct inbox_slice slice = {.part = part, .records = &before, .count = 1};
    if (!pg_begin(inbox->db, &tx, err) || !move_offsets(tx, &slice, 1, &moved, err) ||
        !pg_commit(&tx, err))
        return false;
    if (!moved)
        return err_set(err, ERR_UNAVAILABLE, "another owner moved the offset");
    part->next_offset = to;
    return true;
}

static void forget_failure(struct inbox_partition *part)
{
    part->attempts = 0;
    part->first_failure_us = part->retry_at_us = 0;
}

bool inbox_load(const struct inbox *inbox, struct inbox_partition *part, int64_t low, int64_t high,
                int64_t *start, struct err *err)
{
    if (!read_offset(inbox, part, err))
        return false;
    if (part->stored && part->next_offset > high) {
        log_error("topic_made_again", L_STR("name", part->topic), L_INT("number", part->partition),
                  L_INT("stored_offset", part->next_offset), L_INT("end_offset", high));
        if (!reset_offset(inbox, part, low, err))
            return false;
    }
    if (!part->stored)
        part->next_offset = low;
    if (part->next_offset < low)
        log_error("records_expired", L_STR("name", part->topic), L_INT("number", part->partition),
                  L_INT("lost", low - part->next_offset));
    forget_failure(part);
    *start = part->next_offset > low ? part->next_offset : low;
    return true;
}

static bool add_dead_letter(const struct inbox *inbox, struct pg_tx *tx,
                            const struct batch_item *item, struct err *err)
{
    const struct inbox_record *record = item->record;
    const struct inbox_partition *part = item->part;
    struct dead_letter letter = {.topic = part->topic,
                                 .partition = part->partition,
                                 .offset = record->offset,
                                 .attempts = part->attempts + 1,
                                 .first_failure_us = part->first_failure_us,
                                 .key = record->key,
                                 .key_len = record->key_len,
                                 .value = record->value,
                                 .value_len = record->value_len};
    if (letter.first_failure_us == 0)
        letter.first_failure_us = time_now_us();
    return dead_letter_add(tx, &letter, inbox->consumer, &item->err, err);
}

static bool add_dead_letters(const struct inbox *inbox, struct pg_tx *tx, const struct batch *batch,
                             struct err *err)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].fate == FATE_POISON &&
            !add_dead_letter(inbox, tx, &batch->items[i], err))
            return false;
    return true;
}

static void note_applied(const struct inbox_slice *slice)
{
    slice->part->next_offset = end_of(slice);
    slice->part->stored = true;
    forget_failure(slice->part);
}

/* The one transaction; batch holds the records of the slices. The offsets move first: whoever waits
 * for a row lock and then matches nothing has done no work in vain. */
static enum attempt attempt(const struct inbox *inbox, const struct inbox_slice slices[],
                            size_t count, struct batch *batch, struct err *err)
{
    bool moved = false;
    int64_t begin_us = time_mono_us();
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    batch_reset(batch);
    if (!pg_begin(inbox->db, &tx, err) || !move_offsets(tx, slices, count, &moved, err))
        return ATTEMPT_BROKEN;
    if (!moved)
        return ATTEMPT_MOVED;
#ifdef MUTATION_OFFSET /* tests/chaos/prove: the offset moves apart from the effects */
    if (!pg_commit(&tx, err) || !pg_begin(inbox->db, &tx, err))
        return ATTEMPT_BROKEN;
#endif
    if (!batch_find_repeats(batch, tx, err))
        return ATTEMPT_BROKEN;
    if (!batch_apply(batch, inbox, tx, err))
        return ATTEMPT_REFUSED;
    if (!add_dead_letters(inbox, tx, batch, err) || !batch_keep_sequences(batch, tx, err))
        return ATTEMPT_BROKEN;
    if (!pg_commit(&tx, err))
        return ATTEMPT_REFUSED;
    batch_count(batch, slices[0].part->topic);
    for (size_t i = 0; i < count; i++)
        note_applied(&slices[i]);
    metric_observe("consumer_apply_seconds", NO_LABELS,
                   (double)(time_mono_us() - begin_us) / (double)US_PER_S);
    return ATTEMPT_DONE;
}

/* 100 ms doubled up to 5 s, since nobody should wait longer for a database that is back; half of it
 * is left to chance so that replicas do not return to a recovering database together. */
static int64_t retry_pause_ms(unsigned attempts)
{
    uint32_t chance;
    int64_t pause_ms = RETRY_FIRST_MS;
    for (unsigned i = 1; i < attempts && pause_ms < RETRY_LAST_MS; i++)
        pause_ms *= 2;
    if (pause_ms > RETRY_LAST_MS)
        pause_ms = RETRY_LAST_MS;
    random_id_bytes(&chance, sizeof chance);
    return pause_ms / 2 + chance % (pause_ms / 2 + 1);
}

static void note_failure(struct inbox_partition *part)
{
    part->attempts++;
    if (part->first_failure_us == 0)
        part->first_failure_us = time_now_us();
}

static enum inbox_outcome wait_for_retry(struct inbox_partition *part, const struct err *err)
{
    note_failure(part);
    int64_t pause_ms = retry_pause_ms(part->attempts);
    part->retry_at_us = time_mono_us() + pause_ms * 1000;
    metric_add("consumer_records_total", LABELS("topic", part->topic, "outcome", "retry"), 1);
    log_write(err->code == ERR_INTERNAL ? LOG_ERROR : LOG_WARN, "record_retry",
              LOG_FIELDS(L_STR("name", part->topic), L_INT("number", part->partition),
                         L_INT("next_offset", part->next_offset), L_INT("attempts", part->attempts),
                         L_INT("pause_ms", pause_ms), L_STR("code", err_name(err)),
                         L_STR("reason", err->text)));
    return INBOX_WAIT;
}

static enum inbox_outcome follow_owner(const struct inbox *inbox, struct inbox_partition *part)
{
    struct err err;
    int64_t expected = part->next_offset;
    if (!read_offset(inbox, part, &err))
        return wait_for_retry(part, &err);
    log_warn("offset_moved", L_STR("name", part->topic), L_INT("number", part->partition),
             L_INT("expected", expected), L_INT("stored_offset", part->next_offset));
    forget_failure(part);
    return INBOX_MOVED;
}

/* A record that alone is refused can never succeed. */
static bool is_condemned(enum attempt ended, const struct inbox_slice *slice, const struct err *err)
{
    return ended == ATTEMPT_REFUSED && slice->count == 1 &&
           err_verdict(err->code) == VERDICT_POISON;
}

struct batch *inbox_read(const struct inbox *inbox, const struct inbox_slice *slice)
{
    struct batch *batch = xcalloc(1, sizeof *batch);
    batch_init(batch, inbox, slice, 1);
    return batch;
}

void inbox_read_drop(struct batch **ahead)
{
    if (*ahead != NULL)
        batch_fini(*ahead);
    free(*ahead);
    *ahead = NULL;
}

/* Records from the next offset on in one transaction: all of them are behind it, or none. What a
 * constraint refused is tried once more: an account, say, that was found and went before it could
 * be locked is not found the second time, and is made. */
static enum attempt apply_run(const struct inbox *inbox, const struct inbox_slice *slice,
                              struct err *err)
{
    scoped(inbox_read_drop) struct batch *batch =
        slice->ahead != NULL ? slice->ahead : inbox_read(inbox, slice);
    enum attempt ended = attempt(inbox, slice, 1, batch, err);
    if (is_condemned(ended, slice, err) && err->constraint) {
        note_failure(slice->part);
        ended = attempt(inbox, slice, 1, batch, err);
    }
    if (is_condemned(ended, slice, err)) {
        batch_condemn(batch, err);
        ended = attempt(inbox, slice, 1, batch, err);
    }
    return ended;
}

/* A batch that is refused is halved until the record at fault stands alone, and only that one is
 * condemned or waited for; what lies around it goes on in runs that grow again. A database that
 * does not do its work in time is not asked again at once: after the pause the runs begin with one
 * record, so that one that alone is to blame is found then. */
enum inbox_outcome inbox_apply(const struct inbox *inbox, const struct inbox_slice *slice,
                               size_t *used)
{
    struct err err;
    struct inbox_partition *part = slice->part;
    size_t run = part->attempts > 0 ? 1 : slice->count;
    struct batch *ahead = slice->ahead;
    *used = 0;
    if (run < slice->count)
        inbox_read_drop(&ahead);
    while (*used < slice->count) {
        if (run > slice->count - *used)
            run = slice->count - *used;
        struct inbox_slice next = {
            .part = part, .records = slice->records + *used, .count = run, .ahead = ahead};
        ahead = NULL;
        switch (apply_run(inbox, &next, &err)) {
        case ATTEMPT_DONE:
            *used += run;
            run *= 2;
            break;
        case ATTEMPT_MOVED:
            return follow_owner(inbox, part);
        case ATTEMPT_REFUSED:
            if (run > 1 && err.code != ERR_UNAVAILABLE) {
                run /= 2;
                break;
            }
            return wait_for_retry(part, &err);
        case ATTEMPT_BROKEN:
            return wait_for_retry(part, &err);
        }
    }
    return INBOX_APPLIED;
}

bool inbox_apply_together(const struct inbox *inbox, const struct inbox_slice slices[],
                          size_t count)
{
    struct batch batch;
    struct err err;
    batch_init(&batch, inbox, slices, count);
    enum attempt ended = attempt(inbox, slices, count, &batch, &err);
    batch_fini(&batch);
    if (ended != ATTEMPT_DONE)
        log_info("batch_parted", L_STR("name", slices[0].part->topic), L_INT("partitions", count),
                 L_STR("reason", ended == ATTEMPT_MOVED ? "another owner" : err.text));
    return ended == ATTEMPT_DONE;
}
