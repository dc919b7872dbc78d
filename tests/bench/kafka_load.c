/* kafka_load - what librdkafka alone does with the same records: the limit that the relay and the
 * pipeline are read against. Prints one line of JSON.
 *
 *   kafka_load produce BROKERS TOPIC < records     a record a line: key, tab, value
 *   kafka_load consume BROKERS TOPIC COUNT         from the beginning of all partitions
 *
 * Producing is idempotent with acks=all, as the daemons do; records are read before the clock runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librdkafka/rdkafka.h>

#include "base/mem.h"
#include "base/timefmt.h"

enum { POLL_MS = 100, PATIENCE_S = 60, ERROR_SIZE = 512, POLL_EVERY = 1000, BATCH = 10000 };

struct record {
    char *key, *value;
    size_t key_len, value_len;
};

static uint64_t delivered, refused;

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "kafka_load: %s: %s\n", what, why);
    exit(1);
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    (void)client;
    (void)opaque;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        delivered++;
    else
        refused++;
}

static rd_kafka_t *client_new(rd_kafka_type_t type, const char *brokers)
{
    char text[ERROR_SIZE];
    const char *const common[][2] = {
        {"bootstrap.servers", brokers}, {"group.id", "bench"}, {"enable.auto.commit", "false"}};
    const char *const producing[][2] = {{"bootstrap.servers", brokers},
                                        {"enable.idempotence", "true"},
                                        {"acks", "all"},
                                        {"linger.ms", "5"},
                                        {"queue.buffering.max.messages", "2000000"},
                                        {"queue.buffering.max.kbytes", "2000000"}};
    bool produces = type == RD_KAFKA_PRODUCER;
    const char *const(*rows)[2] = produces ? producing : common;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < (produces ? LENGTH(producing) : LENGTH(common)); i++)
        if (rd_kafka_conf_set(conf, rows[i][0], rows[i][1], text, sizeof text) != RD_KAFKA_CONF_OK)
            fail(rows[i][0], text);
    if (produces)
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof text);
    if (client == NULL)
        fail("client", text);
    return client;
}

static struct record *read_records(size_t *count)
{
    struct record *records = NULL;
    size_t room = 0, line_room = 0;
    char *line = NULL;
    *count = 0;
    for (ssize_t len; (len = getline(&line, &line_room, stdin)) > 0;) {
        line[len - 1] = '\0';
        char *tab = strchr(line, '\t');
        if (tab == NULL)
            fail("input", "a line without a tab");
        if (*count == room) {
            room = room > 0 ? room * 2 : 1024;
            records = xrealloc(records, room * sizeof *records);
        }
        struct record *record = &records[(*count)++];
        record->key = xstrndup(line, (size_t)(tab - line));
        record->value = xstrdup(tab + 1);
        record->key_len = strlen(record->key);
        record->value_len = strlen(record->value);
    }
    free(line);
    return records;
}

static void produce(const char *brokers, const char *topic)
{
    size_t count;
    struct record *records = read_records(&count);
    rd_kafka_t *client = client_new(RD_KAFKA_PRODUCER, brokers);
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(client, 0, handle, &metadata, 10000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail(topic, "no metadata");
    rd_kafka_metadata_destroy(metadata);
    int64_t began_us = time_mono_us(), end_us = began_us + PATIENCE_S * US_PER_S;
    for (size_t i = 0; i < count; i++) {
        const struct record *record = &records[i];
        while (rd_kafka_produce(handle, RD_KAFKA_PARTITION_UA, 0, record->value, record->value_len,
                                record->key, record->key_len, NULL) != 0)
            rd_kafka_poll(client, POLL_MS); /* the queue is full */
        if (i % POLL_EVERY == 0)
            rd_kafka_poll(client, 0);
    }
    while (delivered + refused < count && time_mono_us() < end_us)
        rd_kafka_poll(client, POLL_MS);
    double seconds = (double)(time_mono_us() - began_us) / 1e6;
    if (delivered != count)
        fail(topic, "not all records were delivered");
    printf("{\"records\":%zu,\"seconds\":%.6f,\"per_second\":%.1f}\n", count, seconds,
           (double)count / seconds);
    rd_kafka_topic_destroy(handle);
    rd_kafka_destroy(client);
}

static void assign_all(rd_kafka_t *client, const char *topic)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    if (rd_kafka_metadata(client, 0, handle, &metadata, 10000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail(topic, "no metadata");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (int i = 0; i < metadata->topics[0].partition_cnt; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    if (rd_kafka_assign(client, list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail(topic, "cannot be assigned");
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
}

static void consume(const char *brokers, const char *topic, uint64_t wanted)
{
    rd_kafka_t *client = client_new(RD_KAFKA_CONSUMER, brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(client);
    rd_kafka_message_t **messages = xcalloc(BATCH, sizeof(rd_kafka_message_t *));
    int64_t began_us = time_mono_us(), end_us = began_us + PATIENCE_S * US_PER_S;
    uint64_t got = 0, bytes = 0;
    rd_kafka_poll_set_consumer(client);
    assign_all(client, topic);
    while (got < wanted && time_mono_us() < end_us) {
        ssize_t count = rd_kafka_consume_batch_queue(queue, POLL_MS, messages, BATCH);
        for (ssize_t i = 0; i < count; i++) {
            got += messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR;
            bytes += messages[i]->len;
            rd_kafka_message_destroy(messages[i]);
        }
    }
    double seconds = (double)(time_mono_us() - began_us) / 1e6;
    if (got < wanted)
        fail(topic, "fewer records than wanted");
    printf("{\"records\":%llu,\"seconds\":%.6f,\"per_second\":%.1f,\"bytes\":%llu}\n",
           (unsigned long long)got, seconds, (double)got / seconds, (unsigned long long)bytes);
    free(messages);
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "produce") == 0)
        produce(argv[2], argv[3]);
    else if (argc == 5 && strcmp(argv[1], "consume") == 0)
        consume(argv[2], argv[3], strtoull(argv[4], NULL, 10));
    else
        fail("arguments", "see the head of tests/bench/kafka_load.c");
    return 0;
}
