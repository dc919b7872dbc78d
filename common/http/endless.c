#include "http/endless.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 4 * 1024 };

struct endless {
    atomic_int *suspended;
    atomic_bool ending;
    pthread_mutex_t lock; /* guards the list */
    struct waker *first;
};

/* One answer, known to its maker as what wakes it. */
struct waker {
    struct endless *owner;
    struct waker *next, *previous;
    struct MHD_Connection *connection;
    struct resp_endless source;
    struct buf piece; /* the HTTP thread's, like sent and counted */
    size_t sent;
    bool counted;         /* in owner->suspended */
    pthread_mutex_t lock; /* guards the two below */
    bool asleep, woken;
};

void waker_wake(struct waker *waker)
{
    pthread_mutex_lock(&waker->lock);
    waker->woken = true;
    if (waker->asleep) {
        waker->asleep = false;
        MHD_resume_connection(waker->connection);
    }
    pthread_mutex_unlock(&waker->lock);
}

static void awake(struct waker *waker)
{
    if (waker->counted)
        atomic_fetch_sub(waker->owner->suspended, 1);
    waker->counted = false;
}

/* false: there is something to look at first. A wake that comes between the look and the suspension
 * is seen here, one that comes later finds the connection asleep; the end, too, wakes all. */
static bool sleep_now(struct waker *waker)
{
    buf_fini(&waker->piece); /* thousands that wait hold no buffers */
    waker->piece = (struct buf){0};
    waker->sent = 0;
    pthread_mutex_lock(&waker->lock);
    bool sleeps = !waker->woken && !waker->owner->ending;
    waker->woken = false;
    if (sleeps) {
        waker->asleep = waker->counted = true;
        atomic_fetch_add(waker->owner->suspended, 1);
        MHD_suspend_connection(waker->connection);
    }
    pthread_mutex_unlock(&waker->lock);
    return sleeps;
}

/* On an HTTP thread. */
static ssize_t next_bytes(void *cls, uint64_t pos, char *out, size_t max)
{
    struct waker *waker = cls;
    (void)pos;
    awake(waker);
    while (waker->sent == waker->piece.len) {
        waker->piece.len = waker->sent = 0;
        if (waker->owner->ending || !waker->source.next(waker->source.state, &waker->piece))
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (waker->piece.len == 0 && sleep_now(waker))
            return 0;
    }
    size_t len = waker->piece.len - waker->sent;
    len = len < max ? len : max;
    memcpy(out, waker->piece.data + waker->sent, len);
    waker->sent += len;
    return (ssize_t)len;
}

static void waker_free(void *cls)
{
    struct waker *waker = cls;
    struct endless *owner = waker->owner;
    awake(waker);
    waker->source.fini(waker->source.state);
    pthread_mutex_lock(&owner->lock);
    if (waker->previous != NULL)
        waker->previous->next = waker->next;
    else
        owner->first = waker->next;
    if (waker->next != NULL)
        waker->next->previous = waker->previous;
    pthread_mutex_unlock(&owner->lock);
    pthread_mutex_destroy(&waker->lock);
    buf_fini(&waker->piece);
    free(waker);
}

struct endless *endless_new(atomic_int *suspended)
{
    struct endless *endless = xcalloc(1, sizeof *endless);
    endless->suspended = suspended;
    pthread_mutex_init(&endless->lock, NULL);
    return endless;
}

void endless_free(struct endless *endless)
{
    if (endless == NULL)
        return;
    pthread_mutex_destroy(&endless->lock);
    free(endless);
}

void endless_end(struct endless *endless)
{
    endless->ending = true;
    pthread_mutex_lock(&endless->lock);
    for (struct waker *waker = endless->first; waker != NULL; waker = waker->next)
        waker_wake(waker);
    pthread_mutex_unlock(&endless->lock);
}

struct MHD_Response *endless_response(struct endless *endless, struct MHD_Connection *connection,
                                      struct resp_endless *source)
{
    struct waker *waker = xcalloc(1, sizeof *waker);
    waker->owner = endless;
    waker->connection = connection;
    waker->source = *source;
    *source = (struct resp_endless){0};
    pthread_mutex_init(&waker->lock, NULL);
    pthread_mutex_lock(&endless->lock);
    waker->next = endless->first;
    if (waker->next != NULL)
        waker->next->previous = waker;
    endless->first = waker;
    pthread_mutex_unlock(&endless->lock);
    waker->source.begin(waker->source.state, waker);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, next_bytes, waker,
                                             waker_free);
}
