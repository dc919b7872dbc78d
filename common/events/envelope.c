#include "events/envelope.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "base/trace.h"
#include "base/uuid.h"

/* A NULL or empty attribute is left out, as the specification wants. */
static bool put(json_t *json, const char *name, const char *value)
{
    return value == NULL || value[0] == '\0' ||
           json_object_set_new(json, name, json_string(value)) == 0;
}

static const char *correlation_of(const struct outbox_event *ev, const char *own_id)
{
    const char *id =
        ev->cause != NULL ? ev->cause->correlation_id : trace_current()->correlation_id;
    if (id[0] != '\0')
        return id;
    return ev->cause != NULL && ev->cause->id[0] != '\0' ? ev->cause->id : own_id;
}

static const char *traceparent_of(const struct outbox_event *ev)
{
    return ev->cause != NULL && ev->cause->traceparent != NULL ? ev->cause->traceparent
                                                               : trace_current()->traceparent;
}

static json_t *attributes(const struct outbox_event *ev, const char *source, int64_t time_us)
{
    char id[UUID_SIZE], now[TIMEFMT_SIZE];
    json_t *json = json_object();
    uuid_new(id);
    timefmt_format(time_us, now);
    bool ok = put(json, "specversion", "1.0") && put(json, "id", id) &&
              put(json, "source", source) && put(json, "type", ev->type) &&
              put(json, "subject", ev->subject) && put(json, "time", now) &&
              put(json, "datacontenttype", "application/json") &&
              put(json, "userid", ev->keyed ? NULL : ev->user_id) &&
              put(json, "correlationid", correlation_of(ev, id)) &&
              put(json, "causationid", ev->cause != NULL ? ev->cause->id : NULL) &&
              put(json, "traceparent", traceparent_of(ev));
    if (!ok)
        json_drop(&json);
    return json;
}

bool envelope_build(const struct outbox_event *ev, const char *source, int64_t time_us,
                    struct envelope *out, struct err *err)
{
    if (!json_is_object(ev->data) || ev->user_id == NULL || ev->user_id[0] == '\0')
        panic("event %s without data or key", ev->type);
    scoped(json_drop) json_t *json = attributes(ev, source, time_us);
    if (json == NULL)
        return err_set(err, ERR_INVALID, "event %s: an attribute is not valid UTF-8", ev->type);
    scoped(str_drop) char *text = json_text(json);
    scoped(str_drop) char *data = json_text(ev->data);
    int open = (int)strlen(text) - 1; /* without the closing brace */
    if (ev->keyed) {
        out->head = xasprintf("%.*s,\"data\":%s}", open, text, data);
        out->tail = NULL;
    } else {
        out->head = xasprintf("%.*s,\"sequence\":", open, text);
        out->tail = xasprintf(",\"data\":%s}", data);
    }
    return true;
}

void envelope_fini(struct envelope *envelope)
{
    str_drop(&envelope->head);
    str_drop(&envelope->tail);
}
