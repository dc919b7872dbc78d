#include "events/inbox_replay.h"

#include "base/mem.h"
#include "events/inbox_batch.h"

enum attempt { ATTEMPT_DONE, ATTEMPT_BEFORE, ATTEMPT_BROKEN, ATTEMPT_REFUSED };

/* The event's own number counts as seen afterwards: what the user's later events say of gaps is
 * right then, whether they came already or not. The statement never lowers a stored number. */
static void mark_sequence(struct batch *batch)
{
    if (batch->user_count == 0)
        return;
    batch->users[0].sequence = batch->items[0].ev.sequence;
    batch->users[0].changed = true;
}

/* The one transaction. The note comes first: whoever waits for it and then finds it there has done
 * no work in vain. */
static enum attempt attempt(const struct inbox *inbox, const struct dead_letter *letter,
                            struct batch *batch, enum dead_state *state, struct err *err)
{
    const struct batch_item *item = &batch->items[0];
    bool claimed = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    batch_reset(batch);
    *state = item->fate == FATE_APPLY    ? DEAD_REPLAYED
             : item->fate == FATE_POISON ? DEAD_FAILED_AGAIN
                                         : DEAD_SKIPPED;
    if (!pg_begin(inbox->db, &tx, err) || !dead_letter_claim(tx, letter, *state, &claimed, err))
        return ATTEMPT_BROKEN;
    if (!claimed)
        return ATTEMPT_BEFORE;
    if (!batch_apply(batch, inbox, tx, err))
        return ATTEMPT_REFUSED;
    if (*state == DEAD_FAILED_AGAIN) {
        struct dead_letter again = *letter;
        again.attempts++;
        if (!dead_letter_add(tx, &again, inbox->consumer, &item->err, err))
            return ATTEMPT_BROKEN;
    }
    mark_sequence(batch);
    if (!batch_keep_sequences(batch, tx, err))
        return ATTEMPT_BROKEN;
    return pg_commit(&tx, err) ? ATTEMPT_DONE : ATTEMPT_REFUSED;
}

bool inbox_replay_letter(const struct inbox *inbox, const struct dead_letter *letter,
                         enum dead_state *state, struct err *why, struct err *err)
{
    struct batch batch;
    struct inbox_partition part = {.topic = letter->topic, .partition = letter->partition};
    const struct inbox_record record = {.offset = letter->offset,
                                        .key = letter->key,
                                        .key_len = letter->key_len,
                                        .value = letter->value,
                                        .value_len = letter->value_len};
    const struct inbox_slice slice = {.part = &part, .records = &record, .count = 1};
    batch_init(&batch, inbox, &slice, 1);
    enum attempt ended = attempt(inbox, letter, &batch, state, err);
    if (ended == ATTEMPT_REFUSED && err_verdict(err->code) == VERDICT_POISON) {
        batch_condemn(&batch, err);
        ended = attempt(inbox, letter, &batch, state, err);
    }
    *why = batch.items[0].err;
    batch_fini(&batch);
    if (ended == ATTEMPT_BEFORE)
        *state = DEAD_OPEN;
    return ended == ATTEMPT_DONE || ended == ATTEMPT_BEFORE;
}

static void keep_derived(struct batch *batch, struct inbox_rederived *counts)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (item->fate == FATE_APPLY && item->row->derived) {
            counts->applied++;
        } else if (item->fate == FATE_POISON) {
            if (counts->refused++ == 0)
                counts->why = item->err;
        } else {
            counts->others++;
            item->fate = FATE_UNKNOWN;
        }
    }
}

static bool apply_run(const struct inbox *inbox, const struct inbox_slice *slice,
                      struct inbox_rederived *counts, struct err *err)
{
    struct batch batch;
    struct inbox_rederived with = *counts;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    batch_init(&batch, inbox, slice, 1);
    keep_derived(&batch, &with);
    bool ok =
        pg_begin(inbox->db, &tx, err) && batch_apply(&batch, inbox, tx, err) && pg_commit(&tx, err);
    batch_fini(&batch);
    if (ok)
        *counts = with;
    return ok;
}

bool inbox_rederive(const struct inbox *inbox, const struct inbox_partition *part,
                    const struct inbox_record *records, size_t count,
                    struct inbox_rederived *counts, struct err *err)
{
    struct inbox_partition at = *part;
    size_t run = count;
    for (size_t done = 0; done < count;) {
        if (run > count - done)
            run = count - done;
        struct inbox_slice slice = {.part = &at, .records = records + done, .count = run};
        if (apply_run(inbox, &slice, counts, err)) {
            done += run;
            run *= 2;
        } else if (run > 1) {
            run /= 2;
        } else if (err_verdict(err->code) == VERDICT_POISON) {
            if (counts->refused++ == 0)
                counts->why = *err;
            done++;
        } else {
            return false;
        }
    }
    return true;
}
