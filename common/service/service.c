#include "service/service.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/consumer.h"
#include "events/dead_letter.h"
#include "events/events.h"
#include "events/outbox.h"
#include "events/relay.h"
#include "http/idempotency.h"
#include "http/server.h"
#include "identity/watch.h"
#include "kafka/kafka.h"
#include "kafka/tail.h"
#include "kafka/topics.h"
#include "operator/operator.h"
#include "people/export.h"
#include "pg/migrate.h"
#include "service/background.h"
#include "service/commands.h"
#include "service/daemon.h"
#include "service/health.h"
#include "service/offline.h"
#include "service/version.h"

enum { TOKEN_LEEWAY_S = 5, TOKEN_CACHE_SLOTS = 8192 };

static void wait_stopping(struct daemon *daemon, int64_t ms)
{
    struct timespec until = deadline_in_ms(ms);
    while (!daemon->stopping &&
           pthread_cond_timedwait(&daemon->changed, &daemon->lock, &until) == 0)
        continue;
}

static void on_commit(void *arg)
{
    struct daemon *daemon = arg;
    pthread_mutex_lock(&daemon->lock);
    if (daemon->relay != NULL)
        relay_wake(daemon->relay);
    pthread_mutex_unlock(&daemon->lock);
}

static bool database_ok(void *arg)
{
    struct daemon *daemon = arg;
    struct err err;
    return pg_ping(daemon->base->db, &err);
}

static bool migrations_ok(void *arg)
{
    struct daemon *daemon = arg;
    struct err err;
    return migrate_check(daemon->base->db, service_migrations, service_migration_count, &err);
}

static bool keys_ok(void *arg)
{
    struct daemon *daemon = arg;
    pthread_mutex_lock(&daemon->lock);
    bool ok = daemon->tail != NULL && tail_caught_up(daemon->tail);
    pthread_mutex_unlock(&daemon->lock);
    return ok && verifier_key_count(daemon->base->verifier) > 0;
}

static bool broker_ok(void *arg)
{
    struct daemon *daemon = arg;
    pthread_mutex_lock(&daemon->lock);
    bool ok = daemon->relay != NULL && relay_broker_ok(daemon->relay);
    pthread_mutex_unlock(&daemon->lock);
    return ok;
}

static void collect_metrics(void *arg)
{
    struct daemon *daemon = arg;
    struct pg_stats stats;
    pg_pool_stats(daemon->base->db, &stats);
    metric_set("pg_connections", LABEL("state", "busy"), stats.busy);
    metric_set("pg_connections", LABEL("state", "all"), stats.size);
}

static void on_tail_event(void *arg, const struct event *ev)
{
    struct daemon *daemon = arg;
    watch_apply(daemon->base->verifier, ev);
    if (strcmp(ev->type, EVENT_KEY_PUBLISHED) == 0 || strcmp(ev->type, EVENT_KEY_RETIRED) == 0)
        background_housekeeping_due(daemon->background);
}

static bool start_tail(struct daemon *daemon, struct err *err)
{
    static const struct tail_topic topics[] = {
        {.topic = TOPIC_KEYS},
        {.topic = TOPIC_SESSION, .since_s = WATCH_SESSIONS_SINCE_S},
    };
    struct tail_conf conf = {.kafka = &daemon->kafka,
                             .topics = topics,
                             .topic_count = LENGTH(topics),
                             .on_event = on_tail_event,
                             .arg = daemon};
    struct tail *tail;
    if (!tail_start(&conf, &tail, err))
        return false;
    pthread_mutex_lock(&daemon->lock);
    daemon->tail = tail;
    pthread_mutex_unlock(&daemon->lock);
    return true;
}

static bool start_relay(struct daemon *daemon, struct err *err)
{
    struct relay_conf conf = {.dsn = daemon->conf.database_url,
                              .schema = daemon->service->schema,
                              .app_name = daemon->service->name,
                              .kafka = &daemon->kafka};
    struct relay *relay;
    if (!relay_start(&conf, &relay, err))
        return false;
    pthread_mutex_lock(&daemon->lock);
    daemon->relay = relay;
    pthread_mutex_unlock(&daemon->lock);
    return true;
}

static bool start_consumer(struct daemon *daemon, struct err *err)
{
    if (daemon->service->topic_count == 0)
        return true;
    struct consumer_conf conf = {.kafka = &daemon->kafka,
                                 .group = daemon->service->name,
                                 .rows = daemon->service->topics,
                                 .row_count = daemon->service->topic_count,
                                 .svc = daemon->svc,
                                 .db = daemon->consumer_db,
                                 .batch = daemon->conf.consumer_batch};
    return consumer_start(&conf, &daemon->consumer, err);
}

