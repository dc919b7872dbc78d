#include "kafka/kafka.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "kafka/client.h"

enum { REASON_SIZE = 160, LOG_ERR = 3, LOG_INFO_LEVEL = 6 };

struct property {
    const char *name, *value;
};

static const struct property all_roles[] = {
    {"log.connection.close", "false"},    /* brokers close idle connections; that is no news */
    {"reconnect.backoff.max.ms", "1000"}, /* the default of 10 s prolongs every broker outage */
    {"socket.keepalive.enable", "true"},
    {"socket.nagle.disable", "true"},
    {"statistics.interval.ms", "0"},
    {"topic.metadata.refresh.interval.ms", "30000"}, /* how soon new partitions are seen */
};

static const struct property producer_role[] = {
    {"acks", "all"},
    {"enable.idempotence", "true"},
    /* A record that fails for good takes those behind it along, as a fatal error of this client:
     * else the next one would be sent in its place, and consumers would pass over the first. */
    {"enable.gapless.guarantee", "true"},
    {"batch.size", "262144"}, /* well below the topics' limit, which counts whole batches */
    {"linger.ms", "0"},
    {"message.max.bytes", "9000000"}, /* above the largest topic, that of dead letters */
    {"message.timeout.ms", "0"},      /* the outbox keeps the row; the caller has the deadline */
    {"queue.buffering.max.kbytes", "16384"},
    {"queue.buffering.max.messages", "10000"},
    /* How long a topic may be unknown before its records are refused. Topics are made before the
     * first record is sent, and a refusal must come before the sender's patience ends. */
    {"topic.metadata.propagation.max.ms", "5000"},
};

/* What waits in the client besides the batch at hand is bounded by queued.max.messages.kbytes and
 * one fetch. fetch.wait.max.ms also bounds how long a seek or a resume waits for the fetch that is
 * under way. */
