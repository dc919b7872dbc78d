#include "kafka/scan.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "kafka/client.h"

enum { ASK_MS = 5000, ASK_AGAIN_MS = 200, LEADER_S = 10, POLL_MS = 100, SILENT_S = 20 };

/* A scan under way: left[i] is the offset at which partition i is finished, -1 once it is. */
struct scan {
    rd_kafka_t *rk;
    const char *topic;
    int64_t *left;
    int partitions, unfinished;
    int64_t only; /* the one offset that is wanted; -1: all */
    bool found;
    scan_fn *on_record;
    void *arg;
};

const char *scan_header(const struct scan_record *record, const char *name)
{
    rd_kafka_headers_t *headers;
    const void *value;
    size_t len;
    /* librdkafka ends values with a NUL that it does not count. */
    if (rd_kafka_message_headers(record->message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &len) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return NULL;
    return value;
}

bool scan_header_at(const struct scan_record *record, size_t index, const char **name,
                    const void **value, size_t *len)
{
    rd_kafka_headers_t *headers;
    return rd_kafka_message_headers(record->message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
           rd_kafka_header_get_all(headers, index, name, value, len) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void scan_fini(struct scan *scan)
{
    if (scan->rk != NULL) {
        rd_kafka_consumer_close(scan->rk);
        rd_kafka_destroy(scan->rk);
    }
    free(scan->left);
}

static bool open_client(struct scan *scan, const struct kafka_conf *conf, struct err *err)
{
    rd_kafka_conf_t *rk_conf;
    if (!client_conf(conf, CLIENT_TAIL, &rk_conf, err))
        return false;
    client_set(rk_conf, "group.id", "operator"); /* needed to assign; this one never joins */
    if (!client_new(RD_KAFKA_CONSUMER, rk_conf, &scan->rk, err))
        return false;
    rd_kafka_poll_set_consumer(scan->rk);
    return true;
}

/* 0 for a topic that does not exist. */
static bool count_partitions(struct scan *scan, struct err *err)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(scan->rk, scan->topic, NULL);
    if (topic == NULL)
        return err_set(err, ERR_INVALID, "%s is no topic's name", scan->topic);
    rd_kafka_resp_err_t code = rd_kafka_metadata(scan->rk, 0, topic, &metadata, ASK_MS);
    rd_kafka_topic_destroy(topic);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, ERR_UNAVAILABLE, "Kafka does not answer: %s", rd_kafka_err2name(code));
    if (metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR)
        scan->partitions = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    return true;
}

/* A partition that was just made, or whose leader moves, has none for a moment. */
static bool ask_range(struct scan *scan, int32_t partition, int64_t *low, int64_t *high,
                      struct err *err)
{
    int64_t until_us = time_mono_us() + LEADER_S * US_PER_S;
    for (;;) {
        rd_kafka_resp_err_t code =
            rd_kafka_query_watermark_offsets(scan->rk, scan->topic, partition, low, high, ASK_MS);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return true;
        if (time_mono_us() > until_us)
            return err_set(err, ERR_UNAVAILABLE, "end of %s/%d: %s", scan->topic, (int)partition,
                           rd_kafka_err2name(code));
        nanosleep(&(struct timespec){.tv_nsec = ASK_AGAIN_MS * 1000000L}, NULL);
    }
}

/* Adds the partition to list unless it holds nothing that is wanted. */
static bool add_partition(struct scan *scan, int32_t partition,
                          rd_kafka_topic_partition_list_t *list, struct err *err)
{
    int64_t low, high;
    if (!ask_range(scan, partition, &low, &high, err))
        return false;
    int64_t start = scan->only >= 0 ? scan->only : low;
    int64_t end = scan->only >= 0 && scan->only < high ? scan->only + 1 : high;
    scan->left[partition] = -1;
    if (start < low || start >= end)
        return true;
    scan->left[partition] = end;
    scan->unfinished++;
    rd_kafka_topic_partition_list_add(list, scan->topic, partition)->offset = start;
    return true;
}

static void mark_finished(struct scan *scan, int32_t partition)
{
    if (scan->left[partition] < 0)
        return;
    scan->left[partition] = -1;
    scan->unfinished--;
}

static bool hand_over(struct scan *scan, rd_kafka_message_t *message, struct err *err)
{
    rd_kafka_timestamp_type_t kind;
    int64_t time_ms = rd_kafka_message_timestamp(message, &kind);
    struct scan_record record = {.topic = scan->topic,
                                 .partition = message->partition,
                                 .offset = message->offset,
                                 .time_us = time_ms > 0 ? time_ms * 1000 : 0,
                                 .key = message->key,
                                 .key_len = message->key_len,
                                 .value = message->payload,
                                 .value_len = message->len,
                                 .message = message};
    int64_t end = scan->left[message->partition];
    bool wanted =
        end >= 0 && message->offset < end && (scan->only < 0 || message->offset == scan->only);
    if (message->offset + 1 >= end)
        mark_finished(scan, message->partition);
    if (!wanted)
        return true;
    scan->found = true;
    return scan->on_record(scan->arg, &record, err);
}

/* Records that were compacted away leave the end without a record: then the partition's own end
 * tells that it is finished. */
static bool read_all(struct scan *scan, struct err *err)
{
    int64_t heard_us = time_mono_us();
    bool ok = true;
    while (ok && scan->unfinished > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(scan->rk, POLL_MS);
        if (message == NULL) {
            if (time_mono_us() - heard_us > SILENT_S * US_PER_S)
                return err_set(err, ERR_UNAVAILABLE, "%s: Kafka fell silent", scan->topic);
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            ok = hand_over(scan, message, err);
        else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            mark_finished(scan, message->partition);
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
            message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            heard_us = time_mono_us();
        rd_kafka_message_destroy(message);
    }
    return ok;
}

static bool scan_run(struct scan *scan, int32_t first, int32_t end, struct err *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
    bool ok = true;
    for (int32_t i = first; ok && i < end; i++)
        ok = add_partition(scan, i, list, err);
    if (ok && list->cnt > 0) {
        rd_kafka_resp_err_t code = rd_kafka_assign(scan->rk, list);
        ok = code == RD_KAFKA_RESP_ERR_NO_ERROR ? read_all(scan, err)
                                                : err_set(err, ERR_INTERNAL, "reading %s: %s",
                                                          scan->topic, rd_kafka_err2name(code));
    }
    rd_kafka_topic_partition_list_destroy(list);
    return ok;
}

static bool begin(struct scan *scan, const struct kafka_conf *conf, struct err *err)
{
    if (!open_client(scan, conf, err) || !count_partitions(scan, err))
        return false;
    scan->left = xcalloc((size_t)scan->partitions + 1, sizeof *scan->left);
    return true;
}

bool scan_topic(const struct kafka_conf *conf, const char *topic, scan_fn *on_record, void *arg,
                struct err *err)
{
    struct scan scan = {.topic = topic, .only = -1, .on_record = on_record, .arg = arg};
    bool ok = begin(&scan, conf, err) && scan_run(&scan, 0, scan.partitions, err);
    scan_fini(&scan);
    return ok;
}

bool scan_record_at(const struct kafka_conf *conf, const struct scan_place *place,
                    scan_fn *on_record, void *arg, struct err *err)
{
    struct scan scan = {
        .topic = place->topic, .only = place->offset, .on_record = on_record, .arg = arg};
    bool ok = begin(&scan, conf, err);
    if (ok && place->partition < scan.partitions)
        ok = scan_run(&scan, place->partition, place->partition + 1, err);
    if (ok && !scan.found)
        ok = err_set(err, ERR_NOT_FOUND, "no record at %s/%d/%lld", place->topic,
                     (int)place->partition, (long long)place->offset);
    scan_fini(&scan);
    return ok;
}
