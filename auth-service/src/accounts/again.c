#include "accounts/again.h"

bool again_charge(struct svc *svc, const struct req *req, const char *account_key,
                  const char *user_id, struct attempt *attempt, struct err *err)
{
    attempt_init(attempt, account_key, req->address, user_id);
    attempt->rules[THROTTLE_ACCOUNT].free = svc->conf.throttle_account;
    attempt->rules[THROTTLE_ADDRESS].free = svc->conf.throttle_address;
    attempt->rules[THROTTLE_PAIR].free = svc->conf.throttle_pair;
    return throttle_store_charge(svc->base.db, attempt, err);
}

bool again_password(struct svc *svc, const struct req *req, struct resp *resp,
                    const struct account_row *row, const char *pointer, const char *password,
                    struct err *err)
{
    struct attempt attempt;
    const char *user_id = row->account.user_id;
    if (!again_charge(svc, req, user_id, user_id, &attempt, err))
        return false;
    if (!password_matches(password, row->password_hash)) {
        field_error(&resp->fields, pointer, "password_wrong", "is not the account's password");
        return fields_check(&resp->fields, err);
    }
    return throttle_store_give_back(svc->base.db, &attempt, err);
}