static const struct property consumer_role[] = {
    {"auto.offset.reset", "earliest"},     {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"}, {"fetch.error.backoff.ms", "100"},
    {"fetch.max.bytes", "1048576"},        {"fetch.message.max.bytes", "1048576"},
    {"fetch.wait.max.ms", "250"},          {"queued.max.messages.kbytes", "2048"},
    {"queued.min.messages", "2000"},
};

/* 6 s is the least a broker allows by default. A consumer that was without its broker for longer
 * comes back as a new member, and the broker, started again, waits this long for the old ones it
 * remembers before it hands out partitions: with 10 s nothing was read for as long after every
 * broker outage. */
static const struct property group_role[] = {
    {"partition.assignment.strategy", "cooperative-sticky"},
    {"session.timeout.ms", "6000"},
    {"heartbeat.interval.ms", "1500"},
};

/* A fetch under way does not take in the partitions that became ready meanwhile, and readiness
 * waits for the end of each: at start two such waits pass. */
static const struct property tail_role[] = {
    {"fetch.wait.max.ms", "20"},
    {"enable.partition.eof", "true"},
};

/* Delivery, order and exactly-once application stand on these. */
static const char *const reserved[] = {"acks",
                                       "auto.offset.reset",
                                       "bootstrap.servers",
                                       "client.id",
                                       "delivery.timeout.ms",
                                       "enable.auto.commit",
                                       "enable.auto.offset.store",
                                       "enable.gapless.guarantee",
                                       "enable.idempotence",
                                       "enable.partition.eof",
                                       "group.id",
                                       "message.send.max.retries",
                                       "message.timeout.ms",
                                       "metadata.broker.list",
                                       "partition.assignment.strategy",
                                       "partitioner",
                                       "request.required.acks",
                                       "retries",
                                       "transactional.id"};

/* Losing a broker is handled here and told by /readyz, so nothing librdkafka says is an error that
 * someone must act on by itself. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)rk;
    enum log_level to = level < LOG_INFO_LEVEL ? LOG_WARN : LOG_DEBUG;
    log_write(to, "kafka_client",
              LOG_FIELDS(L_STR("facility", facility), L_STR("text", text),
                         L_BOOL("severe", level <= LOG_ERR)));
}

void client_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[REASON_SIZE];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK)
        panic("librdkafka refuses %s=%s: %s", name, value, why);
}

static void set_all(rd_kafka_conf_t *conf, const struct property *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        client_set(conf, rows[i].name, rows[i].value);
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t\r");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
        text[--len] = '\0';
    return text;
}

/* The value is never in the error text: it may be a password. */
static bool set_property(rd_kafka_conf_t *conf, char *line, struct err *err)
{
    char *name = trimmed(line), why[REASON_SIZE];
    if (*name == '\0')
        return true;
    char *equals = strchr(name, '=');
    if (equals == NULL)
        return err_set(err, ERR_INVALID, "KAFKA_PROPERTIES: a part has no '='");
    *equals = '\0';
    name = trimmed(name);
    for (size_t i = 0; i < LENGTH(reserved); i++)
        if (strcmp(name, reserved[i]) == 0)
            return err_set(err, ERR_INVALID, "KAFKA_PROPERTIES: %s is set by the service", name);
    switch (rd_kafka_conf_set(conf, name, trimmed(equals + 1), why, sizeof why)) {
    case RD_KAFKA_CONF_UNKNOWN:
        return err_set(err, ERR_INVALID, "KAFKA_PROPERTIES: unknown property %s", name);
    case RD_KAFKA_CONF_INVALID:
        return err_set(err, ERR_INVALID, "KAFKA_PROPERTIES: invalid value of %s", name);
    case RD_KAFKA_CONF_OK:
        break;
    }
    return true;
}

static bool set_properties(rd_kafka_conf_t *conf, const char *properties, struct err *err)
{
    scoped(secret_drop) char *copy = xstrdup(properties);
    char *rest = copy;
    while (rest != NULL) {
        char *line = strsep(&rest, ";\n");
        if (!set_property(conf, line, err))
            return false;
    }
    return true;
}

static void set_role(rd_kafka_conf_t *conf, enum client_role role)
{
    set_all(conf, TABLE(all_roles));
    switch (role) {
    case CLIENT_PRODUCER:
        set_all(conf, TABLE(producer_role));
        break;
    case CLIENT_GROUP:
        set_all(conf, TABLE(consumer_role));
        set_all(conf, TABLE(group_role));
        break;
    case CLIENT_TAIL:
        set_all(conf, TABLE(consumer_role));
        set_all(conf, TABLE(tail_role));
        break;
    case CLIENT_ADMIN:
        break;
    }
}

bool client_conf(const struct kafka_conf *conf, enum client_role role, rd_kafka_conf_t **out,
                 struct err *err)
{
    char why[REASON_SIZE];
    rd_kafka_conf_t *rk_conf = rd_kafka_conf_new();
    set_role(rk_conf, role);
    rd_kafka_conf_set_log_cb(rk_conf, on_log);
    if (conf->client_id != NULL)
        client_set(rk_conf, "client.id", conf->client_id);
    bool ok = true;
    if (conf->brokers == NULL || *conf->brokers == '\0' ||
        rd_kafka_conf_set(rk_conf, "bootstrap.servers", conf->brokers, why, sizeof why) !=
            RD_KAFKA_CONF_OK)
        ok = err_set(err, ERR_INVALID, "KAFKA_BROKERS: not a list of host:port");
    if (ok && conf->properties != NULL)
        ok = set_properties(rk_conf, conf->properties, err);
    if (!ok) {
        rd_kafka_conf_destroy(rk_conf);
        return false;
    }
    *out = rk_conf;
    return true;
}

bool kafka_conf_check(const struct kafka_conf *conf, struct err *err)
{
    for (enum client_role role = CLIENT_PRODUCER; role <= CLIENT_ADMIN; role++) {
        rd_kafka_conf_t *rk_conf;
        if (!client_conf(conf, role, &rk_conf, err))
            return false;
        rd_kafka_conf_destroy(rk_conf);
    }
    return true;
}

bool client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **out, struct err *err)
{
    char why[REASON_SIZE];
    *out = rd_kafka_new(type, conf, why, sizeof why);
    if (*out != NULL)
        return true;
    rd_kafka_conf_destroy(conf); /* a failing rd_kafka_new leaves it with the caller */
    return err_set(err, ERR_UNAVAILABLE, "Kafka client cannot be made: %s", why);
}

bool client_ping(rd_kafka_t *rk, int wait_ms)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(rk, 0, NULL, &metadata, wait_ms) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    rd_kafka_metadata_destroy(metadata);
    return true;
}
