#include "totp/factor.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "keys/seal.h"

enum { BOUND_SIZE = 5 + UUID_SIZE };

/* What was sealed for one person opens for no other. */
static void bound_to(const char *user_id, char out[static BOUND_SIZE])
{
    snprintf(out, BOUND_SIZE, "totp:%s", user_id);
}

bool factor_begin(struct svc *svc, struct pg_tx *tx, const char *user_id,
                  char secret[static TOTP_SECRET_SIZE], bool *begun, struct err *err)
{
    char bound[BOUND_SIZE];
    size_t len = TOTP_SECRET_SIZE - 1;
    struct totp_row row = {.sealed = svc->seals};
    totp_secret_make(secret);
    bound_to(user_id, bound);
    if (svc->seals) {
        row.secret = seal(svc->seal_key, bound, secret, len);
        row.secret_len = len + SEAL_OVERHEAD;
    } else {
        row.secret = (unsigned char *)xstrdup(secret);
        row.secret_len = len;
    }
    bool ok = totp_store_begin(tx, user_id, &row, begun, err);
    totp_row_fini(&row);
    return ok;
}

static bool open_secret(struct svc *svc, const char *user_id, const struct totp_row *row,
                        char **secret, struct err *err)
{
    char bound[BOUND_SIZE];
    bound_to(user_id, bound);
    if (!row->sealed) {
        *secret = xstrndup((const char *)row->secret, row->secret_len);
        return true;
    }
    if (!svc->seals || !unseal(svc->seal_key, bound, row->secret, row->secret_len, secret, err))
        return err_set(err, ERR_INTERNAL,
                       "a second factor was sealed under another AUTH_KEY_ENCRYPTION_KEY");
    return true;
}

static bool use_recovery(struct pg_tx *tx, const char *user_id, const char *code,
                         enum factor_outcome *outcome, struct err *err)
{
    unsigned char hash[RECOVERY_HASH_SIZE];
    bool used = false;
    if (recovery_hash(code, hash) && !recovery_store_use(tx, user_id, hash, &used, err))
        return false;
    *outcome = used ? FACTOR_RECOVERY : FACTOR_WRONG;
    return true;
}

bool factor_use(struct svc *svc, struct pg_tx *tx, const char *user_id, const char *code,
                bool confirmed, enum factor_outcome *outcome, struct err *err)
{
    scoped(totp_row_fini) struct totp_row row = {.secret = NULL};
    scoped(secret_drop) char *secret = NULL;
    bool found = false, fresh = false;
    int64_t step = 0;
    *outcome = FACTOR_WRONG;
    if (!totp_store_lock(tx, user_id, &row, &found, err))
        return false;
    if (!found || row.confirmed != confirmed)
        return true;
    if (confirmed && !totp_is_code(code))
        return use_recovery(tx, user_id, code, outcome, err);
    if (!open_secret(svc, user_id, &row, &secret, err))
        return false;
    if (!totp_matches(secret, code, time_now_us() / US_PER_S, &step))
        return true;
    if (!totp_store_use(tx, user_id, step, &fresh, err))
        return false;
    *outcome = fresh ? FACTOR_CODE : FACTOR_WRONG;
    return true;
}

bool factor_confirm(struct pg_tx *tx, const char *user_id, json_t **codes, struct err *err)
{
    scoped(json_drop) json_t *made = json_array();
    if (!totp_store_confirm(tx, user_id, err))
        return false;
    for (int i = 0; i < RECOVERY_CODES; i++) {
        char code[RECOVERY_SIZE];
        unsigned char hash[RECOVERY_HASH_SIZE];
        recovery_make(code, hash);
        json_array_append_new(made, json_string(code));
        explicit_bzero(code, sizeof code);
        if (!recovery_store_add(tx, user_id, hash, err))
            return false;
    }
    *codes = json_incref(made);
    return true;
}
