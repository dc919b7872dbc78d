#include "kafka/tail.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "kafka/client.h"

enum { POLL_MS = 100, ASK_MS = 2000, RETRY_MS = 500, RECHECK_S = 60 };
/* How long the broker may keep an empty fetch. */
#define CALM_FETCH_WAIT_MS "500"

struct wanted {
    char *topic;
    int64_t since_s;
    int partitions; /* assigned so far */
};

struct tail {
    const struct kafka_conf *kafka; /* borrowed */
    rd_kafka_t *rk;
    struct wanted *topics;
    size_t topic_count;
    bool (*on_record)(void *arg, const void *value, size_t len); /* may be NULL */
    void (*on_event)(void *arg, const struct event *ev);
    void *arg;
    rd_kafka_topic_partition_list_t *reading; /* the assignment; offset RD_KAFKA_OFFSET_END once
                                               * the partition's end was seen */
    int unfinished;                           /* partitions whose end was not seen yet */
    bool deaf;                                /* the last assignment failed */
    int64_t check_us;                         /* when next to look for partitions, monotonic */
    atomic_bool caught_up, stopping;
    pthread_t thread;
};

/* Partitions of a topic now; 0 while it does not exist, -1 while the broker does not answer. */
static int count_partitions(rd_kafka_t *rk, const char *topic)
{
    const struct rd_kafka_metadata *metadata;
    int count = 0;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
    if (handle == NULL)
        return -1;
    rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 0, handle, &metadata, ASK_MS);
    rd_kafka_topic_destroy(handle);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return -1;
    if (metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR)
        count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    return count;
}

