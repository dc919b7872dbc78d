#include "sessions/grant.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "identity/scopes.h"
#include "keys/keyring.h"
#include "sessions/ending.h"
#include "sessions/session_store.h"
#include "throttle/throttle_store.h"

struct session_rules grant_rules(const struct svc *svc)
{
    return (struct session_rules){.life_us = svc->conf.refresh_ttl_s * US_PER_S,
                                  .grace_us = svc->conf.refresh_grace_s * US_PER_S};
}

bool grant_answer(struct svc *svc, const struct account *account, const struct session *session,
                  const char *refresh_token, json_t **answer, struct err *err)
{
    scoped(secret_drop) char *token = NULL;
    const char *scope = account->admin ? SCOPES_SESSION " " SCOPE_ADMIN : SCOPES_SESSION;
    const struct service_conf *common = svc->base.conf;
    struct access_claims claims = {.issuer = common->jwt_issuer,
                                   .audience = common->jwt_audience,
                                   .session_id = session->session_id,
                                   .scope = scope,
                                   .account = account,
                                   .now_s = time_now_us() / US_PER_S,
                                   .life_s = svc->conf.access_ttl_s};
    if (!keyring_sign(svc->keys, &claims, &token, err))
        return false;
    *answer = json_pack("{s:s, s:s, s:i, s:s, s:s}", "access_token", token, "token_type", "Bearer",
                        "expires_in", svc->conf.access_ttl_s, "refresh_token", refresh_token,
                        "scope", scope);
    return true;
}

bool grant_open(struct svc *svc, struct pg_tx *tx, const struct req *req,
                const struct account *account, json_t **answer, struct err *err)
{
    struct session session;
    char refresh_token[REFRESH_TEXT_SIZE];
    struct session_rules rules = grant_rules(svc);
    session_begin(&session, account->user_id, &rules, time_now_us(), refresh_token);
    session_set_client(&session, req->address, req_header(req, "User-Agent"));
    scoped(json_drop) json_t *data = session_created_event(&session);
    /* Our own verifier learns of the surplus as the other services do, by the event. */
    scoped(ended_sessions_fini) struct ended_sessions surplus = {.count = 0};
    return session_store_add(tx, &session, err) &&
           session_end_surplus(tx, session.user_id, &surplus, err) &&
           throttle_store_remember(tx, session.user_id, req->address, err) &&
           outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_SESSION,
                                             .type = EVENT_SESSION_CREATED,
                                             .user_id = session.user_id,
                                             .subject = session.session_id,
                                             .data = data},
                      err) &&
           grant_answer(svc, account, &session, refresh_token, answer, err);
}
