/* tail - every record of some topics, read by every replica into its own memory: keys and
 * revocations. No group, nothing committed; begins at the topic's start or at a point in time.
 * Runs a thread of its own; reconnects for ever. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events/cloudevent.h"
#include "kafka/kafka.h"

struct tail;
struct tail_topic {
    const char *topic;
    int64_t since_s; /* age of the oldest record wanted; 0: from the beginning */
};
struct tail_conf {
    const struct kafka_conf *kafka; /* must outlive the tail */
    const struct tail_topic *topics;
    unsigned long topic_count;
    /* On the tail's thread, before the record is read as an event: true when nothing more is to be
     * done with it. May be NULL. */
    bool (*on_record)(void *arg, const void *value, size_t len);
    /* On the tail's thread. Records that are no CloudEvent are counted and skipped. */
    void (*on_event)(void *arg, const struct event *ev);
    void *arg;
};
must_check bool tail_start(const struct tail_conf *conf, struct tail **out, struct err *err);
/* All partitions were read to the end that they had when the tail began. */
bool tail_caught_up(struct tail *tail);
void tail_stop(struct tail *tail);
