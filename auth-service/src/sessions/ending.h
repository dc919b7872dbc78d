/* ending - sessions that end before their time: the row goes, session.revoked tells every service,
 * in one transaction. After its commit sessions_forget makes our own verifier refuse the tokens
 * without waiting for the event to come round.
 * A session each, also when all of a user's end: a revocation of the whole user would hit the
 * tokens of a session opened within the same second, such as the login after a password reset. */
#pragma once
#include <stdbool.h>

#include "auth.h"
#include "pg/pg.h"

struct ended_sessions {
    size_t count, sessions; /* what follows the sessions are API tokens */
    char (*ids)[UUID_SIZE]; /* owned; end with ended_sessions_fini */
    const char *reason;
};
void ended_sessions_fini(struct ended_sessions *ended);

/* reason: a constant such as "logout". out->count is 0 when there was no such session. */
must_check bool session_end(struct pg_tx *tx, const char *user_id, const char *session_id,
                            const char *reason, struct ended_sessions *out, struct err *err);
/* Those beyond SESSIONS_MAX, which were not used for longest: a client that signs in anew each time
 * must not fill the table, and all of a user's sessions must end in one transaction. */
must_check bool session_end_surplus(struct pg_tx *tx, const char *user_id,
                                    struct ended_sessions *out, struct err *err);
/* All of the user's but keep (NULL: none is kept). */
must_check bool session_end_all(struct pg_tx *tx, const char *user_id, const char *keep,
                                const char *reason, struct ended_sessions *out, struct err *err);
/* The same with the access tokens that API tokens were exchanged for: of an account that nobody may
 * use now. The API tokens stay, for the case that it may be used again; they are exchanged for
 * nothing until then. */
must_check bool access_end_all(struct pg_tx *tx, const char *user_id, const char *reason,
                               struct ended_sessions *out, struct err *err);
/* The same, and the API tokens are gone: who forgot a password may have lost it to somebody. */
must_check bool access_delete_all(struct pg_tx *tx, const char *user_id, const char *reason,
                                  struct ended_sessions *out, struct err *err);
/* Deletes an API token, and ends what it was exchanged for; out->count is 0 when there was none. */
must_check bool api_token_end(struct pg_tx *tx, const char *user_id, const char *token_id,
                              const char *reason, struct ended_sessions *out, struct err *err);
void sessions_forget(struct svc *svc, const char *user_id, const struct ended_sessions *ended);
