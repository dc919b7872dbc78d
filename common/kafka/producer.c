#include "kafka/producer.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "kafka/client.h"

enum {
    POLL_MS = 20,
    PING_MS = 200,
    PING_GOOD_FOR_S = 5, /* how long one answer of the broker counts */
    PING_BAD_FOR_S = 1,
};

/* One call of producer_send; a delivery report that comes after its call has ended finds another
 * call here and is ignored, since its rows will be sent again. */
struct call {
    struct producer_record *records;
    size_t waiting;
    uint32_t number;
};

struct producer {
    struct kafka_conf conf;
    char *brokers, *properties, *client_id;
    pthread_mutex_t lock; /* guards rk against producer_connected while it is replaced */
    rd_kafka_t *rk;       /* NULL only after a new one could not be made */
    struct call call;     /* the sending thread's own */
    atomic_int_least64_t answered_us, asked_us; /* monotonic; last sign of life, last question */
};

/* What the broker will say again however often it is asked. */
static bool is_refusal(const struct producer_record *record, rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
        return true;
    /* A broker that has just started, or one of several that lags, says so of any topic. */
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return !record->declared;
    default:
        return false;
    }
}

/* The opaque pointer of a record is its call's number and its index, so that a late report can
 * never touch memory of a call that is over. */
static void *opaque_of(uint32_t number, size_t index)
{
    return (void *)(uintptr_t)((uint64_t)number << 32 | (uint64_t)index);
}

static void settle(struct producer *producer, struct producer_record *record,
                   rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        record->acked = true;
        atomic_store(&producer->answered_us, time_mono_us());
    } else if (is_refusal(record, code)) {
        record->refused = true;
        record->reason = rd_kafka_err2name(code);
        log_warn("record_refused", L_STR("to", record->topic),
                 L_STR("reason", rd_kafka_err2name(code)), L_INT("bytes", record->value_len));
    }
    producer->call.waiting--;
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *arg)
{
    (void)rk;
    struct producer *producer = arg;
    uint64_t opaque = (uintptr_t)message->_private;
    if (producer->call.records == NULL || (uint32_t)(opaque >> 32) != producer->call.number)
        return;
    settle(producer, &producer->call.records[opaque & UINT32_MAX], message->err);
}

/* Records of unknown fate must not be sent by this client after others were sent by a relay that
 * took over: what is still queued is dropped with the client. */
static void destroy_client(rd_kafka_t *rk)
{
    if (rk == NULL)
        return;
    rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                           RD_KAFKA_PURGE_F_NON_BLOCKING);
    rd_kafka_poll(rk, 0);
    rd_kafka_destroy(rk);
}

/* Makes a client in place of the one there is; when that fails there is none until the next try. */
static bool replace_client(struct producer *producer, struct err *err)
{
    rd_kafka_conf_t *conf;
    rd_kafka_t *rk = NULL;
    bool ok = client_conf(&producer->conf, CLIENT_PRODUCER, &conf, err);
    if (ok) {
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
        rd_kafka_conf_set_opaque(conf, producer);
        ok = client_new(RD_KAFKA_PRODUCER, conf, &rk, err);
    }
    pthread_mutex_lock(&producer->lock);
    rd_kafka_t *old = producer->rk;
    producer->rk = rk;
    pthread_mutex_unlock(&producer->lock);
    destroy_client(old);
    return ok;
}

bool producer_new(const struct kafka_conf *conf, struct producer **out, struct err *err)
{
    if (!kafka_conf_check(conf, err))
        return false;
    struct producer *producer = xcalloc(1, sizeof *producer);
    producer->brokers = xstrdup(conf->brokers);
    producer->properties = xstrdup(conf->properties != NULL ? conf->properties : "");
    producer->client_id = xstrdup(conf->client_id != NULL ? conf->client_id : "expenses");
    producer->conf = (struct kafka_conf){.brokers = producer->brokers,
                                         .properties = producer->properties,
                                         .client_id = producer->client_id};
    pthread_mutex_init(&producer->lock, NULL);
    if (!replace_client(producer, err)) {
        producer_free(producer, 0);
        return false;
    }
    *out = producer;
    return true;
}

static bool ensure_client(struct producer *producer, struct err *err)
{
    if (producer->rk != NULL && rd_kafka_fatal_error(producer->rk, NULL, 0) == 0)
        return true;
    log_warn("producer_replaced", L_BOOL("fatal", producer->rk != NULL));
    return replace_client(producer, err);
}

static rd_kafka_headers_t *headers_of(const json_t *json)
{
    if (json == NULL || json_object_size(json) == 0)
        return NULL;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(json_object_size(json));
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        if (json_is_string(value))
            rd_kafka_header_add(headers, name, -1, json_string_value(value),
                                (ssize_t)json_string_length(value));
    }
    return headers;
}

