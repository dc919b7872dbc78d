#include "live/feed.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "http/http.h"

enum { BUCKETS = 1 << 16, PIECE_MAX = 16 * 1024 };

struct entry {
    struct entry *next;      /* of all, by age */
    struct entry *next_same; /* of this person, by number */
    struct person *person;
    int64_t sequence;
    size_t len;
    char text[]; /* as it is sent */
};

/* Somebody who listens or of whom events are kept. */
struct person {
    struct person *next; /* in the bucket */
    char user_id[UUID_SIZE];
    struct entry *first, *last;
    int64_t newest; /* number of the last event told */
    int64_t gone;   /* events up to this number are not kept */
    struct listener *listeners;
    int count;
};

struct listener {
    struct feed *feed;
    struct person *person;
    struct listener *next, *previous;         /* of the person */
    struct listener *next_all, *previous_all; /* of the feed */
    struct waker *waker;                      /* NULL until it begins */
    struct feed_session session;
    int64_t seen; /* number of the last event that it was told, or need not be */
    int64_t began_us, told_us;
    bool greeted, resync, beat, over;
    struct entry *told; /* the last one it was told, while that is kept */
};

struct feed {
    struct feed_conf conf;
    pthread_mutex_t lock; /* guards all */
    struct person *buckets[BUCKETS];
    struct entry *first, *last;
    struct listener *listeners;
    size_t bytes, count;
};

struct feed *feed_new(const struct feed_conf *conf)
{
    struct feed *feed = xcalloc(1, sizeof *feed);
    feed->conf = *conf;
    pthread_mutex_init(&feed->lock, NULL);
    return feed;
}

/* The end of an id is random. */
static struct person **bucket_of(struct feed *feed, const char *user_id)
{
    unsigned char id[16];
    uuid_to_bytes(user_id, id);
    return &feed->buckets[(id[14] << 8 | id[15]) % BUCKETS];
}

static struct person *find(struct feed *feed, const char *user_id)
{
    struct person *person = *bucket_of(feed, user_id);
    while (person != NULL && strcmp(person->user_id, user_id) != 0)
        person = person->next;
    return person;
}

static struct person *add_person(struct feed *feed, const char *user_id, int64_t newest)
{
    struct person *person = xcalloc(1, sizeof *person), **bucket = bucket_of(feed, user_id);
    memcpy(person->user_id, user_id, UUID_SIZE);
    person->newest = person->gone = newest;
    person->next = *bucket;
    *bucket = person;
    feed->bytes += sizeof *person;
    return person;
}

static void drop_if_unused(struct feed *feed, struct person *person)
{
    if (person->first != NULL || person->listeners != NULL)
        return;
    struct person **link = bucket_of(feed, person->user_id);
    while (*link != person)
        link = &(*link)->next;
    *link = person->next;
    feed->bytes -= sizeof *person;
    free(person);
}

static void drop_oldest(struct feed *feed)
{
    struct entry *entry = feed->first;
    struct person *person = entry->person;
    feed->first = entry->next;
    if (feed->first == NULL)
        feed->last = NULL;
    person->first = entry->next_same; /* the oldest of all is the oldest of its person */
    if (person->first == NULL)
        person->last = NULL;
    person->gone = entry->sequence;
    for (struct listener *l = person->listeners; l != NULL; l = l->next)
        if (l->told == entry)
            l->told = NULL;
    feed->bytes -= sizeof *entry + entry->len;
    free(entry);
    drop_if_unused(feed, person);
}

void feed_free(struct feed *feed)
{
    if (feed == NULL)
        return;
    while (feed->first != NULL)
        drop_oldest(feed);
    pthread_mutex_destroy(&feed->lock);
    free(feed);
}

static struct entry *entry_new(const struct feed_event *event, struct person *person)
{
    char head[400]; /* a type has 256 bytes at most */
    int len = snprintf(head, sizeof head, "id: %" PRId64 "\nevent: %s\ndata: ", event->sequence,
                       event->type);
    if (len < 0 || (size_t)len >= sizeof head)
        panic("event type of %zu bytes", strlen(event->type));
    size_t before = (size_t)len;
    struct entry *entry = xmalloc(sizeof *entry + before + event->len + 2);
    *entry = (struct entry){
        .person = person, .sequence = event->sequence, .len = before + event->len + 2};
    memcpy(entry->text, head, before);
    memcpy(entry->text + before, event->data, event->len);
    memcpy(entry->text + before + event->len, "\n\n", 2);
    return entry;
}

static void append(struct feed *feed, struct entry *entry)
{
    struct person *person = entry->person;
    if (feed->last != NULL)
        feed->last->next = entry;
    else
        feed->first = entry;
    feed->last = entry;
    if (person->last != NULL)
        person->last->next_same = entry;
    else
        person->first = entry;
    person->last = entry;
    person->newest = entry->sequence;
    feed->bytes += sizeof *entry + entry->len;
}

void feed_tell(struct feed *feed, const struct feed_event *event)
{
    pthread_mutex_lock(&feed->lock);
    struct person *person = find(feed, event->user_id);
    if (person == NULL)
        person = add_person(feed, event->user_id, event->sequence - 1);
    if (person->first == NULL || event->sequence > person->newest) {
        /* The first that is kept of a person says that those before it are not. */
        if (person->first == NULL)
            person->gone = event->sequence - 1;
        append(feed, entry_new(event, person));
        for (struct listener *listener = person->listeners; listener != NULL;
             listener = listener->next)
            if (listener->waker != NULL)
                waker_wake(listener->waker);
        while (feed->bytes > feed->conf.bytes && feed->first != NULL)
            drop_oldest(feed);
    }
    pthread_mutex_unlock(&feed->lock);
}

