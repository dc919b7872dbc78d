#include "kafka/topics.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "events/events.h"
#include "kafka/client.h"
#include "kafka/topics_admin.h"

enum { WAIT_MS = 5000, CREATE_MS = 10000, REPLICAS_MAX = 3, REASON_SIZE = 160 };

static void client_drop(rd_kafka_t **rk)
{
    if (*rk != NULL)
        rd_kafka_destroy(*rk);
}

static void queue_drop(rd_kafka_queue_t **queue)
{
    if (*queue != NULL)
        rd_kafka_queue_destroy(*queue);
}

rd_kafka_AdminOptions_t *topics_admin_options(rd_kafka_t *rk, rd_kafka_admin_op_t op, int wait_ms)
{
    char why[REASON_SIZE];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(rk, op);
    if (rd_kafka_AdminOptions_set_request_timeout(options, wait_ms, why, sizeof why) != 0)
        panic("admin options: %s", why);
    return options;
}

int topics_replicas(const struct rd_kafka_metadata *metadata)
{
    return metadata->broker_cnt < REPLICAS_MAX ? metadata->broker_cnt : REPLICAS_MAX;
}

static bool is_there(const struct rd_kafka_metadata *metadata, const char *name)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, name) == 0 &&
            metadata->topics[i].err == RD_KAFKA_RESP_ERR_NO_ERROR)
            return true;
    return false;
}

static void set_number(rd_kafka_NewTopic_t *topic, const char *name, long long value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", value);
    rd_kafka_NewTopic_set_config(topic, name, text);
}

static rd_kafka_NewTopic_t *new_topic(const struct topic_spec *spec, int replicas, struct err *err)
{
    char why[REASON_SIZE];
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(spec->name, spec->partitions, replicas, why, sizeof why);
    if (topic == NULL) {
        err_set(err, ERR_INTERNAL, "topic %s: %s", spec->name, why);
        return NULL;
    }
    set_number(topic, "retention.ms", spec->retention_ms);
    set_number(topic, "max.message.bytes", spec->max_bytes);
    rd_kafka_NewTopic_set_config(topic, "cleanup.policy", spec->compacted ? "compact" : "delete");
    return topic;
}

/* Another service that made the topic a moment before us is as good as ourselves. */
static bool check_results(rd_kafka_event_t *event, struct err *err)
{
    size_t count;
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, ERR_UNAVAILABLE, "making topics: %s",
                       rd_kafka_event_error_string(event));
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            log_info("topic_created", L_STR("name", rd_kafka_topic_result_name(results[i])));
        else if (code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return err_set(err, ERR_UNAVAILABLE, "making topic %s: %s",
                           rd_kafka_topic_result_name(results[i]), rd_kafka_err2name(code));
    }
    return true;
}

static bool create(rd_kafka_t *rk, rd_kafka_NewTopic_t **missing, size_t count, struct err *err)
{
    char why[REASON_SIZE];
    scoped(queue_drop) rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *options =
        topics_admin_options(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS, CREATE_MS);
    if (rd_kafka_AdminOptions_set_operation_timeout(options, CREATE_MS, why, sizeof why) != 0)
        panic("admin options: %s", why);
    rd_kafka_CreateTopics(rk, missing, count, options, queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CREATE_MS + WAIT_MS);
    if (event == NULL)
        return err_set(err, ERR_UNAVAILABLE, "making topics: no answer");
    bool ok = check_results(event, err);
    rd_kafka_event_destroy(event);
    return ok;
}

static bool create_missing(rd_kafka_t *rk, const struct rd_kafka_metadata *metadata,
                           struct err *err)
{
    unsigned long count;
    const struct topic_spec *specs = events_topics(&count);
    rd_kafka_NewTopic_t *missing[TOPICS_MAX];
    size_t missing_count = 0;
    int replicas = topics_replicas(metadata);
    bool ok = true;
    if (count > TOPICS_MAX)
        panic("more than %d topics", TOPICS_MAX);
    for (unsigned long i = 0; ok && i < count; i++) {
        if (is_there(metadata, specs[i].name))
            continue;
        missing[missing_count] = new_topic(&specs[i], replicas, err);
        ok = missing[missing_count] != NULL;
        missing_count += ok;
    }
    if (ok && missing_count > 0)
        ok = create(rk, missing, missing_count, err);
    rd_kafka_NewTopic_destroy_array(missing, missing_count);
    return ok;
}

bool topics_ensure(const struct kafka_conf *conf, struct err *err)
{
    rd_kafka_conf_t *rk_conf;
    scoped(client_drop) rd_kafka_t *rk = NULL;
    const struct rd_kafka_metadata *metadata;
    if (!client_conf(conf, CLIENT_ADMIN, &rk_conf, err) ||
        !client_new(RD_KAFKA_PRODUCER, rk_conf, &rk, err))
        return false;
    rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 1, NULL, &metadata, WAIT_MS);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, ERR_UNAVAILABLE, "Kafka does not answer: %s", rd_kafka_err2name(code));
    bool ok = metadata->broker_cnt > 0 ? create_missing(rk, metadata, err)
                                       : err_set(err, ERR_UNAVAILABLE, "Kafka names no broker yet");
    rd_kafka_metadata_destroy(metadata);
    return ok;
}
