/* consumer - runs the inbox (inbox.h) over a consumer group named after the service. */
#pragma once
#include <stdbool.h>

#include "events/inbox.h"
#include "kafka/kafka.h"

enum { CONSUMER_CONNECTIONS = 2 }; /* the second one when there is much to apply */
struct consumer;
struct consumer_conf {
    const struct kafka_conf *kafka;
    const char *group; /* the service's name */
    const struct topic_row *rows;
    size_t row_count;
    struct svc *svc;
    struct pg_pool *db; /* a pool of the consumer's own, of CONSUMER_CONNECTIONS */
    int batch;          /* records applied in one transaction at most */
};
must_check bool consumer_start(const struct consumer_conf *conf, struct consumer **out,
                               struct err *err);
void consumer_stop(struct consumer *consumer); /* finishes the batch at hand, leaves the group */
bool consumer_ok(struct consumer *consumer);   /* talked to the broker lately */
