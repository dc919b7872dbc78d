/* topics - the topics of events/events.h at the broker: made when missing, compared with what is
 * declared. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "events/events.h"
#include "kafka/kafka.h"

/* Creates what is missing (several services may try at once); replication factor is the smaller of
 * 3 and the number of brokers. ERR_UNAVAILABLE when the broker does not answer. */
must_check bool topics_ensure(const struct kafka_conf *conf, struct err *err);

/* One topic as the broker has it. */
struct topic_state {
    const struct topic_spec *spec;
    bool found; /* the rest is 0 when it is not there */
    int partitions, replicas;
    int replicas_wanted; /* what topics_ensure would make of it now */
    long long retention_ms, max_bytes;
    bool compacted, deleted; /* cleanup.policy: each by itself */
};
enum { TOPICS_MAX = 64 };
struct topic_states {
    struct topic_state rows[TOPICS_MAX];
    size_t count;
};
/* All topics of events_topics(), in that order. */
must_check bool topics_look(const struct kafka_conf *conf, int wait_ms, struct topic_states *out,
                            struct err *err);

/* What differs from the declaration. More partitions or replicas than declared are an operator's
 * growth and no difference. */
enum topic_difference {
    TOPIC_MISSING = 1,
    TOPIC_PARTITIONS = 2,
    TOPIC_REPLICAS = 4,
    TOPIC_RETENTION = 8,
    TOPIC_CLEANUP = 16,
    TOPIC_MAX_BYTES = 32,
};
unsigned topic_differences(const struct topic_state *state);
/* "partitions", "retention.ms", …; NULL for a bit of none. A constant. */
const char *topic_difference_name(unsigned difference);
/* A warning in the log for each topic that differs; a broker that does not answer is no news. */
void topics_warn(const struct kafka_conf *conf);
