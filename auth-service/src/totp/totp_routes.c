#include "totp/totp_routes.h"

#include <string.h>

#include "accounts/again.h"
#include "audit/audit.h"
#include "base/log.h"
#include "base/mem.h"
#include "mail/mail_routes.h"
#include "mail/mailer.h"
#include "totp/factor.h"

enum { CODE_TEXT_MAX = 64 };

static bool read_password(const struct req *req, struct resp *resp, char **password,
                          struct err *err)
{
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"password", NULL});
    *password = password_read(&reader, "password");
    return fields_check(&resp->fields, err);
}

/* The bearer's account, whose password was given once more. */
static bool owner(struct svc *svc, const struct req *req, struct resp *resp,
                  struct account_row *row, struct err *err)
{
    scoped(secret_drop) char *password = NULL;
    return read_password(req, resp, &password, err) &&
           account_store_get(svc->base.db, req->identity->user_id, row, err) &&
           again_password(svc, req, resp, row, "/password", password, err);
}

bool totp_begin(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    char secret[TOTP_SECRET_SIZE], uri[TOTP_URI_SIZE];
    bool begun = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!owner(svc, req, resp, &row, err) || !pg_begin(svc->base.db, &tx, err) ||
        !factor_begin(svc, tx, row.account.user_id, secret, &begun, err))
        return false;
    if (!begun)
        return err_set_name(err, ERR_CONFLICT, "totp_enabled",
                            "there is a second factor; turn it off first");
    if (!pg_commit(&tx, err))
        return false;
    const struct account *account = &row.account;
    totp_uri(account->email[0] ? account->email : account->username, secret, uri);
    resp_json(resp, 200, json_pack("{s:s, s:s}", "secret", secret, "otpauth_uri", uri));
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(uri, sizeof uri);
    return true;
}

static bool read_code(const struct req *req, struct resp *resp, const char **code, struct err *err)
{
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"code", NULL});
    json_read_str(&reader, "code", JSON_REQUIRED, 1, CODE_TEXT_MAX, code);
    return fields_check(&resp->fields, err);
}

/* The account was read before the transaction began: who holds a connection must not wait for a
 * second one. */
static bool finish(struct svc *svc, struct pg_tx **tx, const struct req *req,
                   const struct account *account, const char *action, struct err *err)
{
    const char *user_id = account->user_id;
    if (!mail_queue(svc, *tx, LETTER_FACTOR_CHANGED, account, err) ||
        !audit_add(*tx, req, user_id, action, err) || !pg_commit(tx, err))
        return false;
    mailer_wake(svc->mailer);
    log_info(action, L_STR("user_id", user_id));
    return true;
}

bool totp_confirm(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *code = NULL, *user_id = req->identity->user_id;
    enum factor_outcome outcome;
    struct attempt attempt;
    struct account_row row;
    scoped(json_drop) json_t *codes = NULL;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!read_code(req, resp, &code, err) || !account_store_get(svc->base.db, user_id, &row, err) ||
        !again_charge(svc, req, user_id, user_id, &attempt, err) ||
        !pg_begin(svc->base.db, &tx, err) ||
        !factor_use(svc, tx, user_id, code, false, &outcome, err))
        return false;
    if (outcome != FACTOR_CODE) {
        field_error(&resp->fields, "/code", "code_invalid",
                    "is not the code of the factor that was begun");
        return fields_check(&resp->fields, err);
    }
    if (!factor_confirm(tx, user_id, &codes, err) ||
        !finish(svc, &tx, req, &row.account, AUDIT_TOTP_ENABLED, err) ||
        !throttle_store_give_back(svc->base.db, &attempt, err))
        return false;
    return resp_json(resp, 200, json_pack("{s:O}", "recovery_codes", codes));
}

bool totp_remove(struct svc *svc, const struct req *req, const struct account *account,
                 const char *action, struct err *err)
{
    bool removed = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !totp_store_remove(tx, account->user_id, &removed, err))
        return false;
    if (!removed)
        return err_set(err, ERR_NOT_FOUND, "there is no second factor");
    return finish(svc, &tx, req, account, action, err);
}

bool totp_off(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    resp->status = 204;
    return owner(svc, req, resp, &row, err) &&
           totp_remove(svc, req, &row.account, AUDIT_TOTP_DISABLED, err);
}

bool totp_status(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    bool enabled = false;
    int64_t left = 0;
    if (!totp_store_status(svc->base.db, req->identity->user_id, &enabled, &left, err))
        return false;
    return resp_json(
        resp, 200,
        json_pack("{s:b, s:I}", "enabled", enabled, "recovery_codes_left", (json_int_t)left));
}
