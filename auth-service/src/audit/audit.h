/* audit - entries of the log of what happened to accounts: who, what, when, from where.
 * An entry is added in the transaction of the change, so there is none without the other. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "http/http.h"
#include "pg/pg.h"
#include "sessions/session.h"

/* Names are stored: they are added, never changed. */
#define AUDIT_SIGNED_UP "signed_up"
#define AUDIT_SIGNED_IN "signed_in"
#define AUDIT_SIGN_IN_FAILED "sign_in_failed"
#define AUDIT_SIGNED_OUT "signed_out"
#define AUDIT_SESSION_ENDED "session_ended"
#define AUDIT_SESSIONS_ENDED "sessions_ended"
#define AUDIT_REFRESH_REUSED "refresh_token_reused"
#define AUDIT_PASSWORD_CHANGED "password_changed"
#define AUDIT_PASSWORD_RESET "password_reset"
#define AUDIT_DELETION_BEGUN "deletion_begun"
#define AUDIT_DELETION_UNDONE "deletion_undone"
#define AUDIT_ACCOUNT_DELETED "account_deleted"
#define AUDIT_TOTP_ENABLED "totp_enabled"
#define AUDIT_TOTP_DISABLED "totp_disabled"
#define AUDIT_TOTP_REMOVED "totp_removed_by_admin"
#define AUDIT_RECOVERY_USED "recovery_code_used"
#define AUDIT_LOCKED "locked"
#define AUDIT_UNLOCKED "unlocked"
#define AUDIT_ADMIN_GRANTED "admin_granted"
#define AUDIT_ADMIN_REVOKED "admin_revoked"
#define AUDIT_EMAIL_VERIFIED "email_verified"
#define AUDIT_API_TOKEN_CREATED "api_token_created"
#define AUDIT_API_TOKEN_DELETED "api_token_deleted"

/* Of an attempt on an account that does not exist. */
#define AUDIT_NOBODY "00000000-0000-0000-0000-000000000000"
enum { AUDIT_ACTION_SIZE = 40 };

struct audit_entry {
    char user_id[UUID_SIZE], audit_id[UUID_SIZE];
    char actor_id[UUID_SIZE]; /* empty: nobody known, or this service itself */
    char action[AUDIT_ACTION_SIZE];
    char address[ADDRESS_SIZE], user_agent[USER_AGENT_SIZE];
    int64_t at_us;
};
/* By the bearer of the request's token, else by actor_id (NULL: unknown). req NULL: no request. */
void audit_entry_make(struct audit_entry *entry, const struct req *req, const char *user_id,
                      const char *actor_id, const char *action);
/* As the user sees it: actor is "self", "admin" or "system". */
json_t *audit_entry_json(const struct audit_entry *entry);

/* What a user did to the own account, or what an admin, the bearer, did to it. */
must_check bool audit_add(struct pg_tx *tx, const struct req *req, const char *user_id,
                          const char *action, struct err *err);
/* A failed attempt. Without account user_id is NULL and an entry is written all the same: otherwise
 * the time it takes would tell which accounts exist. */
must_check bool audit_failure(struct pg_pool *db, const struct req *req, const char *user_id,
                              struct err *err);
