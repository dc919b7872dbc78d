#include "accounts/account_routes.h"

#include <stdio.h>
#include <string.h>

#include "accounts/account_store.h"
#include "accounts/again.h"
#include "accounts/opening.h"
#include "audit/audit.h"
#include "auth.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "http/idempotency.h"
#include "mail/mail_routes.h"
#include "mail/mailer.h"
#include "sessions/grant.h"
#include "throttle/throttle_store.h"
#include "totp/totp_routes.h"

/* SHA-256 of the Idempotency-Key; *given is false without one. */
static bool read_signup_key(const struct req *req, unsigned char out[SIGNUP_KEY_SIZE], bool *given,
                            struct err *err)
{
    const char *key;

    if (!idempotency_key(req, &key, err))
        return false;
    *given = key != NULL;
    if (*given)
        sha256(key, strlen(key), out);
    return true;
}

static bool add_account(struct svc *svc, const struct req *req, const struct account_row *row,
                        const struct credentials *given, const unsigned char *signup_key,
                        json_t **tokens, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *data = account_event(&row->account);
    const char *user_id = row->account.user_id;
    return pg_begin(svc->base.db, &tx, err) && account_store_add(tx, row, given, signup_key, err) &&
           outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_USER,
                                             .type = EVENT_USER_REGISTERED,
                                             .user_id = user_id,
                                             .subject = user_id,
                                             .data = data},
                      err) &&
           audit_add(tx, req, user_id, AUDIT_SIGNED_UP, err) &&
           mail_queue(svc, tx, LETTER_VERIFY_EMAIL, &row->account, err) &&
           grant_open(svc, tx, req, &row->account, tokens, err) && pg_commit(&tx, err);
}

static bool open_session(struct svc *svc, const struct req *req, struct opening *opening,
                         struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) || !opening_in(svc, tx, req, opening, err))
        return false;
    if (opening->same)
        return pg_commit(&tx, err);
    pg_tx_drop(&tx);
    return wrong_credentials(svc, req, opening->row->account.user_id, err);
}

/* The same sign-up again: its first answer was lost. Tokens are kept only as hashes and cannot be
 * given a second time, so the account that was made gets a new session. */
static bool repeat_signup(struct svc *svc, const struct req *req, struct resp *resp,
                          const struct credentials *given, const unsigned char *signup_key,
                          struct err *err)
{
    struct account_row row;
    bool found = false;
    scoped(opening_fini) struct opening opening = {.row = &row};
    if (!account_store_find_signup(svc->base.db, signup_key, &row, &found, err))
        return false;
    if (!found || strcmp(row.account.email, given->email) != 0 ||
        strcmp(row.account.username, given->username) != 0 ||
        strcmp(row.account.name, given->name ? given->name : "") != 0 ||
        !password_matches(given->password, row.password_hash))
        return err_set_name(err, ERR_INVALID, "idempotency_key_reused",
                            "this Idempotency-Key was used with another body");
    if (row.has_totp)
        return err_set_name(err, ERR_CONFLICT, "signed_up_before",
                            "the account was made, and has a second factor: sign in");
    return open_session(svc, req, &opening, err) && opening_answer(&opening, 201, resp);
}

bool signup(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(credentials_fini) struct credentials given = {.password = NULL};
    struct account_row row = {.account = {.created_at_us = time_now_us()}};
    unsigned char signup_key[SIGNUP_KEY_SIZE];
    bool has_key;
    struct password_cost cost = auth_password_cost(svc);
    scoped(opening_fini) struct opening opening = {.row = &row};
    if (!req_need_object(req, err) || !read_signup_key(req, signup_key, &has_key, err))
        return false;
    signup_parse(req->body, &given, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    uuid_new(row.account.user_id);
    snprintf(row.account.email, sizeof row.account.email, "%s", given.email);
    snprintf(row.account.username, sizeof row.account.username, "%s", given.username);
    snprintf(row.account.name, sizeof row.account.name, "%s", given.name ? given.name : "");
    if (!password_hash(given.password, &cost, row.password_hash, err))
        return false;
    if (!add_account(svc, req, &row, &given, has_key ? signup_key : NULL, &opening.tokens, err)) {
        if (err->code == ERR_CONFLICT && strcmp(err->name, "signup_key_taken") == 0)
            return repeat_signup(svc, req, resp, &given, signup_key, err);
        return false;
    }
    mailer_wake(svc->mailer);
    log_info("user_registered", L_STR("user_id", row.account.user_id));
    snprintf(resp->location, sizeof resp->location, "/api/v1/users/me");
    return opening_answer(&opening, 201, resp);
}

/* Parameters may have risen since the hash was made; failing to store a better one is no reason to
 * refuse the person. */
static void raise_hash(struct svc *svc, const struct account_row *row, const char *password)
{
    struct err err;
    char better[PASSWORD_HASH_SIZE];
    struct password_cost cost = auth_password_cost(svc);
    if (!password_is_cheaper(row->password_hash, &cost))
        return;
    if (!password_hash(password, &cost, better, &err) ||
        !account_store_rehash(svc->base.db, row, better, &err))
        log_warn("rehash_failed", L_STR("reason", err.text));
}

bool login(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(credentials_fini) struct credentials given = {.password = NULL};
    struct account_row row;
    struct attempt attempt;
    bool found = false;
    scoped(opening_fini) struct opening opening = {.row = &row};
    if (!req_need_object(req, err))
        return false;
    login_parse(req->body, &given, &resp->fields);
    if (!fields_check(&resp->fields, err) ||
        !account_store_find(svc->base.db, login_key(&given), &row, &found, err))
        return false;
    const char *user_id = found ? row.account.user_id : NULL;
    if (!again_charge(svc, req, found ? user_id : login_key(&given), user_id, &attempt, err))
        return false;
    /* One hash is checked in either case, so that the time tells nothing. */
    bool right = password_matches(given.password, found ? row.password_hash : svc->dummy_hash);
    /* A locked account is told from no other: not even that the password was right. */
    if (!right || !found || row.account.locked_at_us != 0)
        return wrong_credentials(svc, req, user_id, err);
    raise_hash(svc, &row, given.password);
    /* The address is remembered as the owner's when all that was asked for was right. */
    if (row.has_totp)
        return throttle_store_give_back(svc->base.db, &attempt, err) &&
               totp_ask(svc, &row, resp, err);
    return throttle_store_refund(svc->base.db, &attempt, err) &&
           open_session(svc, req, &opening, err) && opening_answer(&opening, 200, resp);
}
