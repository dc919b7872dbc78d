/* outbox - events committed with the state change that caused them, delivered at least once.
 * Owns: rows of <schema>.outbox and <schema>.event_sequence (sql/backbone/).
 * Order: the statement that adds an event first takes the row (user, topic) of event_sequence,
 * and only then the row id, so ids of one user's events on a topic are in commit order.
 * Threads: any, each on its own transaction.
 * Why not produce in the handler: a crash between COMMIT and produce loses the event. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "events/cloudevent.h"
#include "pg/pg.h"

/* Once at boot: the name that events carry as their source. A constant. */
void outbox_init(const char *source);
/* For every pool whose transactions add events. */
extern const struct pg_statements outbox_statements;

struct outbox_event {
    const char *topic, *type;
    const char *user_id;       /* record key and userid; for TOPIC_KEYS the kid, and keyed is set */
    const char *subject;       /* id of the aggregate; may be NULL */
    const json_t *data;        /* borrowed */
    const char *text;          /* borrowed: the data as one line of JSON, instead of it */
    const struct event *cause; /* the event being applied; NULL from a request */
    bool keyed;                /* user_id is only a key, not a user */
};

/* Adds the event in tx and makes pg_commit wake the relay. correlation id and traceparent come
 * from cause, else from the thread's request (trace_current). */
must_check bool outbox_add(struct pg_tx *tx, const struct outbox_event *ev, struct err *err);
/* The same for many, in the order given, with a statement for every few hundred. */
must_check bool outbox_add_many(struct pg_tx *tx, const struct outbox_event evs[], size_t count,
                                struct err *err);

/* Fewer than limit events wait for the broker: for who makes many in the background. */
must_check bool outbox_has_room(struct pg_tx *tx, int limit, bool *room, struct err *err);

/* For a statement that adds its events itself (a coalesced write): common table expressions behind
 * one named event (user_id text, topic text, head text, tail text, nth), that number the events and
 * add them in the order of nth. The caller builds head and tail with outbox_envelope, and sees to
 * it that the relay is woken. Every event has its claim and every claim its events, so the full
 * join is an inner one that the planner, which expects ten events, cannot make a nested loop. */
#define OUTBOX_ADD_EVENTS                                                                          \
    " numbered AS ("                                                                               \
    " SELECT user_id, topic, head, tail, nth,"                                                     \
    "  row_number() OVER (PARTITION BY user_id, topic ORDER BY nth)"                               \
    "  - count(*) OVER (PARTITION BY user_id, topic) AS back FROM event),"                         \
    " claim AS ("                                                                                  \
    " INSERT INTO event_sequence AS s (user_id, topic, sequence)"                                  \
    " SELECT user_id, topic, count(*) FROM numbered GROUP BY user_id, topic"                       \
    "  ORDER BY user_id, topic"                                                                    \
    " ON CONFLICT (user_id, topic) DO UPDATE SET sequence = s.sequence + excluded.sequence"        \
    " RETURNING s.user_id, s.topic, s.sequence),"                                                  \
    " sent AS ("                                                                                   \
    " INSERT INTO outbox (topic, key, value)"                                                      \
    " SELECT topic, convert_to(user_id, 'UTF8'),"                                                  \
    "  convert_to(coalesce(head || (claim.sequence + back) || tail, head), 'UTF8')"                \
    " FROM numbered FULL JOIN claim USING (user_id, topic) ORDER BY nth)"
struct envelope;
must_check bool outbox_envelope(const struct outbox_event *ev, struct envelope *out,
                                struct err *err);

/* A record as it stands, for dead letters: bytes and headers ({name: text}) untouched. */
struct outbox_raw {
    const char *topic;
    const void *key;
    size_t key_len;
    const void *value;
    size_t value_len;
    const json_t *headers;
};
must_check bool outbox_add_raw(struct pg_tx *tx, const struct outbox_raw *raw, struct err *err);
