/* producer - an idempotent producer (acks=all) that sends a batch and waits for its fate.
 * Threads: one caller at a time. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "kafka/kafka.h"

struct producer;
struct producer_record {
    const char *topic;
    const void *key;
    size_t key_len;
    const void *value;
    size_t value_len;
    const json_t *headers; /* {name: text}; may be NULL */
    bool declared;         /* the topic is one that must exist: a missing one is waited for */
    bool acked;            /* out: the broker has it */
    bool refused;          /* out: the broker will never take it (too large, unknown topic) */
    const char *reason;    /* out, of a refused one: a constant text; may be NULL */
};
must_check bool producer_new(const struct kafka_conf *conf, struct producer **out, struct err *err);
/* Flushes for at most flush_ms, then drops what is left (their rows are still in the outbox). */
void producer_free(struct producer *producer, int flush_ms);
/* How long to wait: until all reports are in, wait_ms passed, stop_fd (an eventfd, -1: none)
 * becomes readable, or go_on says no; it is asked every few milliseconds (NULL: not at all). */
struct producer_wait {
    int stop_fd, wait_ms;
    bool (*go_on)(void *arg);
    void *arg;
};
/* Sends all in order and waits for their delivery reports; false with ERR_UNAVAILABLE when one has
 * neither outcome. What is unknown then is dropped with its client, so that it cannot be sent after
 * the caller, or another process, sent it again.
 * There is no timeout of single messages (message.timeout.ms): a record given up while the one
 * behind it is sent would leave a gap, and consumers would take the late one for a repeat.
 * A fatal client error is answered by making a new client at the next call. */
must_check bool producer_send(struct producer *producer, struct producer_record *records,
                              size_t count, const struct producer_wait *wait, struct err *err);
/* Whether the broker answered metadata lately; for /readyz. */
bool producer_connected(struct producer *producer);