/* The broker may come later than the service, so its parts start on a thread: the tail first, since
 * being ready waits for the keys it reads; topics before the relay, since a record for a topic that
 * does not exist would be refused for good. */
static void *run_kafka(void *arg)
{
    struct daemon *daemon = arg;
    struct err err;
    int64_t pause_ms = 100;
    log_thread("kafka_start");
    pthread_mutex_lock(&daemon->lock);
    while (!daemon->stopping) {
        pthread_mutex_unlock(&daemon->lock);
        bool done = (daemon->tail != NULL || start_tail(daemon, &err)) &&
                    topics_ensure(&daemon->kafka, &err) &&
                    (daemon->relay != NULL || start_relay(daemon, &err)) &&
                    start_consumer(daemon, &err);
        if (done) {
            topics_warn(&daemon->kafka);
            return NULL;
        }
        log_warn("broker_unavailable", L_STR("reason", err.text), L_INT("retry_ms", pause_ms));
        pthread_mutex_lock(&daemon->lock);
        wait_stopping(daemon, pause_ms);
        pause_ms = pause_ms < 3000 ? pause_ms * 2 : 5000;
    }
    pthread_mutex_unlock(&daemon->lock);
    return NULL;
}

void daemon_load_conf(struct daemon *daemon)
{
    struct err err;
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    const struct service *service = daemon->service;
    if (!conf_load(daemon->tables.rows, LENGTH(daemon->tables.rows), &err))
        die("%s: %s", service->name, err.text);
    size_t level = 0;
    while (level < LENGTH(levels) && strcmp(levels[level], daemon->conf.log_level) != 0)
        level++;
    if (level == LENGTH(levels))
        die("%s: LOG_LEVEL must be error, warn, info or debug", service->name);
    log_init(service->name, (enum log_level)level);
    log_thread("main");
    char host[64] = "host";
    gethostname(host, sizeof host - 1);
    snprintf(daemon->client_id, sizeof daemon->client_id, "%s-%s-%d", service->name, host,
             (int)getpid());
    daemon->kafka = (struct kafka_conf){.brokers = daemon->conf.kafka_brokers,
                                        .properties = daemon->conf.kafka_properties,
                                        .client_id = daemon->client_id};
}

static struct pg_conf database_conf(struct daemon *daemon, int connections)
{
    return (struct pg_conf){.dsn = daemon->conf.database_url,
                            .schema = daemon->service->schema,
                            .app_name = daemon->service->name,
                            .connections = connections,
                            .statement_timeout_ms = daemon->conf.statement_timeout_ms,
                            .wait_ms = daemon->conf.request_timeout_ms / 2,
                            .statements = daemon->statements,
                            .statement_count = daemon->statement_count,
                            .on_commit = on_commit,
                            .on_commit_arg = daemon};
}

struct pg_pool *daemon_pool(struct daemon *daemon, int connections)
{
    struct pg_conf conf = database_conf(daemon, connections);
    return pg_pool_new(&conf);
}

void daemon_gather_statements(struct daemon *daemon)
{
    const struct pg_statements common[] = {outbox_statements,      inbox_statements,
                                           dead_letter_statements, idempotency_statements,
                                           operator_statements,    export_statements};
    size_t own = daemon->service->statement_count;
    daemon->statement_count = own + LENGTH(common) + 1;
    daemon->statements = xcalloc(daemon->statement_count, sizeof *daemon->statements);
    memcpy(daemon->statements, daemon->service->statements, own * sizeof *daemon->statements);
    memcpy(daemon->statements + own, common, sizeof common);
    daemon->exports = export_table_statements(&daemon->service->exports);
    daemon->statements[own + LENGTH(common)] =
        (struct pg_statements){daemon->exports, daemon->service->exports.count};
}

/* The stop signals' set, blocked in every thread; the main thread takes them by sigwait. */
static void block_signals(sigset_t *stops)
{
    sigemptyset(stops);
    sigaddset(stops, SIGTERM);
    sigaddset(stops, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, stops, NULL) != 0)
        panic("signal mask");
    signal(SIGPIPE, SIG_IGN);
}

/* Waits until the database answers, is migrated and knows every statement; false when asked to stop
 * meanwhile. A statement that cannot be prepared is our bug or a schema that is not ours. */
