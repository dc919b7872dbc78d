#include "service/health.h"

#include <pthread.h>
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

/* How often the parts are asked: quickly while starting, so that ready is said at once. */
enum { TICK_MS = 500, TICK_UNREADY_MS = 10 };

static const char *const part_names[] = {[HEALTH_DATABASE] = "database",
                                         [HEALTH_MIGRATIONS] = "migrations",
                                         [HEALTH_KEYS] = "keys",
                                         [HEALTH_BROKER] = "broker"};

struct health {
    struct health_check check;
    pthread_t thread;
    pthread_mutex_t lock; /* guards stop */
    pthread_cond_t wake;
    bool stop;
    _Atomic unsigned parts; /* bit per part that is well */
    atomic_bool draining;
    int64_t began_us;
};

/* The routes' handlers have no argument of their own; a process has one health. */
static _Atomic(struct health *) the_health;

static const unsigned ready_mask =
    1u << HEALTH_DATABASE | 1u << HEALTH_MIGRATIONS | 1u << HEALTH_KEYS;

bool health_ready(struct health *health)
{
    return (health->parts & ready_mask) == ready_mask && !health->draining;
}

/* Since the process began, from the kernel's own note of it (proc(5), field 22 of stat), in its
 * ticks of 10 ms; -1 where that cannot be read. */
static int64_t since_exec_ms(void)
{
    char text[1024];
    FILE *file = fopen("/proc/self/stat", "re");
    if (file == NULL)
        return -1;
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    char *at = strrchr(text, ')'); /* the name before it may hold anything */
    unsigned long long ticks;
    struct timespec now;
    if (at == NULL ||
        sscanf(at,
               ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
               &ticks) != 1)
        return -1;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 -
           (int64_t)(ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK));
}

static void ask_parts(struct health *health)
{
    unsigned parts = 0, before = health->parts;
    for (int i = 0; i < HEALTH_PARTS; i++) {
        if (health->check.ok[i](health->check.arg))
            parts |= 1u << i;
        else if (i == HEALTH_DATABASE)
            break; /* what hangs on the database is unknown, and asking would only wait again */
    }
    health->parts = parts;
    if (parts == before)
        return;
    for (int i = 0; i < HEALTH_PARTS; i++)
        if ((parts ^ before) & (1u << i))
            log_info("health_changed", L_STR("part", part_names[i]),
                     L_BOOL("ok", (parts >> i) & 1));
    if ((parts & ready_mask) == ready_mask && (before & ready_mask) != ready_mask)
        log_info("ready", L_INT("after_boot_ms", since_exec_ms()));
}

static void *run(void *arg)
{
    struct health *health = arg;
    log_thread("health");
    pthread_mutex_lock(&health->lock);
    while (!health->stop) {
        pthread_mutex_unlock(&health->lock);
        ask_parts(health);
        /* After a minute of waiting there is no hurry left. */
        bool hurry = !health_ready(health) && time_mono_us() - health->began_us < 60 * US_PER_S;
        struct timespec until = deadline_in_ms(hurry ? TICK_UNREADY_MS : TICK_MS);
        pthread_mutex_lock(&health->lock);
        if (!health->stop)
            pthread_cond_timedwait(&health->wake, &health->lock, &until);
    }
    pthread_mutex_unlock(&health->lock);
    return NULL;
}

struct health *health_start(const struct health_check *check)
{
    struct health *health = xcalloc(1, sizeof *health);
    health->check = *check;
    health->began_us = time_mono_us();
    pthread_mutex_init(&health->lock, NULL);
    deadline_cond_init(&health->wake);
    the_health = health;
    if (pthread_create(&health->thread, NULL, run, health) != 0)
        panic("thread");
    return health;
}

void health_wake(struct health *health)
{
    pthread_mutex_lock(&health->lock);
    pthread_cond_signal(&health->wake);
    pthread_mutex_unlock(&health->lock);
}

void health_drain(struct health *health)
{
    health->draining = true;
}

void health_stop(struct health *health)
{
    pthread_mutex_lock(&health->lock);
    health->stop = true;
    pthread_cond_signal(&health->wake);
    pthread_mutex_unlock(&health->lock);
    pthread_join(health->thread, NULL);
    the_health = NULL;
    pthread_cond_destroy(&health->wake);
    pthread_mutex_destroy(&health->lock);
    free(health);
}

static bool get_healthz(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)err;
    return resp_json(resp, 200, json_pack("{s:s}", "status", "ok"));
}

static bool get_readyz(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)err;
    struct health *health = the_health;
    unsigned parts = health != NULL ? health->parts : 0;
    bool ready = health != NULL && health_ready(health);
    json_t *body = json_object();
    const char *status = !ready ? "unready" : parts >> HEALTH_BROKER & 1 ? "ready" : "degraded";
    json_object_set_new(body, "status", json_string(status));
    for (int i = 0; i < HEALTH_PARTS; i++)
        json_object_set_new(body, part_names[i], json_string(parts >> i & 1 ? "up" : "down"));
    if (health != NULL && health->draining)
        json_object_set_new(body, "draining", json_true());
    return resp_json(resp, ready ? 200 : 503, body);
}

static bool get_metrics(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)err;
    struct buf out = {0};
    metrics_print(&out);
    resp->text = resp->owned_text = out.data;
    resp->content_type = "text/plain; version=0.0.4";
    return true;
}

/* clang-format off */
const struct route health_routes[] = {
    {.method = "GET", .path = "/healthz", .handler = get_healthz, .lane = ROUTE_INLINE, .help = "the process serves"},
    {.method = "GET", .path = "/metrics", .handler = get_metrics, .lane = ROUTE_INLINE, .help = "Prometheus metrics"},
    {.method = "GET", .path = "/readyz", .handler = get_readyz, .lane = ROUTE_INLINE, .help = "database, migrations, keys, broker"},
};
/* clang-format on */
const size_t health_route_count = LENGTH(health_routes);
