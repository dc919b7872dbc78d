#include "http/lane.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

struct lane {
    void (*run)(void *item);
    int niceness;
    pthread_t *threads;
    int thread_count;
    atomic_size_t taken; /* places reserved or filled; at most size */
    size_t size;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t ready;
    void **items; /* ring */
    size_t head, count;
    bool stop;
};

static void *work(void *arg)
{
    struct lane *lane = arg;
    log_thread("worker");
    if (lane->niceness > 0 && setpriority(PRIO_PROCESS, (id_t)gettid(), lane->niceness) != 0)
        log_warn("niceness_not_set", L_INT("niceness", lane->niceness));
    pthread_mutex_lock(&lane->lock);
    for (;;) {
        while (lane->count == 0 && !lane->stop)
            pthread_cond_wait(&lane->ready, &lane->lock);
        if (lane->count == 0)
            break;
        void *item = lane->items[lane->head];
        lane->head = (lane->head + 1) % lane->size;
        lane->count--;
        pthread_mutex_unlock(&lane->lock);
        atomic_fetch_sub(&lane->taken, 1);
        lane->run(item);
        pthread_mutex_lock(&lane->lock);
    }
    pthread_mutex_unlock(&lane->lock);
    return NULL;
}

struct lane *lane_new(const struct lane_conf *conf)
{
    if (conf->threads < 1 || conf->queue < 1)
        panic("lane of %d threads, %d places", conf->threads, conf->queue);
    struct lane *lane = xcalloc(1, sizeof *lane);
    lane->run = conf->run;
    lane->niceness = conf->niceness;
    lane->size = (size_t)conf->queue;
    lane->items = xcalloc(lane->size, sizeof *lane->items);
    lane->threads = xcalloc((size_t)conf->threads, sizeof *lane->threads);
    pthread_mutex_init(&lane->lock, NULL);
    pthread_cond_init(&lane->ready, NULL);
    for (; lane->thread_count < conf->threads; lane->thread_count++)
        if (pthread_create(&lane->threads[lane->thread_count], NULL, work, lane) != 0)
            panic("no thread for a lane");
    return lane;
}

void lane_free(struct lane *lane)
{
    if (lane == NULL)
        return;
    pthread_mutex_lock(&lane->lock);
    lane->stop = true;
    pthread_cond_broadcast(&lane->ready);
    pthread_mutex_unlock(&lane->lock);
    for (int i = 0; i < lane->thread_count; i++)
        pthread_join(lane->threads[i], NULL);
    pthread_cond_destroy(&lane->ready);
    pthread_mutex_destroy(&lane->lock);
    free(lane->threads);
    free(lane->items);
    free(lane);
}

bool lane_reserve(struct lane *lane)
{
    if (atomic_fetch_add(&lane->taken, 1) < lane->size)
        return true;
    atomic_fetch_sub(&lane->taken, 1);
    return false;
}

void lane_push(struct lane *lane, void *item)
{
    pthread_mutex_lock(&lane->lock);
    lane->items[(lane->head + lane->count++) % lane->size] = item;
    pthread_cond_signal(&lane->ready);
    pthread_mutex_unlock(&lane->lock);
}

size_t lane_depth(const struct lane *lane)
{
    return atomic_load(&lane->taken);
}