static bool await_database(struct daemon *daemon, const sigset_t *stops)
{
    struct err err, last = {.text = ""};
    while (!migrate_check(daemon->base->db, service_migrations, service_migration_count, &err) ||
           !pg_pool_check(daemon->base->db, &err)) {
        if (err.code != ERR_UNAVAILABLE)
            die("%s: database: %s", daemon->service->name, err.text);
        if (strcmp(err.text, last.text) != 0)
            log_warn("waiting_for_database", L_STR("reason", err.text));
        last = err;
        if (sigtimedwait(stops, NULL, &(struct timespec){.tv_nsec = 200000000}) > 0)
            return false;
    }
    return true;
}

static bool get_openapi(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)req, (void)err;
    const struct svc_base *base = (const struct svc_base *)(const void *)svc;
    resp->text = base->service->openapi;
    resp->content_type = "application/yaml";
    resp->cache_control = "public, max-age=300";
    return true;
}

static bool start_server(struct daemon *daemon, struct err *err)
{
    const struct service *service = daemon->service;
    size_t count = service->route_count;
    daemon->routes = xcalloc(count + health_route_count + 1, sizeof *daemon->routes);
    memcpy(daemon->routes, service->routes, count * sizeof *daemon->routes);
    memcpy(daemon->routes + count, health_routes, health_route_count * sizeof *daemon->routes);
    count += health_route_count;
    daemon->routes[count++] = (struct route){.method = "GET",
                                             .path = service->openapi_path,
                                             .handler = get_openapi,
                                             .lane = ROUTE_INLINE,
                                             .help = "this service's OpenAPI description"};
    int second = service->lane_threads != NULL ? service->lane_threads(daemon->svc) : 0;
    struct pg_conf fast_db = database_conf(daemon, 1);
    struct server_conf conf = {.address = daemon->conf.http_address,
                               .port = daemon->conf.http_port,
                               .http_threads = daemon->conf.http_threads,
                               .connections = daemon->conf.http_connections,
                               .worker_threads = {daemon->conf.worker_threads, second},
                               .queue = daemon->conf.worker_queue,
                               .request_timeout_ms = daemon->conf.request_timeout_ms,
                               .trusted_proxies = daemon->conf.trusted_proxies,
                               .routes = daemon->routes,
                               .route_count = count,
                               .svc = daemon->svc,
                               .verifier = daemon->base->verifier,
                               .fast_db = &fast_db,
                               .fast_queue = daemon->conf.fast_queue,
                               .db = daemon->base->db};
    return server_start(&conf, &daemon->server, err);
}

static void start_thread(pthread_t *thread, void *(*body)(void *), struct daemon *daemon)
{
    if (pthread_create(thread, NULL, body, daemon) != 0)
        panic("thread");
}

static void start_parts(struct daemon *daemon)
{
    struct err err;
    static const struct health_check checks = {.ok = {[HEALTH_DATABASE] = database_ok,
                                                      [HEALTH_MIGRATIONS] = migrations_ok,
                                                      [HEALTH_KEYS] = keys_ok,
                                                      [HEALTH_BROKER] = broker_ok}};
    struct health_check check = checks;
    check.arg = daemon;
    if (daemon->service->after_conf != NULL && !daemon->service->after_conf(daemon->svc, &err))
        die("%s: %s", daemon->service->name, err.text);
    if (daemon->service->before_listen != NULL &&
        !daemon->service->before_listen(daemon->svc, &err))
        die("%s: %s", daemon->service->name, err.text);
    daemon->background = background_start(daemon->service, daemon->svc); /* the tail wakes it */
    daemon->base->background = daemon->background;
    start_thread(&daemon->kafka_thread, run_kafka, daemon);
    daemon->health = health_start(&check);
    if (!start_server(daemon, &err))
        die("%s: %s", daemon->service->name, err.text);
    log_info("started", L_STR("address", daemon->conf.http_address),
             L_INT("port", daemon->conf.http_port), L_STR("version", suite_version()));
}

