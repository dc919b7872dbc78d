#include "identity/watch.h"

#include <string.h>

#include "base/log.h"
#include "base/timefmt.h"
#include "events/events.h"

/* Clocks may differ between auth-service and us by this much before a token outlives its entry. */
enum { CLOCK_MARGIN_S = 300 };

static const char *text_of(const struct event *ev, const char *name)
{
    const char *text = json_string_value(json_object_get(ev->data, name));
    return text ? text : "";
}

static void key_published(struct verifier *verifier, const struct event *ev)
{
    struct err err;
    if (verifier_key_add(verifier, json_object_get(ev->data, "jwk"), &err))
        log_info("key_learned", L_STR("kid", text_of(ev, "kid")));
    else
        log_warn("key_refused", L_STR("event_id", ev->id), L_STR("reason", err.text));
}

static void session_revoked(struct verifier *verifier, const struct event *ev)
{
    const char *user_id = text_of(ev, "user_id"), *session_id = text_of(ev, "session_id");
    bool all = json_is_true(json_object_get(ev->data, "all"));
    int64_t not_after_us;
    if (!uuid_valid(user_id) || (!all && !uuid_valid(session_id)) ||
        !timefmt_parse(text_of(ev, "not_after"), &not_after_us)) {
        log_warn("revocation_refused", L_STR("event_id", ev->id));
        return;
    }
    int64_t not_after = not_after_us / US_PER_S;
    verifier_revoke(verifier, user_id, all ? NULL : session_id, not_after,
                    not_after + TOKEN_LIFE_MAX_S + CLOCK_MARGIN_S);
    verifier_purge(verifier, time_now_us() / US_PER_S);
}

void watch_apply(struct verifier *verifier, const struct event *ev)
{
    if (strcmp(ev->type, EVENT_KEY_PUBLISHED) == 0)
        key_published(verifier, ev);
    else if (strcmp(ev->type, EVENT_KEY_RETIRED) == 0)
        verifier_key_drop(verifier, text_of(ev, "kid"));
    else if (strcmp(ev->type, EVENT_SESSION_REVOKED) == 0)
        session_revoked(verifier, ev);
}
