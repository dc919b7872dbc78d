/* topics_admin - what making topics and looking at them share: private to common/kafka/. */
#pragma once
#include <librdkafka/rdkafka.h>

/* The caller destroys. */
rd_kafka_AdminOptions_t *topics_admin_options(rd_kafka_t *rk, rd_kafka_admin_op_t op, int wait_ms);
/* Of a topic made now: the smaller of 3 and the number of brokers. */
int topics_replicas(const struct rd_kafka_metadata *metadata);