/* Turns points in time into offsets; false while the broker does not answer for all of them. */
static bool find_starts(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list)
{
    if (rd_kafka_offsets_for_times(rk, list, ASK_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    for (int i = 0; i < list->cnt; i++)
        if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return false;
    return true;
}

/* What could not be assigned is assigned again at the next look: a deaf tail would know of no key
 * and no revoked session any more. */
static void assign(struct tail *tail, const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t code = rd_kafka_assign(tail->rk, list);
    tail->deaf = code != RD_KAFKA_RESP_ERR_NO_ERROR;
    if (tail->deaf)
        log_error("tail_failed", L_STR("reason", rd_kafka_err2name(code)));
}

static void append(rd_kafka_topic_partition_list_t *to, const rd_kafka_topic_partition_list_t *from)
{
    for (int i = 0; i < from->cnt; i++)
        rd_kafka_topic_partition_list_add(to, from->elems[i].topic, from->elems[i].partition)
            ->offset = from->elems[i].offset;
}

/* Adds to list the partitions of a topic that are not read yet. Partitions that are added later are
 * read from their beginning: all they hold is new. */
static bool add_partitions(struct tail *tail, struct wanted *wanted, int count,
                           rd_kafka_topic_partition_list_t *list)
{
    bool by_time = wanted->since_s > 0 && wanted->partitions == 0;
    int64_t since_ms = (time_now_us() - wanted->since_s * US_PER_S) / 1000;
    rd_kafka_topic_partition_list_t *added = rd_kafka_topic_partition_list_new(count);
    for (int i = wanted->partitions; i < count; i++)
        rd_kafka_topic_partition_list_add(added, wanted->topic, i)->offset =
            by_time ? since_ms : RD_KAFKA_OFFSET_BEGINNING;
    bool ok = !by_time || find_starts(tail->rk, added);
    if (ok)
        append(list, added);
    rd_kafka_topic_partition_list_destroy(added);
    return ok;
}

/* Where reading stands: an assignment that grows begins anew for all of its partitions. */
static void keep_positions(struct tail *tail, rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_topic_partition_list_t *now = rd_kafka_topic_partition_list_copy(tail->reading);
    rd_kafka_resp_err_t code = rd_kafka_position(tail->rk, now);
    for (int i = 0; i < now->cnt; i++)
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR || now->elems[i].offset < 0)
            now->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
    append(list, now);
    rd_kafka_topic_partition_list_destroy(now);
}

/* Finds partitions and reads them; false when some topic is not there yet or the broker is silent.
 */
static bool follow_topics(struct tail *tail)
{
    bool complete = true;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
    for (size_t i = 0; i < tail->topic_count; i++) {
        struct wanted *wanted = &tail->topics[i];
        int count = count_partitions(tail->rk, wanted->topic);
        if (count <= 0)
            complete = false;
        if (count <= wanted->partitions)
            continue;
        if (!add_partitions(tail, wanted, count, list)) {
            complete = false;
            continue;
        }
        tail->unfinished += count - wanted->partitions;
        wanted->partitions = count;
    }
    if (list->cnt > 0 || tail->deaf) {
        rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_copy(list);
        keep_positions(tail, all);
        assign(tail, all);
        rd_kafka_topic_partition_list_destroy(all);
        for (int i = 0; i < list->cnt; i++) /* a start found by time may itself be 'the end' */
            list->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
        append(tail->reading, list);
    }
    rd_kafka_topic_partition_list_destroy(list);
    return complete && !tail->deaf;
}

/* librdkafka assigns partitions only to a client with a group id; this one never joins. */
static bool open_client(const struct kafka_conf *kafka, bool calm, rd_kafka_t **rk, struct err *err)
{
    rd_kafka_conf_t *rk_conf;
    if (!client_conf(kafka, CLIENT_TAIL, &rk_conf, err))
        return false;
    client_set(rk_conf, "group.id", "tail");
    if (calm)
        client_set(rk_conf, "fetch.wait.max.ms", CALM_FETCH_WAIT_MS);
    if (!client_new(RD_KAFKA_CONSUMER, rk_conf, rk, err))
        return false;
    rd_kafka_poll_set_consumer(*rk);
    return true;
}

/* To be ready soon, a tail begins with fetches that end after 20 ms, since each new partition waits
 * for the one under way. Going on so would keep a broker busy for nothing (measured: most of a core
 * with eight idle daemons), so once all is read a calmer client takes over where the first one is.
 */
static void calm_down(struct tail *tail)
{
    struct err err;
    rd_kafka_t *calm;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(tail->reading->cnt);
    keep_positions(tail, list);
    if (!open_client(tail->kafka, true, &calm, &err)) {
        log_warn("tail_not_calmed", L_STR("reason", err.text));
    } else {
        rd_kafka_consumer_close(tail->rk);
        rd_kafka_destroy(tail->rk);
        tail->rk = calm;
        assign(tail, list);
    }
    rd_kafka_topic_partition_list_destroy(list);
}

static void mark_end(struct tail *tail, const rd_kafka_message_t *message)
{
    rd_kafka_topic_partition_t *part = rd_kafka_topic_partition_list_find(
        tail->reading, rd_kafka_topic_name(message->rkt), message->partition);
    if (part == NULL || part->offset == RD_KAFKA_OFFSET_END)
        return;
    part->offset = RD_KAFKA_OFFSET_END;
    tail->unfinished--;
}

static void hand_over(struct tail *tail, const rd_kafka_message_t *message)
{
    struct event ev;
    struct err err;
    const char *topic = rd_kafka_topic_name(message->rkt);
    if (message->payload == NULL) /* a tombstone */
        return;
    if (tail->on_record != NULL && tail->on_record(tail->arg, message->payload, message->len))
        return;
    log_record(topic, message->partition, message->offset);
    if (event_parse(message->payload, message->len, &ev, &err)) {
        ev.topic = topic;
        ev.partition = message->partition;
        ev.offset = message->offset;
        tail->on_event(tail->arg, &ev);
        event_fini(&ev);
    } else {
        metric_add("consumer_records_total", LABELS("topic", topic, "outcome", "poison"), 1);
        log_warn("record_skipped", L_STR("reason", err.text));
    }
    log_record(NULL, 0, 0);
}

static void *run(void *arg)
{
    struct tail *tail = arg;
    bool complete = false;
    log_thread("tail");
    while (!atomic_load(&tail->stopping)) {
        if (time_mono_us() >= tail->check_us) {
            complete = follow_topics(tail);
            tail->check_us =
                time_mono_us() + (complete ? RECHECK_S * US_PER_S : RETRY_MS * INT64_C(1000));
        }
        rd_kafka_message_t *message = rd_kafka_consumer_poll(tail->rk, POLL_MS);
        if (message != NULL) {
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
                hand_over(tail, message);
            else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
                mark_end(tail, message);
            else
                log_warn("consumer_notice", L_STR("kind", rd_kafka_err2name(message->err)));
            rd_kafka_message_destroy(message);
        }
        if (complete && tail->unfinished == 0 && !atomic_load(&tail->caught_up)) {
            atomic_store(&tail->caught_up, true);
            calm_down(tail);
            if (tail->deaf)
                tail->check_us = 0;
        }
    }
    rd_kafka_consumer_close(tail->rk);
    return NULL;
}

static void tail_free(struct tail *tail)
{
    if (tail->rk != NULL)
        rd_kafka_destroy(tail->rk);
    rd_kafka_topic_partition_list_destroy(tail->reading);
    for (size_t i = 0; i < tail->topic_count; i++)
        free(tail->topics[i].topic);
    free(tail->topics);
    free(tail);
}

bool tail_start(const struct tail_conf *conf, struct tail **out, struct err *err)
{
    struct tail *tail = xcalloc(1, sizeof *tail);
    tail->kafka = conf->kafka;
    tail->on_record = conf->on_record;
    tail->on_event = conf->on_event;
    tail->arg = conf->arg;
    tail->topic_count = conf->topic_count;
    tail->topics = xcalloc(conf->topic_count, sizeof *tail->topics);
    tail->reading = rd_kafka_topic_partition_list_new(16);
    for (size_t i = 0; i < conf->topic_count; i++)
        tail->topics[i] = (struct wanted){.topic = xstrdup(conf->topics[i].topic),
                                          .since_s = conf->topics[i].since_s};
    bool ok = open_client(conf->kafka, false, &tail->rk, err);
    if (ok && pthread_create(&tail->thread, NULL, run, tail) != 0)
        panic("tail thread cannot be made");
    if (!ok) {
        tail_free(tail);
        return false;
    }
    *out = tail;
    return true;
}

bool tail_caught_up(struct tail *tail)
{
    return atomic_load(&tail->caught_up);
}

void tail_stop(struct tail *tail)
{
    atomic_store(&tail->stopping, true);
    pthread_join(tail->thread, NULL);
    tail_free(tail);
}
