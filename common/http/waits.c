#include "http/waits.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/deadline.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"

struct wait {
    struct pg_ask *ask; /* NULL: the place is free */
    int64_t due_us;
};
struct waits {
    struct pg_pipeline *reads;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct wait places[WAITS_MAX];
    size_t count;
    bool hurried, ended;
};

/* All that is due, as one chain; *next_us is when the next one will be. */
static struct pg_asks take_due(struct waits *waits, int64_t now_us, int64_t *next_us)
{
    struct pg_asks due = {0};
    *next_us = INT64_MAX;
    for (size_t i = 0; i < waits->count;) {
        struct wait *wait = &waits->places[i];
        if (waits->hurried || wait->due_us <= now_us) {
            pg_asks_push(&due, wait->ask);
            *wait = waits->places[--waits->count];
            continue;
        }
        if (wait->due_us < *next_us)
            *next_us = wait->due_us;
        i++;
    }
    return due;
}

static void *run(void *arg)
{
    struct waits *waits = arg;
    log_thread("waits");
    pthread_mutex_lock(&waits->lock);
    while (!waits->ended) {
        int64_t next_us, now_us = time_mono_us();
        struct pg_asks due = take_due(waits, now_us, &next_us);
        if (due.count > 0) {
            pthread_mutex_unlock(&waits->lock);
            for (struct pg_ask *ask; (ask = pg_asks_pop(&due)) != NULL;)
                pg_pipeline_ask(waits->reads, ask);
            pthread_mutex_lock(&waits->lock);
        } else if (next_us == INT64_MAX) {
            pthread_cond_wait(&waits->changed, &waits->lock);
        } else {
            struct timespec until = deadline_in_ms((next_us - now_us + 999) / 1000);
            pthread_cond_timedwait(&waits->changed, &waits->lock, &until);
        }
    }
    pthread_mutex_unlock(&waits->lock);
    return NULL;
}

struct waits *waits_new(struct pg_pipeline *reads)
{
    struct waits *waits = xcalloc(1, sizeof *waits);
    waits->reads = reads;
    pthread_mutex_init(&waits->lock, NULL);
    deadline_cond_init(&waits->changed);
    if (pthread_create(&waits->thread, NULL, run, waits) != 0)
        panic("thread");
    return waits;
}

bool waits_add(struct waits *waits, struct pg_ask *ask, int after_ms)
{
    pthread_mutex_lock(&waits->lock);
    bool room = !waits->hurried && waits->count < WAITS_MAX;
    if (room) {
        waits->places[waits->count++] = (struct wait){ask, time_mono_us() + after_ms * 1000LL};
        pthread_cond_signal(&waits->changed);
    }
    pthread_mutex_unlock(&waits->lock);
    return room;
}

void waits_hurry(struct waits *waits)
{
    pthread_mutex_lock(&waits->lock);
    waits->hurried = true;
    pthread_cond_signal(&waits->changed);
    pthread_mutex_unlock(&waits->lock);
}

void waits_free(struct waits *waits)
{
    if (waits == NULL)
        return;
    pthread_mutex_lock(&waits->lock);
    waits->ended = true;
    pthread_cond_signal(&waits->changed);
    pthread_mutex_unlock(&waits->lock);
    pthread_join(waits->thread, NULL);
    pthread_cond_destroy(&waits->changed);
    pthread_mutex_destroy(&waits->lock);
    free(waits);
}
