#include "kafka/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "kafka/client.h"

enum {
    SEEK_MS = 2000,
    /* What is taken from the client's queue before it is made to look at it. A quarter of what
     * makes it stop fetching (kafka.c). */
    LOOK_RECORDS = 500,
    LOOK_BYTES = 512 * 1024,
    LOOK_MS = 1,
    FETCH_QUEUE_BACKOFF_SINCE = 0x020200ff /* librdkafka that has fetch.queue.backoff.ms */
};

struct group {
    rd_kafka_t *rk;
    int64_t (*assigned)(void *arg, const char *topic, int32_t partition);
    void (*revoked)(void *arg, const char *topic, int32_t partition);
    void *arg;
    size_t taken, taken_bytes; /* since the client looked at its queue */
};

static void list_drop(rd_kafka_topic_partition_list_t **list)
{
    if (*list != NULL)
        rd_kafka_topic_partition_list_destroy(*list);
}

static rd_kafka_topic_partition_list_t *list_of(const char *topic, int32_t partition,
                                                int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
    return list;
}

static void check_assignment(rd_kafka_error_t *failure, const char *what)
{
    if (failure == NULL)
        return;
    log_error("assignment_failed", L_STR("what", what),
              L_STR("reason", rd_kafka_error_string(failure)));
    rd_kafka_error_destroy(failure);
}

static void assign(struct group *group, rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) {
        rd_kafka_topic_partition_t *part = &list->elems[i];
        int64_t offset = group->assigned(group->arg, part->topic, part->partition);
        part->offset = offset >= 0 ? offset : RD_KAFKA_OFFSET_BEGINNING;
        log_debug("partition_assigned", L_STR("name", part->topic),
                  L_INT("number", part->partition), L_INT("start", offset));
    }
    check_assignment(rd_kafka_incremental_assign(group->rk, list), "assign");
}

static void unassign(struct group *group, rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++)
        group->revoked(group->arg, list->elems[i].topic, list->elems[i].partition);
    check_assignment(rd_kafka_incremental_unassign(group->rk, list), "unassign");
}

static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *list, void *arg)
{
    struct group *group = arg;
    log_info("rebalance", L_STR("kind", rd_kafka_err2name(code)), L_INT("partitions", list->cnt),
             L_BOOL("lost", rd_kafka_assignment_lost(rk)));
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(group, list);
    } else if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        unassign(group, list);
    } else {
        for (int i = 0; i < list->cnt; i++)
            group->revoked(group->arg, list->elems[i].topic, list->elems[i].partition);
        rd_kafka_assign(rk, NULL);
    }
}

static void on_commit(rd_kafka_t *rk, rd_kafka_resp_err_t code,
                      rd_kafka_topic_partition_list_t *list, void *arg)
{
    (void)rk;
    (void)arg;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__NO_OFFSET)
        log_debug("offset_not_committed", L_STR("reason", rd_kafka_err2name(code)),
                  L_INT("partitions", list != NULL ? list->cnt : 0));
}

