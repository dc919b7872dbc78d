/* relay - sends the outbox to Kafka and deletes what the broker acknowledged.
 * One thread a process; of all replicas the one holding the schema's session advisory lock works,
 * on the very connection that reads and deletes, so a relay that lost its connection lost the lock.
 * Rows are read in id order, at most RELAY_BATCH; a refused record is parked with its reason in
 * outbox_refused, never dropped. Woken by relay_wake (after a commit) and every 10 ms, since the
 * replica that commits may not be the one that sends. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "kafka/kafka.h"

struct relay;
struct relay_conf {
    const char *dsn, *schema, *app_name;
    const struct kafka_conf *kafka;
};
must_check bool relay_start(const struct relay_conf *conf, struct relay **out, struct err *err);
void relay_wake(struct relay *relay);
void relay_stop(struct relay *relay); /* joins; what is unsent stays in the outbox */
bool relay_broker_ok(struct relay *relay);