/* From where a client goes on. What is kept must reach back to what it saw last; when it does not,
 * perhaps only because the newest events are still on their way, reading anew is always right. */
static void set_start(struct listener *listener, const struct feed_start *start)
{
    const struct person *person = listener->person;
    listener->seen = start->newest;
    if (start->last < 0 || start->last == start->newest)
        return;
    bool kept = person->first != NULL && person->gone <= start->last &&
                (start->last < start->newest || start->last <= person->newest);
    listener->resync = !kept;
    if (kept)
        listener->seen = start->last;
}

enum feed_refusal feed_enter(struct feed *feed, const struct feed_start *start,
                             struct listener **out)
{
    const char *user_id = start->session.user_id;
    enum feed_refusal refusal = FEED_ENTERED;
    pthread_mutex_lock(&feed->lock);
    struct person *person = find(feed, user_id);
    if (feed->count >= (size_t)feed->conf.listeners)
        refusal = FEED_FULL;
    else if (person != NULL && person->count >= FEED_PER_USER)
        refusal = FEED_USER_FULL;
    if (refusal == FEED_ENTERED) {
        struct listener *listener = xcalloc(1, sizeof *listener);
        listener->feed = feed;
        listener->person = person != NULL ? person : add_person(feed, user_id, start->newest);
        listener->session = start->session;
        listener->began_us = listener->told_us = time_mono_us();
        listener->next = listener->person->listeners;
        if (listener->next != NULL)
            listener->next->previous = listener;
        listener->person->listeners = listener;
        listener->person->count++;
        listener->next_all = feed->listeners;
        if (listener->next_all != NULL)
            listener->next_all->previous_all = listener;
        feed->listeners = listener;
        feed->count++;
        set_start(listener, start);
        *out = listener;
    }
    pthread_mutex_unlock(&feed->lock);
    return refusal;
}

void feed_begin(struct listener *listener, struct waker *waker)
{
    pthread_mutex_lock(&listener->feed->lock);
    listener->waker = waker;
    pthread_mutex_unlock(&listener->feed->lock);
}

static void greet(struct listener *listener, struct buf *out)
{
    buf_addf(out, "retry: 2000\nid: %" PRId64 "\nevent: %s\ndata: {}\n\n", listener->seen,
             listener->resync ? "resync" : "ready");
    listener->greeted = true;
    listener->resync = false;
}

static void add_events(struct listener *listener, struct buf *out)
{
    const struct person *person = listener->person;
    if (listener->seen < person->gone && person->newest > listener->seen) {
        listener->seen = person->newest;
        listener->told = NULL;
        buf_addf(out, "id: %" PRId64 "\nevent: resync\ndata: {}\n\n", listener->seen);
        return;
    }
    struct entry *entry = listener->told != NULL ? listener->told->next_same : person->first;
    for (; entry != NULL && out->len < PIECE_MAX; entry = entry->next_same) {
        if (entry->sequence > listener->seen) {
            buf_add(out, entry->text, entry->len);
            listener->seen = entry->sequence;
            listener->told = entry;
        }
    }
}

bool feed_next(struct listener *listener, struct buf *out)
{
    pthread_mutex_lock(&listener->feed->lock);
    bool over = listener->over;
    if (!over && !listener->greeted)
        greet(listener, out);
    if (!over)
        add_events(listener, out);
    if (!over && listener->beat && out->len == 0)
        buf_addf(out, ":\n\n");
    listener->beat = false;
    if (out->len > 0)
        listener->told_us = time_mono_us();
    pthread_mutex_unlock(&listener->feed->lock);
    return !over;
}

void feed_leave(struct listener *listener)
{
    struct feed *feed = listener->feed;
    struct person *person = listener->person;
    pthread_mutex_lock(&feed->lock);
    if (listener->previous != NULL)
        listener->previous->next = listener->next;
    else
        person->listeners = listener->next;
    if (listener->next != NULL)
        listener->next->previous = listener->previous;
    if (listener->previous_all != NULL)
        listener->previous_all->next_all = listener->next_all;
    else
        feed->listeners = listener->next_all;
    if (listener->next_all != NULL)
        listener->next_all->previous_all = listener->previous_all;
    person->count--;
    feed->count--;
    drop_if_unused(feed, person);
    pthread_mutex_unlock(&feed->lock);
    free(listener);
}

void feed_beat(struct feed *feed, int64_t now_us,
               bool (*revoked)(void *arg, const struct feed_session *session), void *arg)
{
    pthread_mutex_lock(&feed->lock);
    for (struct listener *listener = feed->listeners; listener != NULL;
         listener = listener->next_all) {
        listener->over = now_us - listener->began_us >= FEED_LIFE_S * US_PER_S ||
                         revoked(arg, &listener->session);
        listener->beat = now_us - listener->told_us >= FEED_BEAT_S * US_PER_S;
        if ((listener->over || listener->beat) && listener->waker != NULL)
            waker_wake(listener->waker);
    }
    pthread_mutex_unlock(&feed->lock);
}

size_t feed_listeners(struct feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    size_t count = feed->count;
    pthread_mutex_unlock(&feed->lock);
    return count;
}

size_t feed_bytes(struct feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    size_t bytes = feed->bytes;
    pthread_mutex_unlock(&feed->lock);
    return bytes;
}
