/* relay - sends the outbox to Kafka and deletes what the broker acknowledged.
 * One thread a process; the relays of all replicas share the work by parts of the outbox
 * (relay_shards.h), each part read in id order by one of them. A refused record is parked with its
 * reason in outbox_refused, never dropped. Woken by relay_wake (after a commit) and every 10 ms,
 * since the replica that commits may not be the one that sends.
 * A relay frozen in the middle of a batch (SIGSTOP) loses its parts after 5 s and its successor
 * sends the batch again. When it wakes it may still send what its client held: repeats, which
 * consumers know by their sequence, and never the first copy of a later event. */
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
