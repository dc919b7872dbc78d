#include <stdio.h>
#include <string.h>

#include "accounts/again.h"
#include "accounts/opening.h"
#include "audit/audit.h"
#include "base/mem.h"
#include "code.h"
#include "totp/factor.h"
#include "totp/totp_routes.h"

enum { TOKEN_MAX = 128, CODE_TEXT_MAX = 64 };

/* 256 random bits of a few minutes: the login goes on with them instead of the password. */
bool totp_ask(struct svc *svc, const struct account_row *row, struct resp *resp, struct err *err)
{
    char token[CODE_SIZE];
    struct challenge challenge;
    code_make(token, challenge.hash);
    memcpy(challenge.user_id, row->account.user_id, sizeof challenge.user_id);
    challenge.password_version = row->password_version;
    json_t *answer = json_pack("{s:b, s:s, s:i}", "totp_required", 1, "challenge_token", token,
                               "expires_in", CHALLENGE_LIFE_S);
    explicit_bzero(token, sizeof token);
    if (!challenge_store_add(svc->base.db, &challenge, err)) {
        json_decref(answer);
        return false;
    }
    return resp_json(resp, 200, answer);
}

static bool no_challenge(struct err *err)
{
    return err_set_name(err, ERR_UNAUTHORIZED, "challenge_invalid",
                        "the challenge was used, is too old, or never was: sign in again");
}

static bool read_step(const struct req *req, struct resp *resp, struct challenge *challenge,
                      const char **code, struct err *err)
{
    const char *token = NULL;
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"challenge_token", "code", NULL});
    if (json_read_str(&reader, "challenge_token", JSON_REQUIRED, 1, TOKEN_MAX, &token))
        code_hash(token, challenge->hash);
    json_read_str(&reader, "code", JSON_REQUIRED, 1, CODE_TEXT_MAX, code);
    return fields_check(&resp->fields, err);
}

/* Uses the code up, ends the challenge and opens the session, or none of it. */
static bool step(struct svc *svc, const struct req *req, const struct challenge *challenge,
                 const char *code, struct opening *opening, enum factor_outcome *outcome,
                 struct err *err)
{
    const char *user_id = challenge->user_id;
    bool dropped = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !factor_use(svc, tx, user_id, code, true, outcome, err))
        return false;
    if (*outcome == FACTOR_WRONG)
        return true;
    if (!challenge_store_drop(tx, challenge, &dropped, err))
        return false;
    if (!dropped)
        return no_challenge(err);
    if (*outcome == FACTOR_RECOVERY && !audit_add(tx, req, user_id, AUDIT_RECOVERY_USED, err))
        return false;
    if (!opening_in(svc, tx, req, opening, err))
        return false;
    return opening->same ? pg_commit(&tx, err) : no_challenge(err);
}

bool login_totp(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct challenge challenge = {.user_id = ""};
    struct account_row row;
    struct attempt attempt;
    const char *code = NULL;
    bool found = false, left = false;
    enum factor_outcome outcome = FACTOR_WRONG;
    if (!read_step(req, resp, &challenge, &code, err) ||
        !challenge_store_find(svc->base.db, &challenge, &found, err))
        return false;
    if (!found)
        return no_challenge(err);
    const char *user_id = challenge.user_id;
    if (!account_store_get(svc->base.db, user_id, &row, err) ||
        !again_charge(svc, req, user_id, user_id, &attempt, err) ||
        !challenge_store_try(svc->base.db, &challenge, &left, err))
        return false;
    /* The password of the first step must still be the account's. */
    if (!left || row.password_version != challenge.password_version)
        return no_challenge(err);
    scoped(opening_fini) struct opening opening = {.row = &row};
    if (!step(svc, req, &challenge, code, &opening, &outcome, err))
        return false;
    if (outcome == FACTOR_WRONG) {
        if (!audit_failure(svc->base.db, req, user_id, err))
            return false;
        return err_set_name(err, ERR_UNAUTHORIZED, "totp_invalid", "the code is not valid");
    }
    return throttle_store_refund(svc->base.db, &attempt, err) &&
           opening_answer(&opening, 200, resp);
}
