/* service - the skeleton of a daemon: main.c declares a struct service, service_main() runs it.
 * Boot order, signals, drain and exit codes live in service.c and nowhere else.
 *   exit 0 asked to stop, drained   1 cannot start (one line on stderr)   2 bad arguments
 *   3 could not drain in time
 * Commands: (none) run; migrate; health (of the instance at HTTP_ADDRESS:HTTP_PORT); --help;
 * --version; --print-config; --print-config-md; --print-routes; --print-topics; dlq, outbox, topics
 * and replay, for the operator (operator/operator.h), whose exit codes are their own. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "base/step.h"
#include "events/inbox.h"
#include "http/http.h"
#include "identity/verify.h"
#include "people/export.h"
#include "pg/pg.h"

struct metrics;

/* What common gives every handler; the first member of each service's struct svc. */
struct svc_base {
    struct pg_pool *db;
    struct verifier *verifier; /* keys and revocations follow the topics */
    const struct service_conf *conf;
    const struct service *service;
    struct background *background; /* for background_work_due */
    atomic_bool stopping; /* set when the service ends: long background work stops in the middle */
};

/* Configuration that all daemons share (common/service/service_conf.c has the table). */
struct service_conf {
    const char *database_url, *kafka_brokers, *kafka_properties;
    const char *http_address, *log_level, *jwt_issuer, *jwt_audience, *trusted_proxies;
    int http_port, http_threads, http_connections;
    int worker_threads, worker_queue, request_timeout_ms, drain_timeout_ms;
    int database_connections, statement_timeout_ms, housekeeping_s;
    int consumer_batch, fast_queue;
};

/* A command of the service's own, for the operator; like those of operator/operator.h it works
 * beside a running service and without one. */
struct service_command {
    const char *word;  /* "keys" */
    const char *usage; /* "list | rotate": what may follow the word */
    const char *help;  /* a line of --help */
    const char *notes; /* what WORD --help says more; ends with a new line */
    /* argv: what follows the word. Prints what it did; the exit status: 0 done, 1 failed (err is
     * printed unless its text is empty), 2 wrong usage (usage is printed). */
    int (*run)(struct svc *svc, int argc, char *const argv[], struct err *err);
};

struct service {
    const char *name;       /* "expense-service" */
    const char *schema;     /* "expense" */
    const char *env_prefix; /* "EXPENSE_" */
    const struct conf_key *keys;
    size_t key_count;
    const struct route *routes;
    size_t route_count;
    const struct topic_row *topics; /* consumed */
    size_t topic_count;
    const char *const *produces; /* NULL-terminated topics */
    const struct pg_statements *statements;
    size_t statement_count;
    const char *openapi; /* the embedded openapi.yaml, served at openapi_path */
    const char *openapi_path;
    size_t svc_size; /* of the service's struct svc, zeroed; begins with struct svc_base */
    void *(*conf_of)(struct svc *svc); /* where keys' offsets count from */
    /* Named by when they run; each may be NULL. */
    /* The configuration is read: in the daemon and in every command that works on data. */
    bool (*after_conf)(struct svc *svc, struct err *err);
    void (*at_end)(struct svc *svc); /* of what after_conf made: last of all, if that succeeded */
    bool (*before_listen)(struct svc *svc, struct err *err); /* database and statements are there */
    void (*after_drain)(struct svc *svc);
    /* Each HOUSEKEEPING_S: purging, in small batches, on a thread of its own; also when a key is
     * published or retired.
     */
    void (*housekeeping)(struct svc *svc);
    const struct service_command *commands;
    size_t command_count;
    /* What waits in the database, each kind a short step: NULL-terminated. On another thread of its
     * own, in turn; one kind that fails or has much to do holds no other back. */
    enum step (*const *background)(struct svc *svc);
    struct export_tables exports; /* what it holds of a person; none: it answers no export */
    export_mend_fn *export_mend;  /* NULL: the rows are told as the statements give them */
    int (*lane_threads)(const struct svc *svc); /* of lane 1; NULL: the service has none */
};

int service_main(int argc, char **argv, const struct service *service);
