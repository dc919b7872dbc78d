#include "sessions/session.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/json_util.h"

static void issue(struct session *session, char text[static REFRESH_TEXT_SIZE])
{
    struct refresh_token token = {.generation = session->generation};
    memcpy(token.user_id, session->user_id, UUID_SIZE);
    memcpy(token.session_id, session->session_id, UUID_SIZE);
    refresh_token_make(&token, session->mark, text);
    memcpy(session->current.rows[session->current.count++], token.hash, REFRESH_HASH_SIZE);
    explicit_bzero(&token, sizeof token);
}

static void touch(struct session *session, const struct session_rules *rules, int64_t now_us)
{
    session->last_used_at_us = now_us;
    session->expires_at_us = now_us + rules->life_us;
}

void session_begin(struct session *session, const char *user_id, const struct session_rules *rules,
                   int64_t now_us, char token[static REFRESH_TEXT_SIZE])
{
    *session = (struct session){.generation = 1, .created_at_us = now_us, .rotated_at_us = now_us};
    snprintf(session->user_id, sizeof session->user_id, "%s", user_id);
    uuid_new(session->session_id);
    random_bytes(session->mark, sizeof session->mark);
    refresh_family_key(session->mark, session->family_key);
    touch(session, rules, now_us);
    issue(session, token);
}

void user_agent_clean(char out[static USER_AGENT_SIZE], const char *given)
{
    snprintf(out, USER_AGENT_SIZE, "%s", given ? given : "");
    for (char *at = out; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
}

void session_set_client(struct session *session, const char *address, const char *user_agent)
{
    snprintf(session->address, sizeof session->address, "%s", address);
    user_agent_clean(session->user_agent, user_agent);
}

static bool holds(const struct token_hashes *hashes, const unsigned char *hash)
{
    bool found = false;
    for (size_t i = 0; i < hashes->count; i++)
        found |= CRYPTO_memcmp(hashes->rows[i], hash, REFRESH_HASH_SIZE) == 0;
    return found;
}

enum refresh_outcome session_refresh(struct session *session, const struct refresh_token *used,
                                     const struct session_rules *rules, int64_t now_us,
                                     char token[static REFRESH_TEXT_SIZE])
{
    if (!refresh_token_genuine(used, session->family_key) || used->generation > session->generation)
        return REFRESH_UNKNOWN;
    memcpy(session->mark, refresh_token_mark(used), FAMILY_MARK_SIZE);
    if (now_us >= session->expires_at_us)
        return REFRESH_EXPIRED;
    if (used->generation == session->generation) {
        if (!holds(&session->current, used->hash))
            return REFRESH_UNKNOWN;
        session->previous = session->current;
        session->current.count = 0;
        session->generation++;
        session->rotated_at_us = now_us;
        touch(session, rules, now_us);
        issue(session, token);
        return REFRESH_ROTATED;
    }
    if (used->generation < session->generation - 1 ||
        now_us - session->rotated_at_us > rules->grace_us || rules->grace_us == 0)
        return REFRESH_REUSED;
    if (!holds(&session->previous, used->hash))
        return REFRESH_UNKNOWN;
    if (session->current.count == SESSION_BROTHERS)
        return REFRESH_CROWDED;
    touch(session, rules, now_us);
    issue(session, token);
    return REFRESH_PARALLEL;
}

void session_after(const struct refresh_token *used, const struct session_rules *rules,
                   int64_t now_us, struct session *out, char token[static REFRESH_TEXT_SIZE])
{
    *out = (struct session){.generation = used->generation + 1, .rotated_at_us = now_us};
    memcpy(out->user_id, used->user_id, UUID_SIZE);
    memcpy(out->session_id, used->session_id, UUID_SIZE);
    memcpy(out->mark, refresh_token_mark(used), FAMILY_MARK_SIZE);
    refresh_family_key(out->mark, out->family_key);
    touch(out, rules, now_us);
    issue(out, token);
}

json_t *session_json(const struct session *session, bool current)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:s, s:s, s:b}", "id", session->session_id, "created_at",
                     json_time(session->created_at_us), "last_used_at",
                     json_time(session->last_used_at_us), "expires_at",
                     json_time(session->expires_at_us), "address", session->address, "user_agent",
                     session->user_agent, "current", current);
}

json_t *session_created_event(const struct session *session)
{
    return json_pack("{s:s, s:s, s:o, s:s, s:s}", "user_id", session->user_id, "session_id",
                     session->session_id, "created_at", json_time(session->created_at_us),
                     "address", session->address, "user_agent", session->user_agent);
}

json_t *session_revoked_event(const char *user_id, const char *session_id, const char *reason,
                              int64_t now_us)
{
    return json_pack("{s:s, s:s, s:o, s:s}", "user_id", user_id, "session_id", session_id,
                     "not_after", json_time(now_us), "reason", reason);
}
