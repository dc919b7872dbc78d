/* client - librdkafka configuration of every client of a daemon: private to common/kafka/.
 * Defaults of the role first, then KAFKA_PROPERTIES, so that an operator may tune anything but the
 * properties on which the delivery guarantees stand; those are refused.
 * Buffers are small on purpose: three clients must fit in a daemon of a few megabytes. */
#pragma once
#include <librdkafka/rdkafka.h>
#include <stdbool.h>

#include "kafka/kafka.h"

enum client_role { CLIENT_PRODUCER, CLIENT_GROUP, CLIENT_TAIL, CLIENT_ADMIN };

/* The caller owns *out until client_new takes it. */
must_check bool client_conf(const struct kafka_conf *conf, enum client_role role,
                            rd_kafka_conf_t **out, struct err *err);
/* Adds one property that the code itself chose. */
void client_set(rd_kafka_conf_t *conf, const char *name, const char *value);
/* Takes conf, also when it fails. */
must_check bool client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **out,
                           struct err *err);
/* Whether any broker answers within wait_ms. */
bool client_ping(rd_kafka_t *rk, int wait_ms);
