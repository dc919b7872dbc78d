#include "service/background.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/deadline.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/dead_letter.h"
#include "http/idempotency.h"
#include "people/export.h"
#include "service/purge.h"

enum {
    IDLE_MS = 1000, /* a look at an empty table costs little, and a person waits for an export */
    BUSY_MS = 100,  /* for the relay to send what is there */
    FAILED_MAX_MS = 16000,
    KINDS_MAX = 16,
};

struct background {
    const struct service *service;
    struct svc *svc;
    struct pg_pool *db;
    pthread_t housekeeper, work;
    bool works;           /* the thread is there */
    pthread_mutex_t lock; /* guards those below */
    pthread_cond_t changed;
    bool stopping, housekeeping_due, work_due;
};

/* Waits, or until *due, which it takes back; *was: it was due. Whether to go on. */
static bool pause_ms(struct background *background, int64_t ms, bool *due, bool *was)
{
    struct timespec until = deadline_in_ms(ms);
    pthread_mutex_lock(&background->lock);
    while (!background->stopping && !*due &&
           pthread_cond_timedwait(&background->changed, &background->lock, &until) == 0)
        continue;
    bool go_on = !background->stopping;
    *was = *due;
    *due = false;
    pthread_mutex_unlock(&background->lock);
    return go_on;
}

static void *run_housekeeping(void *arg)
{
    struct background *background = arg;
    const struct svc_base *base = (const struct svc_base *)(const void *)background->svc;
    int64_t every_ms = base->conf->housekeeping_s * INT64_C(1000);
    bool asked;
    log_thread("housekeeping");
    while (pause_ms(background, every_ms, &background->housekeeping_due, &asked)) {
        purge_all(base, idempotency_purge);
        purge_all(base, dead_letter_purge);
        purge_all(base, dead_letter_purge_refused);
        if (background->service->housekeeping != NULL)
            background->service->housekeeping(background->svc);
    }
    return NULL;
}

/* A kind of work. They do not wait for each other: one that fails pauses alone. */
struct turn {
    enum step (*step)(struct svc *svc); /* NULL: answering exports */
    int64_t due_us;
    int64_t failed_ms; /* the pause after the last failure; 0: it did not fail */
};

static enum step answer_exports(struct background *background)
{
    const struct export_source source = {.tables = &background->service->exports,
                                         .mend = background->service->export_mend,
                                         .svc = background->svc};
    return export_step(background->db, &source);
}

static void take_turn(struct background *background, struct turn *turn)
{
    enum step step = turn->step != NULL ? turn->step(background->svc) : answer_exports(background);
    int64_t pause = step == STEP_MORE ? 0 : step == STEP_WAIT ? BUSY_MS : IDLE_MS;
    if (step == STEP_FAILED) {
        turn->failed_ms *= 2;
        if (turn->failed_ms < IDLE_MS)
            turn->failed_ms = IDLE_MS;
        if (turn->failed_ms > FAILED_MAX_MS)
            turn->failed_ms = FAILED_MAX_MS;
        pause = turn->failed_ms;
    } else {
        turn->failed_ms = 0;
    }
    turn->due_us = time_mono_us() + pause * 1000;
}

static void *run_work(void *arg)
{
    struct background *background = arg;
    struct turn turns[KINDS_MAX];
    size_t count = 0;
    log_thread("background");
    if (background->service->exports.count > 0)
        turns[count++] = (struct turn){.step = NULL};
    enum step (*const *own)(struct svc * svc) = background->service->background;
    for (; own != NULL && *own != NULL && count < KINDS_MAX; own++)
        turns[count++] = (struct turn){.step = *own};
    if (own != NULL && *own != NULL)
        panic("too many kinds of background work");
    int64_t wait_ms = IDLE_MS;
    bool asked;
    while (pause_ms(background, wait_ms, &background->work_due, &asked)) {
        int64_t next_us = INT64_MAX;
        for (size_t i = 0; i < count; i++) {
            if (turns[i].due_us <= time_mono_us() || (asked && turns[i].failed_ms == 0))
                take_turn(background, &turns[i]);
            if (turns[i].due_us < next_us)
                next_us = turns[i].due_us;
        }
        int64_t left_us = next_us - time_mono_us();
        wait_ms = left_us > 0 ? (left_us + 999) / 1000 : 0;
    }
    return NULL;
}

static void start_thread(pthread_t *thread, void *(*body)(void *), struct background *background)
{
    if (pthread_create(thread, NULL, body, background) != 0)
        panic("thread");
}

struct background *background_start(const struct service *service, struct svc *svc)
{
    struct background *background = xcalloc(1, sizeof *background);
    *background = (struct background){
        .service = service, .svc = svc, .db = ((struct svc_base *)(void *)svc)->db};
    pthread_mutex_init(&background->lock, NULL);
    deadline_cond_init(&background->changed);
    background->works = service->exports.count > 0 || service->background != NULL;
    start_thread(&background->housekeeper, run_housekeeping, background);
    if (background->works)
        start_thread(&background->work, run_work, background);
    return background;
}

void background_housekeeping_due(struct background *background)
{
    pthread_mutex_lock(&background->lock);
    background->housekeeping_due = true;
    pthread_cond_broadcast(&background->changed);
    pthread_mutex_unlock(&background->lock);
}

void background_work_due(struct background *background)
{
    if (background == NULL)
        return;
    pthread_mutex_lock(&background->lock);
    background->work_due = true;
    pthread_cond_broadcast(&background->changed);
    pthread_mutex_unlock(&background->lock);
}

void background_stop(struct background *background)
{
    ((struct svc_base *)(void *)background->svc)->stopping = true;
    pthread_mutex_lock(&background->lock);
    background->stopping = true;
    pthread_cond_broadcast(&background->changed);
    pthread_mutex_unlock(&background->lock);
    pthread_join(background->housekeeper, NULL);
    if (background->works)
        pthread_join(background->work, NULL);
    pthread_cond_destroy(&background->changed);
    pthread_mutex_destroy(&background->lock);
    free(background);
}
