#include "service/service.h"

#include <limits.h>

#include "service/service_conf.h"

#define AT(member) offsetof(struct service_conf, member)

/* clang-format off */
const struct conf_key service_keys[] = {
    {"CONSUMER_BATCH", CONF_INT, AT(consumer_batch), "500", 1, 5000, 0, "Kafka records applied in one transaction at most"},
    {"DATABASE_CONNECTIONS", CONF_INT, AT(database_connections), "4", 1, 200, 0, "connections of the worker pool"},
    {"DATABASE_URL", CONF_STR, AT(database_url), NULL, 0, 0, CONF_REQUIRED | CONF_SECRET, "libpq connection string or URI of this service's role"},
    {"DRAIN_TIMEOUT_MS", CONF_INT, AT(drain_timeout_ms), "10000", 0, 600000, 0, "longest wait for requests under way when stopping"},
    {"FAST_QUEUE", CONF_INT, AT(fast_queue), "1024", 1, 100000, 0, "single-statement requests under way at once; more are answered 503"},
    {"HOUSEKEEPING_S", CONF_INT, AT(housekeeping_s), "60", 1, 3600, 0, "pause between rounds of housekeeping: purging, rotating keys, erasing accounts"},
    {"HTTP_ADDRESS", CONF_STR, AT(http_address), "127.0.0.1", 0, 0, 0, "numeric address to listen on"},
    {"HTTP_CONNECTIONS", CONF_INT, AT(http_connections), "2000", 10, 100000, 0, "client connections at once"},
    {"HTTP_PORT", CONF_INT, AT(http_port), NULL, 1, 65535, CONF_REQUIRED, "port to listen on"},
    {"HTTP_THREADS", CONF_INT, AT(http_threads), "2", 1, 64, 0, "threads that read requests and write answers"},
    {"JWT_AUDIENCE", CONF_STR, AT(jwt_audience), "expenses-tracker", 0, 0, 0, "audience that access tokens must name"},
    {"JWT_ISSUER", CONF_STR, AT(jwt_issuer), "https://auth.expenses-tracker.local", 0, 0, 0, "issuer that access tokens must name"},
    {"KAFKA_BROKERS", CONF_STR, AT(kafka_brokers), NULL, 0, 0, CONF_REQUIRED, "bootstrap servers, host:port separated by commas"},
    {"KAFKA_PROPERTIES", CONF_STR, AT(kafka_properties), "", 0, 0, CONF_SECRET, "further librdkafka properties, key=value separated by semicolons"},
    {"LOG_LEVEL", CONF_STR, AT(log_level), "info", 0, 0, 0, "error, warn, info or debug"},
    {"REQUEST_TIMEOUT_MS", CONF_INT, AT(request_timeout_ms), "10000", 100, 600000, 0, "deadline of a request"},
    {"STATEMENT_TIMEOUT_MS", CONF_INT, AT(statement_timeout_ms), "8000", 100, 600000, 0, "deadline of a database statement"},
    {"TRUSTED_PROXIES", CONF_STR, AT(trusted_proxies), "127.0.0.1,127.0.0.2", 0, 0, 0, "addresses whose X-Forwarded-For is believed"},
    {"WORKER_QUEUE", CONF_INT, AT(worker_queue), "256", 1, 100000, 0, "requests waiting for a worker; more are answered 503"},
    {"WORKER_THREADS", CONF_INT, AT(worker_threads), "4", 1, 256, 0, "threads that run handlers"},
};
/* clang-format on */
const size_t service_key_count = sizeof service_keys / sizeof *service_keys;
