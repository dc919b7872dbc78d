#include "totp/factor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"

enum { BOUND_SIZE = 5 + UUID_SIZE, SEAL_A_MINUTE = 1000 };

/* What was sealed for one person opens for no other. */
static void bound_to(const char *user_id, char out[static BOUND_SIZE])
{
    snprintf(out, BOUND_SIZE, "totp:%s", user_id);
}

static const char key_label[] = "totp key";

/* Into row, whose user is known; what it held before is the caller's to end. */
static void close_secret(const struct svc *svc, const char *secret, struct totp_row *row)
{
    char bound[BOUND_SIZE];
    bound_to(row->user_id, bound);
    row->secret_len = strlen(secret);
    row->sealed = svc->vault.has_key;
    if (!row->sealed) {
        row->secret = (unsigned char *)xstrdup(secret);
        return;
    }
    row->secret = seal(svc->vault.key, bound, secret, row->secret_len);
    row->secret_len += SEAL_OVERHEAD;
    vault_key_id(&svc->vault, key_label, row->key_id);
}

static bool open_secret(const struct svc *svc, const struct totp_row *row, char **secret,
                        struct err *err)
{
    char bound[BOUND_SIZE];
    bool with_previous;
    struct err why;
    bound_to(row->user_id, bound);
    if (!row->sealed) {
        *secret = xstrndup((const char *)row->secret, row->secret_len);
        return true;
    }
    /* Nothing that the client could mend, whatever the vault calls it. */
    return vault_unseal(&svc->vault, bound, row->secret, row->secret_len, secret, &with_previous,
                        &why) ||
           err_set(err, ERR_INTERNAL,
                   "a second factor was sealed under another AUTH_KEY_ENCRYPTION_KEY");
}

bool factor_begin(struct svc *svc, struct pg_tx *tx, const char *user_id,
                  char secret[static TOTP_SECRET_SIZE], bool *begun, struct err *err)
{
    scoped(totp_row_fini) struct totp_row row = {.secret = NULL};
    snprintf(row.user_id, sizeof row.user_id, "%s", user_id);
    totp_secret_make(secret);
    close_secret(svc, secret, &row);
    return totp_store_begin(tx, &row, begun, err);
}

/* The next one after row; *found is false when there is none. One that cannot be opened is left to
 * its owner's next login to complain of. */
static bool seal_next(struct svc *svc, struct totp_row *row, bool *found, struct err *err)
{
    unsigned char key_id[TOTP_KEY_ID_SIZE];
    struct err unopened;
    scoped(secret_drop) char *secret = NULL;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    vault_key_id(&svc->vault, key_label, key_id);
    if (!pg_begin(svc->base.db, &tx, err) || !totp_store_next_stale(tx, key_id, row, found, err))
        return false;
    if (!*found || !open_secret(svc, row, &secret, &unopened))
        return true;
    free(row->secret);
    close_secret(svc, secret, row);
    return totp_store_reseal(tx, row, err) && pg_commit(&tx, err);
}

void factors_seal_anew(struct svc *svc)
{
    struct err err;
    struct totp_row row = {.user_id = AUDIT_NOBODY};
    bool found = true;
    if (svc->factors_sealed || !svc->vault.has_key)
        return;
    for (int i = 0; found && i < SEAL_A_MINUTE; i++) {
        bool ok = seal_next(svc, &row, &found, &err);
        free(row.secret);
        row.secret = NULL;
        if (!ok) {
            log_warn("factors_not_sealed", L_STR("reason", err.text));
            break;
        }
        svc->factors_sealed = !found;
    }
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
    if (!open_secret(svc, &row, &secret, err))
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
