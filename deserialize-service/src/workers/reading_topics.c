#include "workers/reading_topics.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "deserialize.h"
#include "events/events.h"
#include "events/outbox.h"
#include "messages/message_store.h"
#include "workers/reading_event.h"

/* One message on its way from the event to its outcome. */
struct job {
    const struct event *ev;
    struct message message;
    struct message_state state;
    struct reading reading;
    struct message_outcome outcome;
    struct message_twin twin;
};

static void read_text(struct job *job)
{
    struct reader_input input = {.sender = job->message.sender,
                                 .body = job->message.body,
                                 .body_len = strlen(job->message.body),
                                 .received_at = job->message.received_at,
                                 .utc_offset_s = job->state.utc_offset_s};
    memcpy(input.default_currency, job->state.base_currency, CURRENCY_SIZE);
    reader_read(&input, &job->reading);
    job->outcome.parser = READER_VERSION;
    job->outcome.class = reading_class_name(job->reading.class);
    job->outcome.confidence = job->reading.confidence;
    job->outcome.status = reading_status(&job->reading);
    job->outcome.reason = reading_reason(&job->reading);
    if (strcmp(job->outcome.status, "unrecognised") == 0)
        job->outcome.reason =
            job->reading.class == READING_TRANSACTION ? "ambiguous" : "no_template";
}

/* The same text again is the same payment when it carries a mark of its own (reference, time,
 * balance) or came at once; apart and without a mark it may be a second coffee: booked, flagged. */
static bool find_twin(struct pg_tx *tx, struct job *job, struct err *err)
{
    bool found;
    if (!message_store_twin(tx, job->ev->user_id, &job->message, &job->twin, &found, err))
        return false;
    if (!found)
        return true;
    int64_t apart_us = llabs(job->message.received_at - job->twin.received_at);
    if (reader_has_own_mark(&job->reading) || apart_us <= MESSAGE_REPEAT_S * US_PER_S) {
        job->outcome.status = job->outcome.reason = "duplicate";
        job->outcome.duplicate_of = job->twin.id;
    } else {
        job->outcome.status = "needs_review";
        job->outcome.possible_duplicate_of = job->twin.id;
    }
    return true;
}

static bool is_booked(const struct job *job)
{
    return strcmp(job->outcome.status, "parsed") == 0 ||
           strcmp(job->outcome.status, "needs_review") == 0;
}

static bool publish(struct pg_tx *tx, const struct job *job, struct err *err)
{
    bool unrecognised = strcmp(job->outcome.status, "unrecognised") == 0;
    struct outbox_event ev = {.topic = TOPIC_OUTCOME,
                              .type = unrecognised ? EVENT_MESSAGE_UNRECOGNISED
                                                   : EVENT_MESSAGE_REJECTED,
                              .user_id = job->ev->user_id,
                              .subject = job->message.id,
                              .cause = job->ev};
    scoped(json_drop) json_t *data = NULL;
    if (is_booked(job)) {
        data =
            transaction_to_json(&job->message, &job->reading, job->outcome.possible_duplicate_of);
        ev.topic = TOPIC_TRANSACTION;
        ev.type = EVENT_TRANSACTION_PARSED;
    } else {
        data =
            json_pack("{s:s, s:s}", "message_id", job->message.id, "reason", job->outcome.reason);
        if (job->outcome.duplicate_of != NULL)
            json_object_set_new(data, "duplicate_of", json_string(job->outcome.duplicate_of));
    }
    ev.data = data;
    return outbox_add(tx, &ev, err);
}

static bool apply_message(struct pg_tx *tx, const struct event *ev, struct err *err)
{
    struct job job = {.ev = ev};
    if (!message_of_event(ev, &job.message, err) ||
        !message_store_open(tx, ev->user_id, &job.message, &job.state, err))
        return false;
    if (job.state.deleted || job.state.read_already || job.state.repeat) {
        metric_add("messages_read_total", LABEL("outcome", "skipped"), 1);
        return true;
    }
    read_text(&job);
    if (is_booked(&job) && !find_twin(tx, &job, err))
        return false;
    scoped(json_drop) json_t *fields = reading_fields(&job.reading);
    job.outcome.fields = fields;
    if (!message_store_outcome(tx, ev->user_id, job.message.id, &job.outcome, err) ||
        !publish(tx, &job, err))
        return false;
    metric_add("messages_read_total", LABEL("outcome", job.outcome.status), 1);
    return true;
}

bool reading_on_message(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                        size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++)
        if (!apply_message(tx, evs[i], err))
            return false;
    return true;
}

bool reading_on_expense(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                        size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        const char *message_id = json_string_value(json_object_get(evs[i]->data, "message_id"));
        const char *expense_id = json_string_value(json_object_get(evs[i]->data, "expense_id"));
        if (message_id == NULL) /* entered by hand */
            continue;
        if (expense_id == NULL || !uuid_valid(expense_id) || !uuid_valid(message_id))
            return err_set(err, ERR_INVALID, "expense_id or message_id is no UUID");
        if (!message_store_expense(tx, evs[i]->user_id, message_id, expense_id, err))
            return false;
    }
    return true;
}
