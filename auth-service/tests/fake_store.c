#include "tests/fake_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/timefmt.h"
#include "events/outbox.h"
#include "people/erasure.h"
#include "purge_store.h"
#include "throttle/throttle_store.h"

struct fake_store fake;
static int transaction;

void fake_reset(void)
{
    totp_row_fini(&fake.totp);
    memset(&fake, 0, sizeof fake);
}

bool fake_reachable(struct err *err)
{
    return fake.down ? err_set(err, ERR_UNAVAILABLE, "database is down") : true;
}

bool pg_begin(struct pg_pool *pool, struct pg_tx **tx, struct err *err)
{
    (void)pool;
    *tx = (struct pg_tx *)&transaction;
    return fake_reachable(err);
}

bool pg_commit(struct pg_tx **tx, struct err *err)
{
    *tx = NULL;
    fake.commits++;
    return fake_reachable(err);
}

void pg_tx_drop(struct pg_tx **tx)
{
    *tx = NULL;
}

bool outbox_add(struct pg_tx *tx, const struct outbox_event *ev, struct err *err)
{
    (void)tx, (void)err;
    snprintf(fake.events[fake.event_count++], sizeof fake.events[0], "%s", ev->type);
    return true;
}

bool outbox_add_many(struct pg_tx *tx, const struct outbox_event evs[], size_t count,
                     struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!outbox_add(tx, &evs[i], err))
            return false;
    return true;
}

static bool same_key(const char *a, const char *b)
{
    return a[0] != '\0' && strcasecmp(a, b) == 0;
}

bool account_store_add(struct pg_tx *tx, const struct account_row *row,
                       const struct credentials *given, const unsigned char *signup_key,
                       struct err *err)
{
    (void)tx;
    for (size_t i = 0; i < fake.account_count; i++) {
        if (signup_key != NULL && memcmp(fake.signup_keys[i], signup_key, SIGNUP_KEY_SIZE) == 0)
            return err_set_name(err, ERR_CONFLICT, "signup_key_taken", "key");
        if (same_key(fake.accounts[i].account.email, given->email_key))
            return err_set_name(err, ERR_CONFLICT, "email_taken", "email");
        if (same_key(fake.accounts[i].account.username, given->username_key))
            return err_set_name(err, ERR_CONFLICT, "username_taken", "username");
    }
    size_t at = fake.account_count++;
    fake.accounts[at] = *row;
    if (signup_key != NULL)
        memcpy(fake.signup_keys[at], signup_key, SIGNUP_KEY_SIZE);
    return true;
}

bool account_store_find(struct pg_pool *db, const char *key, struct account_row *row, bool *found,
                        struct err *err)
{
    (void)db;
    *found = false;
    for (size_t i = 0; i < fake.account_count && !*found; i++) {
        const struct account *account = &fake.accounts[i].account;
        *found = same_key(account->email, key) || same_key(account->username, key);
        *row = fake.accounts[i];
    }
    return fake_reachable(err);
}

struct account_row *fake_account(const char *user_id)
{
    for (size_t i = 0; i < fake.account_count; i++)
        if (strcmp(fake.accounts[i].account.user_id, user_id) == 0)
            return &fake.accounts[i];
    return NULL;
}

bool account_store_get(struct pg_pool *db, const char *user_id, struct account_row *row,
                       struct err *err)
{
    (void)db;
    const struct account_row *found = fake_account(user_id);
    if (found == NULL)
        return err_set_name(err, ERR_UNAUTHORIZED, "token_revoked", "gone");
    *row = *found;
    return fake_reachable(err);
}

bool account_store_set_password(struct pg_tx *tx, const struct account_row *row,
                                const char *new_hash, struct err *err)
{
    (void)tx;
    struct account_row *found = fake_account(row->account.user_id);
    if (found->password_version != row->password_version)
        return err_set_name(err, ERR_CONFLICT, "password_changed_meanwhile", "meanwhile");
    snprintf(found->password_hash, PASSWORD_HASH_SIZE, "%s", new_hash);
    found->password_version++;
    return fake_reachable(err);
}

bool account_store_hold(struct pg_tx *tx, const struct account_row *row, bool *same,
                        struct err *err)
{
    (void)tx;
    const struct account_row *found = fake_account(row->account.user_id);
    *same = found != NULL && found->password_version == row->password_version && !fake.raced &&
            found->account.locked_at_us == 0 && found->account.admin == row->account.admin;
    return fake_reachable(err);
}

bool account_store_find_signup(struct pg_pool *db, const unsigned char *signup_key,
                               struct account_row *row, bool *found, struct err *err)
{
    (void)db;
    *found = false;
    for (size_t i = 0; i < fake.account_count && !*found; i++) {
        *found = memcmp(fake.signup_keys[i], signup_key, SIGNUP_KEY_SIZE) == 0;
        *row = fake.accounts[i];
    }
    return fake_reachable(err);
}