static rd_kafka_resp_err_t produce(struct producer *producer, const struct producer_record *record,
                                   size_t index)
{
    rd_kafka_headers_t *headers = headers_of(record->headers);
    rd_kafka_vu_t args[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = record->topic},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)(uintptr_t)record->key, record->key_len}},
        {.vtype = RD_KAFKA_VTYPE_VALUE,
         .u.mem = {(void *)(uintptr_t)record->value, record->value_len}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = opaque_of(producer->call.number, index)},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    size_t count = headers != NULL ? 6 : 5;
    rd_kafka_error_t *failure = rd_kafka_produceva(producer->rk, args, count);
    if (failure == NULL)
        return RD_KAFKA_RESP_ERR_NO_ERROR; /* the headers are librdkafka's now */
    rd_kafka_resp_err_t code = rd_kafka_error_code(failure);
    rd_kafka_error_destroy(failure);
    if (headers != NULL)
        rd_kafka_headers_destroy(headers);
    return code;
}

static bool is_stopping(int stop_fd)
{
    struct pollfd fd = {.fd = stop_fd, .events = POLLIN};
    return stop_fd >= 0 && poll(&fd, 1, 0) == 1;
}

static bool may_wait(struct producer *producer, const struct producer_wait *wait,
                     int64_t deadline_us)
{
    return time_mono_us() < deadline_us && !is_stopping(wait->stop_fd) &&
           rd_kafka_fatal_error(producer->rk, NULL, 0) == 0 &&
           (wait->go_on == NULL || wait->go_on(wait->arg));
}

/* A record that cannot be queued ends the round: nothing after it may overtake it. */
static bool enqueue_all(struct producer *producer, size_t count, const struct producer_wait *wait,
                        int64_t deadline_us)
{
    for (size_t i = 0; i < count; i++) {
        struct producer_record *record = &producer->call.records[i];
        rd_kafka_resp_err_t code;
        while ((code = produce(producer, record, i)) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_poll(producer->rk, POLL_MS);
            if (!may_wait(producer, wait, deadline_us))
                return false;
        }
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            continue;
        if (!is_refusal(record, code))
            return false;
        settle(producer, record, code);
    }
    return true;
}

bool producer_send(struct producer *producer, struct producer_record *records, size_t count,
                   const struct producer_wait *wait, struct err *err)
{
    int64_t deadline_us = time_mono_us() + wait->wait_ms * INT64_C(1000);
    for (size_t i = 0; i < count; i++) {
        records[i].acked = records[i].refused = false;
        records[i].reason = NULL;
    }
    if (!ensure_client(producer, err))
        return false;
    producer->call =
        (struct call){.records = records, .waiting = count, .number = producer->call.number + 1};
    bool queued = enqueue_all(producer, count, wait, deadline_us);
    while (queued && producer->call.waiting > 0 && may_wait(producer, wait, deadline_us))
        rd_kafka_poll(producer->rk, POLL_MS);
    producer->call.records = NULL;

    size_t unknown = 0;
    for (size_t i = 0; i < count; i++)
        unknown += !records[i].acked && !records[i].refused;
    if (unknown == 0)
        return true;
    if (!replace_client(producer, err))
        return err_wrap(err, "after records of unknown fate: ");
    return err_set(err, ERR_UNAVAILABLE, "Kafka has not confirmed %zu of %zu records", unknown,
                   count);
}

bool producer_connected(struct producer *producer)
{
    int64_t now_us = time_mono_us();
    int64_t answered_us = atomic_load(&producer->answered_us);
    if (answered_us != 0 && now_us - answered_us < PING_GOOD_FOR_S * US_PER_S)
        return true;
    int64_t asked_us = atomic_load(&producer->asked_us);
    if (asked_us != 0 && now_us - asked_us < PING_BAD_FOR_S * US_PER_S)
        return false;
    atomic_store(&producer->asked_us, now_us);
    pthread_mutex_lock(&producer->lock);
    bool ok = producer->rk != NULL && client_ping(producer->rk, PING_MS);
    pthread_mutex_unlock(&producer->lock);
    if (ok)
        atomic_store(&producer->answered_us, time_mono_us());
    return ok;
}

void producer_free(struct producer *producer, int flush_ms)
{
    if (producer == NULL)
        return;
    if (producer->rk != NULL)
        rd_kafka_flush(producer->rk, flush_ms);
    destroy_client(producer->rk);
    pthread_mutex_destroy(&producer->lock);
    free(producer->brokers);
    secret_drop(&producer->properties);
    free(producer->client_id);
    free(producer);
}
