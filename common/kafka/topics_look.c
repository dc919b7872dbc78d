#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "kafka/client.h"
#include "kafka/topics.h"
#include "kafka/topics_admin.h"

enum { WARN_WAIT_MS = 3000 };

static struct topic_state *find(struct topic_states *states, const char *name)
{
    for (size_t i = 0; i < states->count; i++)
        if (strcmp(states->rows[i].spec->name, name) == 0)
            return &states->rows[i];
    return NULL;
}

static void take_metadata(struct topic_states *states, const struct rd_kafka_metadata *metadata)
{
    for (size_t i = 0; i < states->count; i++)
        states->rows[i].replicas_wanted = topics_replicas(metadata);
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];
        struct topic_state *state = find(states, topic->topic);
        if (state == NULL || topic->err != RD_KAFKA_RESP_ERR_NO_ERROR || topic->partition_cnt == 0)
            continue;
        state->found = true;
        state->partitions = topic->partition_cnt;
        state->replicas = topic->partitions[0].replica_cnt;
        for (int p = 1; p < topic->partition_cnt; p++)
            if (topic->partitions[p].replica_cnt < state->replicas)
                state->replicas = topic->partitions[p].replica_cnt;
    }
}

static void take_setting(struct topic_state *state, const char *name, const char *value)
{
    if (value == NULL)
        return;
    if (strcmp(name, "retention.ms") == 0)
        state->retention_ms = strtoll(value, NULL, 10);
    else if (strcmp(name, "max.message.bytes") == 0)
        state->max_bytes = strtoll(value, NULL, 10);
    else if (strcmp(name, "cleanup.policy") == 0) {
        state->compacted = strstr(value, "compact") != NULL;
        state->deleted = strstr(value, "delete") != NULL;
    }
}

static bool take_settings(struct topic_states *states, rd_kafka_event_t *event, struct err *err)
{
    size_t count, entries;
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, ERR_UNAVAILABLE, "settings of topics: %s",
                       rd_kafka_event_error_string(event));
    const rd_kafka_ConfigResource_t **topics = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        struct topic_state *state = find(states, rd_kafka_ConfigResource_name(topics[i]));
        rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(topics[i]);
        if (state == NULL)
            continue;
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return err_set(err, ERR_UNAVAILABLE, "settings of topic %s: %s", state->spec->name,
                           rd_kafka_err2name(code));
        const rd_kafka_ConfigEntry_t **rows = rd_kafka_ConfigResource_configs(topics[i], &entries);
        for (size_t j = 0; j < entries; j++)
            take_setting(state, rd_kafka_ConfigEntry_name(rows[j]),
                         rd_kafka_ConfigEntry_value(rows[j]));
    }
    return true;
}

static bool ask_settings(rd_kafka_t *rk, int wait_ms, struct topic_states *states, struct err *err)
{
    rd_kafka_ConfigResource_t *asked[TOPICS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < states->count; i++)
        if (states->rows[i].found)
            asked[count++] =
                rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, states->rows[i].spec->name);
    if (count == 0)
        return true;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *options =
        topics_admin_options(rk, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, wait_ms);
    rd_kafka_DescribeConfigs(rk, asked, count, options, queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy_array(asked, count);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, wait_ms * 2);
    bool ok = event != NULL ? take_settings(states, event, err)
                            : err_set(err, ERR_UNAVAILABLE, "settings of topics: no answer");
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    return ok;
}

bool topics_look(const struct kafka_conf *conf, int wait_ms, struct topic_states *out,
                 struct err *err)
{
    rd_kafka_conf_t *rk_conf;
    rd_kafka_t *rk;
    const struct rd_kafka_metadata *metadata;
    unsigned long count;
    const struct topic_spec *specs = events_topics(&count);
    if (count > TOPICS_MAX)
        panic("more than %d topics", TOPICS_MAX);
    *out = (struct topic_states){.count = count};
    for (unsigned long i = 0; i < count; i++)
        out->rows[i].spec = &specs[i];
    if (!client_conf(conf, CLIENT_ADMIN, &rk_conf, err) ||
        !client_new(RD_KAFKA_PRODUCER, rk_conf, &rk, err))
        return false;
    rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 1, NULL, &metadata, wait_ms);
    bool ok = code == RD_KAFKA_RESP_ERR_NO_ERROR ||
              err_set(err, ERR_UNAVAILABLE, "Kafka does not answer: %s", rd_kafka_err2name(code));
    if (ok) {
        take_metadata(out, metadata);
        rd_kafka_metadata_destroy(metadata);
        ok = ask_settings(rk, wait_ms, out, err);
    }
    rd_kafka_destroy(rk);
    return ok;
}

unsigned topic_differences(const struct topic_state *state)
{
    const struct topic_spec *spec = state->spec;
    if (!state->found)
        return TOPIC_MISSING;
    unsigned found = 0;
    if (state->partitions < spec->partitions)
        found |= TOPIC_PARTITIONS;
    if (state->replicas < state->replicas_wanted)
        found |= TOPIC_REPLICAS;
    if (state->retention_ms != spec->retention_ms)
        found |= TOPIC_RETENTION;
    if (state->compacted != (spec->compacted != 0) || state->deleted == (spec->compacted != 0))
        found |= TOPIC_CLEANUP;
    if (state->max_bytes != spec->max_bytes)
        found |= TOPIC_MAX_BYTES;
    return found;
}

const char *topic_difference_name(unsigned difference)
{
    switch ((enum topic_difference)difference) {
    case TOPIC_MISSING:
        return "missing";
    case TOPIC_PARTITIONS:
        return "partitions";
    case TOPIC_REPLICAS:
        return "replication";
    case TOPIC_RETENTION:
        return "retention.ms";
    case TOPIC_CLEANUP:
        return "cleanup.policy";
    case TOPIC_MAX_BYTES:
        return "max.message.bytes";
    }
    return NULL;
}

void topics_warn(const struct kafka_conf *conf)
{
    struct err err;
    struct topic_states states;
    if (!topics_look(conf, WARN_WAIT_MS, &states, &err)) {
        log_info("topics_not_compared", L_STR("reason", err.text));
        return;
    }
    for (size_t i = 0; i < states.count; i++) {
        unsigned differs = topic_differences(&states.rows[i]);
        /* One that is missing was made a moment ago, and not every broker knows it yet. */
        for (unsigned bit = TOPIC_PARTITIONS; bit <= TOPIC_MAX_BYTES; bit <<= 1)
            if ((differs & bit) != 0)
                log_warn("topic_differs", L_STR("name", states.rows[i].spec->name),
                         L_STR("what", topic_difference_name(bit)),
                         L_STR("hint", "topics check tells more"));
    }
}