bool account_store_rehash(struct pg_pool *db, const struct account_row *row, const char *new_hash,
                          struct err *err)
{
    (void)db;
    for (size_t i = 0; i < fake.account_count; i++)
        if (strcmp(fake.accounts[i].account.user_id, row->account.user_id) == 0)
            snprintf(fake.accounts[i].password_hash, PASSWORD_HASH_SIZE, "%s", new_hash);
    return fake_reachable(err);
}

bool session_store_add(struct pg_tx *tx, const struct session *session, struct err *err)
{
    (void)tx;
    fake.sessions[fake.session_count++] = *session;
    return fake_reachable(err);
}

static struct session *find_session(const char *user_id, const char *session_id)
{
    for (size_t i = 0; i < fake.session_count; i++)
        if (strcmp(fake.sessions[i].session_id, session_id) == 0 &&
            strcmp(fake.sessions[i].user_id, user_id) == 0)
            return &fake.sessions[i];
    return NULL;
}

bool session_store_lock(struct pg_tx *tx, const struct refresh_token *token,
                        struct session *session, struct account *account, bool *found,
                        struct err *err)
{
    (void)tx;
    const struct session *row = find_session(token->user_id, token->session_id);
    *found = row != NULL;
    if (row != NULL)
        *session = *row;
    for (size_t i = 0; i < fake.account_count; i++)
        if (strcmp(fake.accounts[i].account.user_id, token->user_id) == 0)
            *account = fake.accounts[i].account;
    return fake_reachable(err);
}

/* As the statement does it. */
bool session_store_rotate(struct pg_pool *db, const struct refresh_token *used,
                          const struct session *session, struct account *account, bool *rotated,
                          struct err *err)
{
    (void)db;
    struct session *row = find_session(used->user_id, used->session_id);
    *rotated = false;
    for (size_t i = 0; row != NULL && i < row->current.count; i++)
        *rotated |= memcmp(row->current.rows[i], used->hash, REFRESH_HASH_SIZE) == 0;
    *rotated = *rotated && row->generation == used->generation &&
               row->expires_at_us > session->rotated_at_us;
    if (!*rotated)
        return fake_reachable(err);
    struct token_hashes previous = row->current;
    *row = *session;
    row->previous = previous;
    for (size_t i = 0; i < fake.account_count; i++)
        if (strcmp(fake.accounts[i].account.user_id, used->user_id) == 0)
            *account = fake.accounts[i].account;
    return fake_reachable(err);
}

bool session_store_hold(struct pg_tx *tx, const char *user_id, const char *session_id, bool *live,
                        struct err *err)
{
    (void)tx;
    *live = find_session(user_id, session_id) != NULL;
    return fake_reachable(err);
}

bool session_store_save(struct pg_tx *tx, const struct session *session, struct err *err)
{
    (void)tx;
    *find_session(session->user_id, session->session_id) = *session;
    return fake_reachable(err);
}

bool session_store_remove(struct pg_tx *tx, const char *user_id, const char *session_id,
                          bool *removed, struct err *err)
{
    (void)tx;
    struct session *row = find_session(user_id, session_id);
    *removed = row != NULL;
    if (row != NULL)
        *row = fake.sessions[--fake.session_count];
    return fake_reachable(err);
}

bool session_store_remove_all(struct pg_tx *tx, const char *user_id, const char *keep,
                              char (**ids)[UUID_SIZE], size_t *count, struct err *err)
{
    (void)tx;
    *count = 0;
    *ids = calloc(FAKE_ROWS, sizeof **ids);
    for (size_t i = fake.session_count; i > 0; i--) {
        struct session *row = &fake.sessions[i - 1];
        if (strcmp(row->user_id, user_id) != 0 ||
            (keep != NULL && strcmp(row->session_id, keep) == 0))
            continue;
        memcpy((*ids)[(*count)++], row->session_id, UUID_SIZE);
        *row = fake.sessions[--fake.session_count];
    }
    return fake_reachable(err);
}

bool session_store_remove_surplus(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                                  size_t *count, struct err *err)
{
    (void)tx, (void)user_id;
    *count = 0;
    *ids = NULL;
    return fake_reachable(err);
}

bool session_store_list(struct pg_pool *db, const char *user_id, const char *before, size_t limit,
                        struct session *rows, size_t *count, struct err *err)
{
    (void)db;
    *count = 0;
    for (size_t i = fake.session_count; i > 0 && *count < limit; i--) {
        const struct session *row = &fake.sessions[i - 1];
        if (strcmp(row->user_id, user_id) == 0 &&
            (before[0] == '\0' || strcmp(row->session_id, before) < 0))
            rows[(*count)++] = *row;
    }
    return fake_reachable(err);
}

