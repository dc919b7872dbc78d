#include "sessions/ending.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "sessions/session_store.h"

void ended_sessions_fini(struct ended_sessions *ended)
{
    free(ended->ids);
    *ended = (struct ended_sessions){.count = 0};
}

static bool tell(struct pg_tx *tx, const char *user_id, const struct ended_sessions *ended,
                 struct err *err)
{
    int64_t now_us = time_now_us();
    struct outbox_event *events = xcalloc(ended->count + 1, sizeof *events);
    for (size_t i = 0; i < ended->count; i++)
        events[i] = (struct outbox_event){
            .topic = TOPIC_SESSION,
            .type = EVENT_SESSION_REVOKED,
            .user_id = user_id,
            .subject = ended->ids[i],
            .data = session_revoked_event(user_id, ended->ids[i], ended->reason, now_us)};
    bool ok = ended->count == 0 || outbox_add_many(tx, events, ended->count, err);
    for (size_t i = 0; i < ended->count; i++)
        json_decref((json_t *)(uintptr_t)events[i].data);
    free(events);
    return ok;
}

bool session_end(struct pg_tx *tx, const char *user_id, const char *session_id, const char *reason,
                 struct ended_sessions *out, struct err *err)
{
    bool removed = false;
    *out = (struct ended_sessions){.reason = reason};
    if (!session_store_remove(tx, user_id, session_id, &removed, err))
        return false;
    if (!removed)
        return true;
    out->ids = xcalloc(1, sizeof *out->ids);
    memcpy(out->ids[out->count++], session_id, UUID_SIZE);
    return tell(tx, user_id, out, err);
}

bool session_end_all(struct pg_tx *tx, const char *user_id, const char *keep, const char *reason,
                     struct ended_sessions *out, struct err *err)
{
    *out = (struct ended_sessions){.reason = reason};
    return session_store_remove_all(tx, user_id, keep, &out->ids, &out->count, err) &&
           tell(tx, user_id, out, err);
}

void sessions_forget(struct svc *svc, const char *user_id, const struct ended_sessions *ended)
{
    int64_t now_s = time_now_us() / US_PER_S;
    for (size_t i = 0; i < ended->count; i++) {
        verifier_revoke(svc->base.verifier, user_id, ended->ids[i], now_s,
                        now_s + TOKEN_LIFE_MAX_S);
        log_info("session_ended", L_STR("user_id", user_id), L_STR("session_id", ended->ids[i]),
                 L_STR("reason", ended->reason));
    }
}
