#include "events/envelope.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "base/trace.h"
#include "base/uuid.h"

/* Attributes are constants, ids and numbers of ours, so none needs escaping; building the envelope
 * with a JSON library would cost more than all else that is done for an event. */
static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
            return false;
    return true;
}

/* A NULL or empty attribute is left out, as the specification wants. */
static bool put(struct buf *out, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return true;
    if (!is_plain(value))
        return false;
    buf_add(out, ",\"", 2);
    buf_add(out, name, strlen(name));
    buf_add(out, "\":\"", 3);
    buf_add(out, value, strlen(value));
    buf_add(out, "\"", 1);
    return true;
}

static const char *correlation_of(const struct outbox_event *ev, const char *own_id)
{
    const char *id =
        ev->cause != NULL ? ev->cause->correlation_id : trace_current()->correlation_id;
    if (id[0] != '\0')
        return id;
    return ev->cause != NULL && ev->cause->id[0] != '\0' ? ev->cause->id : own_id;
}

/* One that came with an event may be anything; what is not even plain text is not passed on. */
static const char *traceparent_of(const struct outbox_event *ev)
{
    const char *text = ev->cause != NULL && ev->cause->traceparent != NULL
                           ? ev->cause->traceparent
                           : trace_current()->traceparent;
    return is_plain(text) ? text : NULL;
}

static bool put_attributes(struct buf *out, const struct outbox_event *ev, const char *source,
                           int64_t time_us)
{
    static const char start[] = "{\"specversion\":\"1.0\",\"datacontenttype\":\"application/json\"";
    char id[UUID_SIZE], now[TIMEFMT_SIZE];
    uuid_new(id);
    timefmt_format(time_us, now);
    buf_add(out, start, sizeof start - 1);
    return put(out, "id", id) && put(out, "source", source) && put(out, "type", ev->type) &&
           put(out, "subject", ev->subject) && put(out, "time", now) &&
           put(out, "userid", ev->keyed ? NULL : ev->user_id) &&
           put(out, "correlationid", correlation_of(ev, id)) &&
           put(out, "causationid", ev->cause != NULL ? ev->cause->id : NULL) &&
           put(out, "traceparent", traceparent_of(ev));
}

bool envelope_build(const struct outbox_event *ev, const char *source, int64_t time_us,
                    struct envelope *out, struct err *err)
{
    static const char data_at[] = ",\"data\":", sequence_at[] = ",\"sequence\":";
    struct buf head = {0}, tail = {0};
    if ((ev->text == NULL && !json_is_object(ev->data)) || ev->user_id == NULL ||
        ev->user_id[0] == '\0')
        panic("event %s without data or key", ev->type);
    if (!put_attributes(&head, ev, source, time_us)) {
        buf_fini(&head);
        return err_set(err, ERR_INVALID, "event %s: an attribute is not plain text", ev->type);
    }
    scoped(str_drop) char *made = ev->text == NULL ? json_text(ev->data) : NULL;
    const char *data = ev->text != NULL ? ev->text : made;
    struct buf *last = ev->keyed ? &head : &tail;
    if (!ev->keyed)
        buf_add(&head, sequence_at, sizeof sequence_at - 1);
    buf_add(last, data_at, sizeof data_at - 1);
    buf_add(last, data, strlen(data));
    buf_add(last, "}", 1);
    out->head = head.data;
    out->tail = tail.data;
    return true;
}

void envelope_fini(struct envelope *envelope)
{
    str_drop(&envelope->head);
    str_drop(&envelope->tail);
}
