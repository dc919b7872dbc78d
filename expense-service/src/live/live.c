#include "live/live.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/deadline.h"
#include "base/json_util.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/glance.h"
#include "kafka/tail.h"

enum {
    BEAT_MS = 1000,
    SINCE_S = 300,          /* how far back a client that was away can go on, when memory allows */
    FEED_BYTES = 64 << 20,  /* about 60 000 events */
    LISTENERS_PERCENT = 75, /* of HTTP_CONNECTIONS: requests always find a place */
};

struct live {
    struct svc *svc;
    struct feed *feed;
    struct tail *tail;
    struct kafka_conf kafka;
    pthread_t beat;
    pthread_mutex_t lock; /* guards stopping */
    pthread_cond_t changed;
    bool stopping;
};

/* Nearly all there are: they go out as they came in. */
static bool on_record(void *arg, const void *value, size_t len)
{
    struct live *live = arg;
    struct event_glance ev;
    if (!event_glance(value, len, &ev))
        return false;
    if (ev.user_id[0] != '\0' && ev.sequence > 0)
        feed_tell(live->feed, &(struct feed_event){.user_id = ev.user_id,
                                                   .type = ev.type,
                                                   .data = ev.data,
                                                   .len = ev.data_len,
                                                   .sequence = ev.sequence});
    return true;
}

static void on_event(void *arg, const struct event *ev)
{
    struct live *live = arg;
    if (ev->user_id[0] == '\0' || ev->sequence <= 0)
        return;
    scoped(str_drop) char *data = json_text(ev->data);
    feed_tell(live->feed, &(struct feed_event){.user_id = ev->user_id,
                                               .type = ev->type,
                                               .data = data,
                                               .len = strlen(data),
                                               .sequence = ev->sequence});
}

static bool revoked(void *arg, const struct feed_session *session)
{
    const struct live *live = arg;
    return verifier_revoked(live->svc->base.verifier, session->user_id, session->session_id,
                            session->issued_at);
}

static void *run_beat(void *arg)
{
    struct live *live = arg;
    log_thread("live_beat");
    pthread_mutex_lock(&live->lock);
    while (!live->stopping) {
        struct timespec until = deadline_in_ms(BEAT_MS);
        pthread_cond_timedwait(&live->changed, &live->lock, &until);
        pthread_mutex_unlock(&live->lock);
        feed_beat(live->feed, time_mono_us(), revoked, live);
        metric_set("live_listeners", NO_LABELS, (double)feed_listeners(live->feed));
        metric_set("live_kept_bytes", NO_LABELS, (double)feed_bytes(live->feed));
        pthread_mutex_lock(&live->lock);
    }
    pthread_mutex_unlock(&live->lock);
    return NULL;
}

static bool start_tail(struct live *live, struct err *err)
{
    static const struct tail_topic topics[] = {{.topic = TOPIC_EXPENSE, .since_s = SINCE_S}};
    struct tail_conf conf = {.kafka = &live->kafka,
                             .topics = topics,
                             .topic_count = LENGTH(topics),
                             .on_record = on_record,
                             .on_event = on_event,
                             .arg = live};
    return tail_start(&conf, &live->tail, err);
}

bool live_start(struct svc *svc, struct err *err)
{
    const struct service_conf *conf = svc->base.conf;
    struct live *live = xcalloc(1, sizeof *live);
    live->svc = svc;
    live->kafka = (struct kafka_conf){.brokers = conf->kafka_brokers,
                                      .properties = conf->kafka_properties,
                                      .client_id = "expense-service-live"};
    live->feed = feed_new(&(struct feed_conf){
        .bytes = FEED_BYTES, .listeners = conf->http_connections * LISTENERS_PERCENT / 100});
    if (!start_tail(live, err)) {
        feed_free(live->feed);
        free(live);
        return err_wrap(err, "live events: ");
    }
    pthread_mutex_init(&live->lock, NULL);
    deadline_cond_init(&live->changed);
    if (pthread_create(&live->beat, NULL, run_beat, live) != 0)
        panic("thread");
    svc->live = live;
    return true;
}

void live_stop(struct svc *svc)
{
    struct live *live = svc->live;
    if (live == NULL)
        return;
    svc->live = NULL;
    pthread_mutex_lock(&live->lock);
    live->stopping = true;
    pthread_cond_broadcast(&live->changed);
    pthread_mutex_unlock(&live->lock);
    pthread_join(live->beat, NULL);
    tail_stop(live->tail);
    feed_free(live->feed);
    pthread_cond_destroy(&live->changed);
    pthread_mutex_destroy(&live->lock);
    free(live);
}

struct feed *live_feed(struct live *live)
{
    return live->feed;
}
