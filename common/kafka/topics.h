/* topics - makes the topics of events/events.h that are missing. */
#pragma once
#include <stdbool.h>

#include "kafka/kafka.h"

/* Creates what is missing (several services may try at once); replication factor is the smaller of
 * 3 and the number of brokers. ERR_UNAVAILABLE when the broker does not answer. */
must_check bool topics_ensure(const struct kafka_conf *conf, struct err *err);
