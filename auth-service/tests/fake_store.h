/* fake_store - the rows of auth-service in memory, one process and one thread, in place of
 * PostgreSQL. A transaction that is dropped undoes nothing: tests look at what was committed. */
#pragma once
#include "accounts/account_store.h"
#include "api_tokens/api_token_store.h"
#include "audit/audit_store.h"
#include "mail/mail_store.h"
#include "sessions/session_store.h"
#include "totp/totp_store.h"

enum { FAKE_ROWS = 16, FAKE_EVENTS = 64 };

struct fake_store {
    struct account_row accounts[FAKE_ROWS];
    unsigned char signup_keys[FAKE_ROWS][SIGNUP_KEY_SIZE];
    size_t account_count;
    struct session sessions[FAKE_ROWS];
    size_t session_count;
    char events[FAKE_EVENTS][40]; /* types, in the order added */
    size_t event_count, commits;
    struct audit_entry audit[FAKE_EVENTS];
    size_t audit_count;
    char mails[FAKE_EVENTS][300]; /* "kind address" */
    size_t mail_count;
    struct mail_code codes[FAKE_ROWS];
    size_t code_count;
    char totp_user[UUID_SIZE]; /* empty: nobody has a second factor */
    struct totp_row totp;
    int64_t totp_step;
    unsigned char recovery[FAKE_ROWS][RECOVERY_HASH_SIZE];
    size_t recovery_count;
    struct challenge challenge;
    bool has_challenge;
    int challenge_tries;
    int blocked_s; /* the next charge is refused for so long */
    int charges, refunds, given_back;
    bool raced; /* the password is changed between its check and the session */
    struct api_token api_tokens[FAKE_ROWS];
    size_t api_token_count;
    bool down; /* the database cannot be reached */
};
extern struct fake_store fake;
bool fake_reachable(struct err *err);
struct account_row *fake_account(const char *user_id); /* NULL: there is none */
void fake_reset(void);                                 /* all but the keys */
void fake_forget_keys(void);
void fake_age_keys(int64_t us); /* they are in their state for so much longer */
