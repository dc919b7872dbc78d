/* group - one member of a consumer group; the caller decides where each partition begins, so what
 * Kafka keeps as committed offset is only for those who look at the lag.
 * Threads: all calls of one member on one thread, on which the callbacks come too. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kafka/kafka.h"

struct group;
struct group_record {
    const char *topic; /* borrowed from message, as key and value are */
    int32_t partition;
    int64_t offset;
    const void *key;
    size_t key_len;
    const void *value; /* NULL: a tombstone */
    size_t value_len;
    void *message;
};
struct group_conf {
    const struct kafka_conf *kafka;
    const char *group;
    const char *const *topics;
    size_t topic_count;
    /* Inside group_poll and group_close. assigned returns the first offset wanted; below 0: as far
     * back as there is. */
    int64_t (*assigned)(void *arg, const char *topic, int32_t partition);
    void (*revoked)(void *arg, const char *topic, int32_t partition);
    void *arg;
};

must_check bool group_open(const struct group_conf *conf, struct group **out, struct err *err);
/* Leaves the group; partitions are revoked before it returns. All records must have been dropped.
 */
void group_close(struct group *group);

/* Whether a record came within wait_ms; the caller ends it with group_record_fini. */
bool group_poll(struct group *group, int wait_ms, struct group_record *record);
void group_record_fini(struct group_record *record);

void group_pause(struct group *group, const char *topic, int32_t partition, bool paused);
must_check bool group_seek(struct group *group, const char *topic, int32_t partition,
                           int64_t offset, struct err *err);
/* The broker's first and next offset: asked within wait_ms, or (0) as the last fetch told, -1 for
 * what is not known. */
must_check bool group_range(struct group *group, const char *topic, int32_t partition, int wait_ms,
                            int64_t *low, int64_t *high, struct err *err);
/* Tells Kafka in the background; a refusal (a rebalance under way) does no harm. */
void group_commit(struct group *group, const char *topic, int32_t partition, int64_t offset);
bool group_ping(struct group *group, int wait_ms);
