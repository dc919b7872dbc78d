#include "live/live_routes.h"

#include <errno.h>
#include <stdlib.h>

#include "live/live.h"
#include "live/ticket_store.h"
#include "owners/owner_store.h"

bool live_ticket(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    char text[TICKET_SIZE];
    struct ticket ticket;
    bool added;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_no_query(req, resp, err))
        return false;
    ticket_new(req->identity->user_id, text, &ticket);
    if (!pg_begin(svc->base.db, &tx, err) || !owner_enter(tx, ticket.user_id, err) ||
        !ticket_store_add(tx, &ticket, req->identity, &added, err))
        return false;
    if (!added) {
        err_set_name(err, ERR_TOO_MANY, "too_many_tickets",
                     "at most %d tickets that have not expired", TICKETS_PER_USER);
        err->retry_after_s = TICKET_LIFE_S;
        return false;
    }
    return pg_commit(&tx, err) &&
           resp_json(resp, 201,
                     json_pack("{s:s, s:i}", "ticket", text, "expires_in", (int)TICKET_LIFE_S));
}

struct opening {
    struct ticket ticket;
    int64_t last;
};

/* A browser that reconnects by itself sends the header; a client that opens a new stream with a new
 * ticket cannot, and says it in the query. */
static int64_t read_last(const struct req *req, struct fields *fields)
{
    const char *text = req_header(req, "Last-Event-ID");
    char *end;
    if (text == NULL)
        text = req_query(req, "last_event_id");
    if (text == NULL || *text == '\0')
        return -1;
    errno = 0;
    long long last = strtoll(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0)
        field_error(fields, "?last_event_id", "event_id_invalid",
                    "must be the id of an event of this stream");
    return last;
}

static bool ask_events(struct svc *svc, const struct req *req, void *state, struct pg_ask *ask,
                       struct resp *resp, struct err *err)
{
    struct opening *opening = state;
    const char *text = req_query(req, "ticket");
    (void)svc;
    req_query_known(req, (const char *const[]){"ticket", "last_event_id", NULL}, &resp->fields);
    if (text == NULL)
        field_error(&resp->fields, "?ticket", "required", "is needed");
    opening->last = read_last(req, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    if (!ticket_parse(text, &opening->ticket))
        return err_set_name(err, ERR_UNAUTHORIZED, "ticket_invalid", "this is no ticket");
    pg_ask_add(ask, P_STR(opening->ticket.user_id));
    pg_ask_add(ask, P_BYTES(opening->ticket.hash, SHA256_SIZE));
    return true;
}

static void begin(void *state, struct waker *waker)
{
    feed_begin(state, waker);
}

static bool next(void *state, struct buf *out)
{
    return feed_next(state, out);
}

static void leave(void *state)
{
    feed_leave(state);
}

static bool enter(struct svc *svc, const struct feed_start *start, struct resp *resp,
                  struct err *err)
{
    struct listener *listener;
    switch (feed_enter(live_feed(svc->live), start, &listener)) {
    case FEED_FULL:
        err_set_name(err, ERR_UNAVAILABLE, "too_many_listeners", "too many listen here");
        err->retry_after_s = 5;
        return false;
    case FEED_USER_FULL:
        err_set_name(err, ERR_TOO_MANY, "too_many_listeners", "at most %d streams a person",
                     FEED_PER_USER);
        err->retry_after_s = 30;
        return false;
    case FEED_ENTERED:
        break;
    }
    resp->endless =
        (struct resp_endless){.begin = begin, .next = next, .fini = leave, .state = listener};
    resp->content_type = "text/event-stream";
    return true;
}

static bool answer_events(struct svc *svc, const struct req *req, const void *state,
                          const struct pg_ask *ask, struct resp *resp, struct err *err)
{
    const struct opening *opening = state;
    struct feed_start start = {.last = opening->last};
    (void)req;
    if (!ticket_store_used(ask->result, opening->ticket.user_id, &start.session, &start.newest,
                           err))
        return false;
    if (verifier_revoked(svc->base.verifier, start.session.user_id, start.session.session_id,
                         start.session.issued_at))
        return err_set_name(err, ERR_UNAUTHORIZED, "token_revoked",
                            "the session that the ticket was given for has ended");
    return enter(svc, &start, resp, err);
}

const struct fast live_events = {
    .kind = FAST_READ,
    .statement = "ticket_use",
    .ask = ask_events,
    .answer = answer_events,
    .state_size = sizeof(struct opening),
};
