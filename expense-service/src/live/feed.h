/* feed - who listens, and the events of the last moments. No I/O: live.c brings the events,
 * live_routes.c the listeners. Memory is bounded twice: by the bytes of the events that are kept
 * and by the number of listeners. A listener has no queue of its own, only the number of the event
 * it was told last; what it has not seen yet is read from what is kept of its person. One that is
 * so far behind that events it should see are gone gets "resync" instead, and goes on with the
 * newest. Numbers are those of the topic (the user's sequence), so they mean the same on every
 * replica and after a restart. Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/uuid.h"

enum { FEED_BEAT_S = 10, FEED_LIFE_S = 3600, FEED_PER_USER = 100 };

struct feed;
struct waker;

struct feed_conf {
    size_t bytes;  /* of events kept */
    int listeners; /* at once */
};
struct feed *feed_new(const struct feed_conf *conf);
void feed_free(struct feed *feed); /* once nobody listens */

struct feed_event {
    const char *user_id, *type, *data; /* data: one line of JSON */
    size_t len;                        /* of data, which need not end in NUL */
    int64_t sequence;
};
/* Tells the person's listeners, and keeps the event for those who come back. One that was told
 * before is left out. */
void feed_tell(struct feed *feed, const struct feed_event *event);

/* The session that a listener may listen for. */
struct feed_session {
    char user_id[UUID_SIZE], session_id[UUID_SIZE];
    int64_t issued_at;
};
struct feed_start {
    struct feed_session session;
    int64_t newest; /* number of the person's last event, by the database */
    int64_t last;   /* what the client saw last; -1: it begins */
};
enum feed_refusal { FEED_ENTERED, FEED_FULL, FEED_USER_FULL };
struct listener;
/* The listener is the caller's until feed_leave. */
enum feed_refusal feed_enter(struct feed *feed, const struct feed_start *start,
                             struct listener **out);
void feed_begin(struct listener *listener, struct waker *waker);
/* Appends what the listener has not been told yet, as text/event-stream. false: its time is over.
 */
bool feed_next(struct listener *listener, struct buf *out);
void feed_leave(struct listener *listener);

/* To be called each second: a comment for those who heard nothing for FEED_BEAT_S, the end for
 * those who have listened for FEED_LIFE_S or whose session is revoked. now_us is monotonic. */
void feed_beat(struct feed *feed, int64_t now_us,
               bool (*revoked)(void *arg, const struct feed_session *session), void *arg);
size_t feed_listeners(struct feed *feed);
size_t feed_bytes(struct feed *feed);
