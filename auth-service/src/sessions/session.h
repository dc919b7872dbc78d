/* session - one sign-in and the rules by which its refresh tokens rotate. No I/O.
 * Tokens have a generation. Using one of the current generation begins the next. One of the
 * generation just before is still answered during the grace window with a further token of the
 * current generation, because clients do refresh in parallel and answers do get lost. Anything
 * older, or later, was used twice: the session ends.
 * Why the window is safe: it gives no second line of tokens. All tokens of a generation are
 * brothers; the first one used moves the session on, and after the window the others end it. So a
 * thief and the owner cannot both go on, whoever of them comes first. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "sessions/refresh_token.h"

enum { SESSIONS_MAX = 100 }; /* of one user */
enum { SESSION_BROTHERS = 8, ADDRESS_SIZE = 64, USER_AGENT_SIZE = 201 };

struct token_hashes {
    size_t count;
    unsigned char rows[SESSION_BROTHERS][REFRESH_HASH_SIZE];
};

struct session {
    char user_id[UUID_SIZE], session_id[UUID_SIZE];
    int64_t created_at_us, last_used_at_us, rotated_at_us, expires_at_us;
    char address[ADDRESS_SIZE], user_agent[USER_AGENT_SIZE];
    int64_t generation;
    unsigned char family_key[FAMILY_KEY_SIZE];
    unsigned char mark[FAMILY_MARK_SIZE]; /* known while a token is made; not kept */
    struct token_hashes current, previous;
};

struct session_rules {
    int64_t life_us, grace_us;
};

/* A new session with its first refresh token. user_agent may be NULL and may hold any bytes. */
void session_begin(struct session *session, const char *user_id, const struct session_rules *rules,
                   int64_t now_us, char token[static REFRESH_TEXT_SIZE]);
/* Any bytes, or NULL, to printable ASCII of bounded length. */
void user_agent_clean(char out[static USER_AGENT_SIZE], const char *given);
void session_set_client(struct session *session, const char *address, const char *user_agent);

enum refresh_outcome {
    REFRESH_ROTATED,  /* session changed, token written: save and answer */
    REFRESH_PARALLEL, /* the same, within the grace window */
    REFRESH_UNKNOWN,  /* not a token of this session */
    REFRESH_EXPIRED,
    REFRESH_CROWDED, /* too many parallel refreshes of one token */
    REFRESH_REUSED,  /* an old token: end the session */
};
enum refresh_outcome session_refresh(struct session *session, const struct refresh_token *used,
                                     const struct session_rules *rules, int64_t now_us,
                                     char token[static REFRESH_TEXT_SIZE]);

/* What the session is after a token of its current generation was used, as far as that follows from
 * the token alone; for session_store_rotate, which changes the row only if it was that. */
void session_after(const struct refresh_token *used, const struct session_rules *rules,
                   int64_t now_us, struct session *out, char token[static REFRESH_TEXT_SIZE]);

/* As listed to its owner; current: the caller's own. */
json_t *session_json(const struct session *session, bool current);
/* Data of session.created and session.revoked; reason is a constant such as "logout". */
json_t *session_created_event(const struct session *session);
json_t *session_revoked_event(const char *user_id, const char *session_id, const char *reason,
                              int64_t now_us);