/* Stops taking work, finishes what is under way, then ends the parts. */
static void stop_parts(struct daemon *daemon)
{
    log_info("stopping");
    health_drain(daemon->health);
    pthread_mutex_lock(&daemon->lock);
    daemon->stopping = true;
    pthread_cond_broadcast(&daemon->changed);
    pthread_mutex_unlock(&daemon->lock);
    bool drained = server_stop(daemon->server, daemon->conf.drain_timeout_ms);
    if (!drained) {
        /* Requests may still run, on all that would be taken from them below. What they have not
         * committed did not happen, and no client was told that it did. */
        log_error("stopped", L_BOOL("drained", false));
        _exit(EXIT_NOT_DRAINED);
    }
    pthread_join(daemon->kafka_thread, NULL);
    health_stop(daemon->health);
    if (daemon->consumer != NULL)
        consumer_stop(daemon->consumer);
    if (daemon->tail != NULL)
        tail_stop(daemon->tail);
    background_stop(daemon->background);
    if (daemon->service->after_drain != NULL)
        daemon->service->after_drain(daemon->svc);
    if (daemon->service->at_end != NULL)
        daemon->service->at_end(daemon->svc);
    struct relay *relay = daemon->relay;
    if (relay != NULL) {
        pthread_mutex_lock(&daemon->lock);
        daemon->relay = NULL;
        pthread_mutex_unlock(&daemon->lock);
        relay_stop(relay);
    }
}

static void drop_parts(struct daemon *daemon)
{
    pg_pool_free(daemon->consumer_db);
    pg_pool_free(daemon->base->db);
    verifier_free(daemon->base->verifier);
    free(daemon->routes);
    free(daemon->statements);
    free(daemon->exports);
}

/* Boot order: signals, statements and pools, database, hook, Kafka, health, listener. */
static int run_daemon(struct daemon *daemon)
{
    struct err err;
    sigset_t stops;
    if (!kafka_conf_check(&daemon->kafka, &err))
        die("%s: %s", daemon->service->name, err.text);
    conf_warn_unknown(daemon->tables.rows, LENGTH(daemon->tables.rows),
                      daemon->service->env_prefix);
    block_signals(&stops);
    outbox_init(daemon->service->name);
    daemon_gather_statements(daemon);
    daemon->base->conf = &daemon->conf;
    daemon->base->service = daemon->service;
    daemon->base->db = daemon_pool(daemon, daemon->conf.database_connections);
    daemon->consumer_db = daemon_pool(daemon, CONSUMER_CONNECTIONS);
    daemon->base->verifier =
        verifier_new(&(struct verifier_conf){.issuer = daemon->conf.jwt_issuer,
                                             .audience = daemon->conf.jwt_audience,
                                             .leeway_s = TOKEN_LEEWAY_S,
                                             .cache_slots = TOKEN_CACHE_SLOTS});
    metrics_on_print(collect_metrics, daemon);
    if (await_database(daemon, &stops)) {
        int signal_number;
        start_parts(daemon);
        sigwait(&stops, &signal_number);
        stop_parts(daemon);
    }
    drop_parts(daemon);
    log_info("stopped", L_BOOL("drained", true));
    return 0;
}

int service_main(int argc, char **argv, const struct service *service)
{
    /* Threads that share few arenas keep memory small; contention is low, since requests allocate
     * little. */
    mallopt(M_ARENA_MAX, 2);
    /* Each larger allocation merges what lies in the fast bins, and a request makes several. */
    mallopt(M_MXFAST, 0);
    /* Without these, glibc raises both limits with the first large buffers that are freed, and what
     * a burst of batches took stays with the process. */
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
    const char *command = argc > 1 ? argv[1] : "";
    struct daemon daemon = {.service = service, .svc = xcalloc(1, service->svc_size)};
    daemon.base = (struct svc_base *)(void *)daemon.svc;
    pthread_mutex_init(&daemon.lock, NULL);
    deadline_cond_init(&daemon.changed);
    service_tables_init(&daemon.tables, service, daemon.svc, &daemon.conf);

    int status = 0;
    if (offline_knows(&daemon, command)) {
        status = offline_main(&daemon, argc, argv);
    } else if (argc > 2) {
        fprintf(stderr, "%s: more than one command; see --help\n", service->name);
        status = EXIT_USAGE;
    } else if (*command == '\0') {
        daemon_load_conf(&daemon);
        status = run_daemon(&daemon);
    } else if (strcmp(command, "--print-config") == 0) {
        daemon_load_conf(&daemon);
        conf_print(daemon.tables.rows, LENGTH(daemon.tables.rows), stdout);
    } else if (strcmp(command, "migrate") == 0) {
        daemon_load_conf(&daemon);
        status = command_migrate(service, &daemon.conf);
    } else if (strcmp(command, "health") == 0) {
        daemon_load_conf(&daemon);
        status = command_health(&daemon.conf);
    } else if (!command_flag(command, service, &daemon.tables)) {
        fprintf(stderr, "%s: unknown command %s; see --help\n", service->name, command);
        status = EXIT_USAGE;
    }
    conf_fini(daemon.tables.rows, LENGTH(daemon.tables.rows));
    free(daemon.svc);
    return status;
}