bool throttle_store_charge(struct pg_pool *db, struct attempt *attempt, struct err *err)
{
    (void)db, (void)attempt;
    if (fake.blocked_s > 0) {
        err_set_name(err, ERR_TOO_MANY, "too_many_attempts", "wait");
        err->retry_after_s = (unsigned)fake.blocked_s;
        return false;
    }
    fake.charges++;
    return fake_reachable(err);
}

bool throttle_store_remember(struct pg_tx *tx, const char *user_id, const char *address,
                             struct err *err)
{
    (void)tx, (void)user_id, (void)address;
    return fake_reachable(err);
}

bool throttle_store_refund(struct pg_pool *db, const struct attempt *attempt, struct err *err)
{
    (void)db, (void)attempt;
    fake.refunds++;
    return fake_reachable(err);
}

bool throttle_store_give_back(struct pg_pool *db, const struct attempt *attempt, struct err *err)
{
    (void)db, (void)attempt;
    fake.given_back++;
    return fake_reachable(err);
}

bool api_token_store_add(struct pg_tx *tx, const struct api_token *token, struct err *err)
{
    (void)tx;
    fake.api_tokens[fake.api_token_count++] = *token;
    return fake_reachable(err);
}

bool api_token_store_list(struct pg_pool *db, const char *user_id, const char *before, size_t limit,
                          struct api_token *rows, size_t *count, struct err *err)
{
    (void)db;
    *count = 0;
    for (size_t i = fake.api_token_count; i > 0 && *count < limit; i--) {
        const struct api_token *row = &fake.api_tokens[i - 1];
        if (strcmp(row->user_id, user_id) == 0 &&
            (before[0] == '\0' || strcmp(row->token_id, before) < 0))
            rows[(*count)++] = *row;
    }
    return fake_reachable(err);
}

bool api_token_store_remove(struct pg_tx *tx, const char *user_id, const char *token_id,
                            bool *removed, struct err *err)
{
    (void)tx;
    *removed = false;
    for (size_t i = 0; i < fake.api_token_count && !*removed; i++) {
        *removed = strcmp(fake.api_tokens[i].user_id, user_id) == 0 &&
                   strcmp(fake.api_tokens[i].token_id, token_id) == 0;
        if (*removed)
            fake.api_tokens[i] = fake.api_tokens[--fake.api_token_count];
    }
    return fake_reachable(err);
}

bool api_token_store_find(struct pg_pool *db, struct api_token *token, struct account *account,
                          bool *found, struct err *err)
{
    (void)db;
    *found = false;
    *account = (struct account){.created_at_us = 0};
    for (size_t i = 0; i < fake.api_token_count; i++) {
        const struct api_token *row = &fake.api_tokens[i];
        if (strcmp(row->token_id, token->token_id) != 0 ||
            strcmp(row->user_id, token->user_id) != 0 ||
            memcmp(row->hash, token->hash, API_TOKEN_HASH_SIZE) != 0 ||
            row->expires_at_us <= time_now_us())
            continue;
        *token = *row;
        *found = true;
        memcpy(account->user_id, row->user_id, UUID_SIZE);
        return fake_reachable(err);
    }
    return fake_reachable(err);
}

bool api_token_store_use(struct pg_pool *db, struct api_token *token, struct account *account,
                         bool *found, struct err *err)
{
    return api_token_store_find(db, token, account, found, err);
}

bool api_token_store_ids(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                         size_t *count, struct err *err)
{
    (void)tx;
    *count = 0;
    *ids = calloc(FAKE_ROWS, sizeof **ids);
    for (size_t i = 0; i < fake.api_token_count; i++)
        if (strcmp(fake.api_tokens[i].user_id, user_id) == 0)
            memcpy((*ids)[(*count)++], fake.api_tokens[i].token_id, UUID_SIZE);
    return fake_reachable(err);
}

bool api_token_store_remove_all(struct pg_tx *tx, const char *user_id, char (**ids)[UUID_SIZE],
                                size_t *count, struct err *err)
{
    bool ok = api_token_store_ids(tx, user_id, ids, count, err);
    fake.api_token_count -= *count;
    return ok;
}

bool purge_store_drop(struct pg_pool *db, const char *statement, size_t *dropped, struct err *err)
{
    (void)db, (void)statement, (void)err;
    *dropped = 0;
    return true;
}

bool erasure_begin(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)err;
    return true;
}

bool erasure_report(struct pg_tx *tx, const char *user_id, const struct event *cause,
                    struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)cause;
    (void)err;
    return true;
}
