/* cloudevent - CloudEvents 1.0, structured JSON, as the value of every record.
 * Source: CloudEvents specification 1.0.2, JSON event format and Kafka protocol binding. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"

struct event {
    char id[UUID_SIZE];
    char user_id[UUID_SIZE];        /* extension userid; empty where no user is concerned (keys) */
    char correlation_id[UUID_SIZE]; /* the id of the event or request that began it all */
    char causation_id[UUID_SIZE];   /* the event that caused this one; empty at the begin */
    const char *type;               /* borrowed from json */
    const char *source;             /* borrowed from json */
    const char *subject;            /* borrowed from json; may be NULL */
    const char *traceparent;        /* borrowed; may be NULL */
    int64_t time_us;
    int64_t sequence;   /* version of (source topic, user), gap-free from 1; 0 when absent */
    const json_t *data; /* borrowed from json; an object */
    json_t *json;       /* owned: the whole envelope */

    /* Where it was read; empty for events being written. */
    const char *topic;
    int32_t partition;
    int64_t offset;
};

/* ERR_MALFORMED: not JSON; ERR_INVALID: not a CloudEvent of this suite. Absent ids of a trusted
 * forwarder are left empty where the specification allows. */
must_check bool event_parse(const void *value, size_t len, struct event *ev, struct err *err);
void event_fini(struct event *ev);
