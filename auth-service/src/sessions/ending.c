#include "sessions/ending.h"

#include <stdlib.h>
#include <string.h>

#include "api_tokens/api_token_store.h"
#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "sessions/session_store.h"

enum { SIGNING_MARGIN_S = 5 };

void ended_sessions_fini(struct ended_sessions *ended)
{
    free(ended->ids);
    *ended = (struct ended_sessions){.count = 0};
}

/* A refresh or an exchange that read the row just before it was closed signs a moment after. The
 * margin costs nothing: no session has this id again, and an API token waits for it once unlocked.
 */
static int64_t not_after_us(int64_t now_us)
{
    return now_us + SIGNING_MARGIN_S * US_PER_S;
}

static bool tell(struct pg_tx *tx, const char *user_id, const struct ended_sessions *ended,
                 struct err *err)
{
    int64_t now_us = time_now_us();
    struct outbox_event *events = xcalloc(ended->count + 1, sizeof *events);
    for (size_t i = 0; i < ended->count; i++)
        events[i] =
            (struct outbox_event){.topic = TOPIC_SESSION,
                                  .type = EVENT_SESSION_REVOKED,
                                  .user_id = user_id,
                                  .subject = ended->ids[i],
                                  .data = session_revoked_event(
                                      user_id, ended->ids[i], ended->reason, not_after_us(now_us))};
    bool ok = ended->count == 0 || outbox_add_many(tx, events, ended->count, err);
    for (size_t i = 0; i < ended->count; i++)
        json_decref((json_t *)(uintptr_t)events[i].data);
    free(events);
    return ok;
}

/* One whose row is gone, if it was there. */
static bool end_one(struct pg_tx *tx, const char *user_id, const char *id, bool removed,
                    struct ended_sessions *out, struct err *err)
{
    if (!removed)
        return true;
    out->ids = xcalloc(1, sizeof *out->ids);
    memcpy(out->ids[0], id, UUID_SIZE);
    out->count = 1;
    return tell(tx, user_id, out, err);
}

bool session_end(struct pg_tx *tx, const char *user_id, const char *session_id, const char *reason,
                 struct ended_sessions *out, struct err *err)
{
    bool removed = false;
    *out = (struct ended_sessions){.reason = reason};
    if (!session_store_remove(tx, user_id, session_id, &removed, err))
        return false;
    out->sessions = removed;
    return end_one(tx, user_id, session_id, removed, out, err);
}

static bool remove_all(struct pg_tx *tx, const char *user_id, const char *keep, const char *reason,
                       struct ended_sessions *out, struct err *err)
{
    *out = (struct ended_sessions){.reason = reason};
    if (!session_store_remove_all(tx, user_id, keep, &out->ids, &out->sessions, err))
        return false;
    out->count = out->sessions;
    return true;
}

bool session_end_all(struct pg_tx *tx, const char *user_id, const char *keep, const char *reason,
                     struct ended_sessions *out, struct err *err)
{
    return remove_all(tx, user_id, keep, reason, out, err) && tell(tx, user_id, out, err);
}

bool session_end_surplus(struct pg_tx *tx, const char *user_id, struct ended_sessions *out,
                         struct err *err)
{
    *out = (struct ended_sessions){.reason = "too_many"};
    if (!session_store_remove_surplus(tx, user_id, &out->ids, &out->sessions, err))
        return false;
    out->count = out->sessions;
    return tell(tx, user_id, out, err);
}

typedef bool take_tokens(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                         size_t *count, struct err *err);

static bool end_with_tokens(struct pg_tx *tx, const char *user_id, const char *reason,
                            take_tokens *take, struct ended_sessions *out, struct err *err)
{
    char(*tokens)[UUID_SIZE] = NULL;
    size_t count = 0;
    if (!remove_all(tx, user_id, NULL, reason, out, err) ||
        !take(tx, user_id, &tokens, &count, err))
        return false;
    out->ids = xrealloc(out->ids, (out->count + count + 1) * sizeof *out->ids);
    memcpy(out->ids + out->count, tokens, count * sizeof *tokens);
    out->count += count;
    free(tokens);
    return tell(tx, user_id, out, err);
}

bool access_end_all(struct pg_tx *tx, const char *user_id, const char *reason,
                    struct ended_sessions *out, struct err *err)
{
    return end_with_tokens(tx, user_id, reason, api_token_store_ids, out, err);
}

bool access_delete_all(struct pg_tx *tx, const char *user_id, const char *reason,
                       struct ended_sessions *out, struct err *err)
{
    return end_with_tokens(tx, user_id, reason, api_token_store_remove_all, out, err);
}

bool api_token_end(struct pg_tx *tx, const char *user_id, const char *token_id, const char *reason,
                   struct ended_sessions *out, struct err *err)
{
    bool removed = false;
    *out = (struct ended_sessions){.reason = reason};
    return api_token_store_remove(tx, user_id, token_id, &removed, err) &&
           end_one(tx, user_id, token_id, removed, out, err);
}

void sessions_forget(struct svc *svc, const char *user_id, const struct ended_sessions *ended)
{
    int64_t now_us = time_now_us();
    for (size_t i = 0; i < ended->count; i++) {
        verifier_revoke(svc->base.verifier, user_id, ended->ids[i], not_after_us(now_us) / US_PER_S,
                        now_us / US_PER_S + TOKEN_LIFE_MAX_S);
        log_info(i < ended->sessions ? "session_ended" : "api_token_suspended",
                 L_STR("user_id", user_id), L_STR("session_id", ended->ids[i]),
                 L_STR("reason", ended->reason));
    }
}
