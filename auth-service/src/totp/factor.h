/* factor - a person's second factor: its secret sealed and opened, a code of it or a recovery code
 * used. Secrets are sealed under AUTH_KEY_ENCRYPTION_KEY, as the signing keys are, and anew when it
 * changed. */
#pragma once
#include "auth.h"
#include "totp/totp_store.h"

/* A new secret, begun in tx; *begun is false when there is a confirmed one. */
must_check bool factor_begin(struct svc *svc, struct pg_tx *tx, const char *user_id,
                             char secret[static TOTP_SECRET_SIZE], bool *begun, struct err *err);

enum factor_outcome {
    FACTOR_WRONG,    /* or used before, or there is no factor */
    FACTOR_CODE,     /* used up in tx, with all before it */
    FACTOR_RECOVERY, /* used up in tx */
};
/* confirmed: whether one that is confirmed is asked for, or one that is begun, which has no
 * recovery codes. */
must_check bool factor_use(struct svc *svc, struct pg_tx *tx, const char *user_id, const char *code,
                           bool confirmed, enum factor_outcome *outcome, struct err *err);
/* Housekeeping: seals what is in clear, or under the key before, until all of it is done. */
void factors_seal_anew(struct svc *svc);
/* Confirms the one begun; *codes is an array of new recovery codes, the caller's, a secret. */
must_check bool factor_confirm(struct pg_tx *tx, const char *user_id, json_t **codes,
                               struct err *err);