static bool subscribe(struct group *group, const struct group_conf *conf, struct err *err)
{
    scoped(list_drop) rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)conf->topic_count);
    for (size_t i = 0; i < conf->topic_count; i++)
        rd_kafka_topic_partition_list_add(list, conf->topics[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(group->rk, list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           err_set(err, ERR_INTERNAL, "subscribe: %s", rd_kafka_err2name(code));
}

bool group_open(const struct group_conf *conf, struct group **out, struct err *err)
{
    rd_kafka_conf_t *rk_conf;
    if (!client_conf(conf->kafka, CLIENT_GROUP, &rk_conf, err))
        return false;
    struct group *group = xcalloc(1, sizeof *group);
    group->assigned = conf->assigned;
    group->revoked = conf->revoked;
    group->arg = conf->arg;
    client_set(rk_conf, "group.id", conf->group);
    if (rd_kafka_version() >= FETCH_QUEUE_BACKOFF_SINCE)
        client_set(rk_conf, "fetch.queue.backoff.ms", "10");
    rd_kafka_conf_set_opaque(rk_conf, group);
    rd_kafka_conf_set_rebalance_cb(rk_conf, on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(rk_conf, on_commit);
    if (!client_new(RD_KAFKA_CONSUMER, rk_conf, &group->rk, err)) {
        free(group);
        return false;
    }
    rd_kafka_poll_set_consumer(group->rk);
    if (!subscribe(group, conf, err)) {
        group_close(group);
        return false;
    }
    *out = group;
    return true;
}

void group_close(struct group *group)
{
    if (group == NULL)
        return;
    rd_kafka_consumer_close(group->rk);
    rd_kafka_destroy(group->rk);
    free(group);
}

/* Once its queue was full, a client before 2.2 looks only once a second whether there is room
 * again, and a backlog comes at a queue's content a second. A request to a broker makes the thread
 * that fetches from it look at once; this one is sent to the leaders of all our partitions, and
 * nobody needs the answer. */
static void look_at_queue(struct group *group)
{
    rd_kafka_topic_partition_list_t *owned = NULL;
    group->taken = group->taken_bytes = 0;
    if (rd_kafka_version() >= FETCH_QUEUE_BACKOFF_SINCE ||
        rd_kafka_assignment(group->rk, &owned) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    for (int i = 0; i < owned->cnt; i++)
        owned->elems[i].offset = RD_KAFKA_OFFSET_END;
    if (owned->cnt > 0)
        rd_kafka_offsets_for_times(group->rk, owned, LOOK_MS);
    rd_kafka_topic_partition_list_destroy(owned);
}

bool group_poll(struct group *group, int wait_ms, struct group_record *record)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(group->rk, wait_ms);
    if (message == NULL)
        return false;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_warn("consumer_notice", L_STR("kind", rd_kafka_err2name(message->err)),
                 L_STR("text", rd_kafka_message_errstr(message)));
        rd_kafka_message_destroy(message);
        return false;
    }
    group->taken++;
    group->taken_bytes += message->len;
    if (group->taken >= LOOK_RECORDS || group->taken_bytes >= LOOK_BYTES)
        look_at_queue(group);
    *record = (struct group_record){.topic = rd_kafka_topic_name(message->rkt),
                                    .partition = message->partition,
                                    .offset = message->offset,
                                    .key = message->key,
                                    .key_len = message->key_len,
                                    .value = message->payload,
                                    .value_len = message->len,
                                    .message = message};
    return true;
}

void group_record_fini(struct group_record *record)
{
    rd_kafka_message_destroy(record->message);
    *record = (struct group_record){0};
}

void group_pause(struct group *group, const char *topic, int32_t partition, bool paused)
{
    scoped(list_drop) rd_kafka_topic_partition_list_t *list =
        list_of(topic, partition, RD_KAFKA_OFFSET_INVALID);
    rd_kafka_resp_err_t code = paused ? rd_kafka_pause_partitions(group->rk, list)
                                      : rd_kafka_resume_partitions(group->rk, list);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = list->elems[0].err;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        log_warn("pause_failed", L_STR("name", topic), L_INT("number", partition),
                 L_BOOL("paused", paused), L_STR("reason", rd_kafka_err2name(code)));
}

bool group_seek(struct group *group, const char *topic, int32_t partition, int64_t offset,
                struct err *err)
{
    scoped(list_drop) rd_kafka_topic_partition_list_t *list = list_of(topic, partition, offset);
    rd_kafka_error_t *failure = rd_kafka_seek_partitions(group->rk, list, SEEK_MS);
    rd_kafka_resp_err_t code = failure != NULL ? rd_kafka_error_code(failure) : list->elems[0].err;
    if (failure != NULL)
        rd_kafka_error_destroy(failure);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           err_set(err, ERR_UNAVAILABLE, "seek: %s", rd_kafka_err2name(code));
}

bool group_range(struct group *group, const char *topic, int32_t partition, int wait_ms,
                 int64_t *low, int64_t *high, struct err *err)
{
    rd_kafka_resp_err_t code =
        wait_ms > 0
            ? rd_kafka_query_watermark_offsets(group->rk, topic, partition, low, high, wait_ms)
            : rd_kafka_get_watermark_offsets(group->rk, topic, partition, low, high);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           err_set(err, ERR_UNAVAILABLE, "offsets of %s: %s", topic, rd_kafka_err2name(code));
}

void group_commit(struct group *group, const char *topic, int32_t partition, int64_t offset)
{
    scoped(list_drop) rd_kafka_topic_partition_list_t *list = list_of(topic, partition, offset);
    rd_kafka_resp_err_t code = rd_kafka_commit(group->rk, list, 1);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        log_debug("offset_not_committed", L_STR("reason", rd_kafka_err2name(code)));
}

bool group_ping(struct group *group, int wait_ms)
{
    return client_ping(group->rk, wait_ms);
}
