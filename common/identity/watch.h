/* watch - keeps a verifier up to date from auth.keys.v1 and auth.session.v1.
 * Called from a tail's on_event (kafka/tail.h), on its thread.
 *   key.published   data {kid, jwk}
 *   key.retired     data {kid}
 *   session.revoked data {user_id, session_id or all: true, not_after (RFC 3339)}
 * Other types are skipped. An event with bad data is logged and skipped: it can never succeed, and
 * the keys and revocations known so far still stand. */
#pragma once
#include <stdint.h>

#include "events/cloudevent.h"
#include "identity/verify.h"

/* How far back the session topic must be read at start: older revocations concern tokens that have
 * expired. For tail_topic.since_s. */
enum { WATCH_SESSIONS_SINCE_S = TOKEN_LIFE_MAX_S + 300 };

void watch_apply(struct verifier *verifier, const struct event *ev);
