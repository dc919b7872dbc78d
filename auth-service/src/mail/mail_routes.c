#include "mail/mail_routes.h"

#include <stdio.h>
#include <string.h>

#include "accounts/account_store.h"
#include "accounts/password_change.h"
#include "accounts/password_rules.h"
#include "audit/audit.h"
#include "base/log.h"
#include "base/mem.h"
#include "code.h"
#include "mail/mail_store.h"
#include "mail/mailer.h"
#include "sessions/ending.h"
#include "throttle/throttle_store.h"

enum { CODE_TEXT_MAX = 128, MAIL_FREE = 3, MAIL_LONGEST_S = 900 };

static bool mail_is_on(const struct svc *svc)
{
    return svc->conf.smtp_url[0] != '\0';
}

bool mail_queue(struct svc *svc, struct pg_tx *tx, enum letter_kind kind,
                const struct account *account, struct err *err)
{
    char key[EMAIL_SIZE];
    if (!mail_is_on(svc) || account->email[0] == '\0')
        return true;
    email_key_of(account->email, key);
    return mail_store_add(tx, kind, key, err);
}

static bool need_mail(const struct svc *svc, struct err *err)
{
    return mail_is_on(svc) ||
           err_set_name(err, ERR_UNAVAILABLE, "mail_off", "this installation sends no mail");
}

/* Mails to one address, whoever asks for them, and from one address: counted like sign-ins that
 * fail, under keys of their own, whether there is an account or not. */
static bool charge(struct svc *svc, const struct req *req, const char *email_key, struct err *err)
{
    struct attempt attempt;
    char key[sizeof "mail:" + EMAIL_SIZE];
    snprintf(key, sizeof key, "mail:%s", email_key);
    attempt_init(&attempt, key, req->address, NULL);
    attempt.rules[THROTTLE_ADDRESS].free = svc->conf.throttle_address;
    attempt.rules[THROTTLE_PAIR].free = MAIL_FREE;
    attempt.rules[THROTTLE_ACCOUNT].free = 2 * MAIL_FREE;
    attempt.rules[THROTTLE_ACCOUNT].longest_s = MAIL_LONGEST_S;
    return throttle_store_charge(svc->base.db, &attempt, err);
}

static bool send_later(struct svc *svc, enum letter_kind kind, const char *email_key,
                       struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) || !mail_store_add(tx, kind, email_key, err) ||
        !pg_commit(&tx, err))
        return false;
    mailer_wake(svc->mailer);
    resp->status = 202;
    return true;
}

/* Nothing is looked up here, so neither answer nor time can tell whether there is an account. */
bool forgot_password(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct credentials given;
    if (!req_need_object(req, err))
        return false;
    address_parse(req->body, &given, &resp->fields);
    return need_mail(svc, err) && fields_check(&resp->fields, err) &&
           charge(svc, req, given.email_key, err) &&
           send_later(svc, LETTER_RESET_PASSWORD, given.email_key, resp, err);
}

bool resend_email(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    char key[EMAIL_SIZE];
    if (!need_mail(svc, err) || !account_store_get(svc->base.db, req->identity->user_id, &row, err))
        return false;
    if (row.account.email[0] == '\0' || row.account.email_verified)
        return err_set_name(err, ERR_CONFLICT, "nothing_to_verify",
                            "the account has no e-mail address that waits to be confirmed");
    email_key_of(row.account.email, key);
    return charge(svc, req, key, err) && send_later(svc, LETTER_VERIFY_EMAIL, key, resp, err);
}

static void read_code(const struct json_reader *reader, struct mail_code *code)
{
    const char *text = NULL;
    if (json_read_str(reader, "code", JSON_REQUIRED, 1, CODE_TEXT_MAX, &text))
        code_hash(text, code->hash);
}

static void refuse_code(struct resp *resp)
{
    field_error(&resp->fields, "/code", "code_invalid",
                "is not valid: it was used, is too old, or never was");
}

bool verify_email(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    struct mail_code code = {.purpose = LETTER_VERIFY_EMAIL};
    bool found = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"code", NULL});
    read_code(&reader, &code);
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !mail_code_use(tx, &code, &found, err))
        return false;
    if (!found) {
        refuse_code(resp);
        return fields_check(&resp->fields, err);
    }
    if (!account_store_verify(tx, code.user_id, code.email_key, err) ||
        !audit_add(tx, req, code.user_id, AUDIT_EMAIL_VERIFIED, err) || !pg_commit(&tx, err))
        return false;
    log_info("email_verified", L_STR("user_id", code.user_id));
    resp->status = 204;
    return true;
}

/* The account of a code that counts, so that all that is wrong with the new password can be told
 * before the code is used up. */
static bool find_account(struct svc *svc, struct mail_code *code, struct account_row *row,
                         bool *found, struct err *err)
{
    return mail_code_find(svc->base.db, code, found, err) &&
           (!*found || account_store_get(svc->base.db, code->user_id, row, err));
}

static bool reset(struct svc *svc, const struct req *req, struct mail_code *code,
                  const struct account_row *row, const char *hash, struct resp *resp,
                  struct err *err)
{
    bool found = false;
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    struct password_change change = {
        .row = row, .new_hash = hash, .reason = "reset", .action = AUDIT_PASSWORD_RESET};
    if (!pg_begin(svc->base.db, &tx, err) || !mail_code_use(tx, code, &found, err))
        return false;
    if (!found) {
        refuse_code(resp);
        return fields_check(&resp->fields, err);
    }
    if (!password_change_in(svc, tx, req, &change, &gone, err) ||
        !account_store_verify(tx, code->user_id, code->email_key, err) || !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, code->user_id, &gone);
    mailer_wake(svc->mailer);
    log_info("password_reset", L_STR("user_id", code->user_id));
    resp->status = 204;
    return true;
}

bool reset_password(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    struct mail_code code = {.purpose = LETTER_RESET_PASSWORD};
    struct account_row row = {.password_hash = ""};
    char hash[PASSWORD_HASH_SIZE];
    struct password_cost cost = auth_password_cost(svc);
    bool found = false;
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"code", "new_password", NULL});
    read_code(&reader, &code);
    bool has_code = fields_ok(&resp->fields);
    if (has_code && !find_account(svc, &code, &row, &found, err))
        return false;
    if (has_code && !found)
        refuse_code(resp);
    const char *own[] = {row.account.email, row.account.username, row.account.name};
    scoped(secret_drop) char *new = password_read_new(&reader, "new_password", own, LENGTH(own));
    return fields_check(&resp->fields, err) && password_hash(new, &cost, hash, err) &&
           reset(svc, req, &code, &row, hash, resp, err);
}
