/* The second factor's rows, of one user at a time. */
#include <stdlib.h>
#include <string.h>

#include "tests/fake_store.h"

void totp_row_fini(struct totp_row *row)
{
    free(row->secret);
    *row = (struct totp_row){.secret = NULL};
}

static void copy(const struct totp_row *from, struct totp_row *to)
{
    *to = *from;
    if (from->secret != NULL) {
        to->secret = malloc(from->secret_len);
        memcpy(to->secret, from->secret, from->secret_len);
    }
}

bool totp_store_lock(struct pg_tx *tx, const char *user_id, struct totp_row *row, bool *found,
                     struct err *err)
{
    (void)tx;
    *found = strcmp(fake.totp_user, user_id) == 0;
    copy(&fake.totp, row);
    return fake_reachable(err);
}

bool totp_store_begin(struct pg_tx *tx, const struct totp_row *row, bool *begun, struct err *err)
{
    (void)tx;
    *begun = !fake.totp.confirmed;
    if (*begun) {
        totp_row_fini(&fake.totp);
        copy(row, &fake.totp);
        memcpy(fake.totp_user, row->user_id, UUID_SIZE);
        fake.totp_step = 0;
    }
    return fake_reachable(err);
}

bool totp_store_next_stale(struct pg_tx *tx, const unsigned char *key_id, struct totp_row *row,
                           bool *found, struct err *err)
{
    (void)tx;
    *found = fake.totp_user[0] != '\0' && strcmp(row->user_id, fake.totp_user) < 0 &&
             (!fake.totp.sealed || memcmp(fake.totp.key_id, key_id, TOTP_KEY_ID_SIZE) != 0);
    if (*found)
        copy(&fake.totp, row);
    return fake_reachable(err);
}

bool totp_store_reseal(struct pg_tx *tx, const struct totp_row *row, struct err *err)
{
    (void)tx;
    totp_row_fini(&fake.totp);
    copy(row, &fake.totp);
    return fake_reachable(err);
}

bool totp_store_confirm(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx;
    fake.totp.confirmed = fake_account(user_id)->has_totp = true;
    return fake_reachable(err);
}

bool totp_store_use(struct pg_tx *tx, const char *user_id, int64_t step, bool *fresh,
                    struct err *err)
{
    (void)tx, (void)user_id;
    *fresh = step > fake.totp_step;
    if (*fresh)
        fake.totp_step = step;
    return fake_reachable(err);
}

bool totp_store_remove(struct pg_tx *tx, const char *user_id, bool *removed, struct err *err)
{
    (void)tx;
    *removed = strcmp(fake.totp_user, user_id) == 0;
    totp_row_fini(&fake.totp);
    fake.totp_user[0] = '\0';
    fake.recovery_count = 0;
    fake_account(user_id)->has_totp = false;
    return fake_reachable(err);
}

bool totp_store_status(struct pg_pool *db, const char *user_id, bool *enabled, int64_t *codes_left,
                       struct err *err)
{
    (void)db;
    *enabled = strcmp(fake.totp_user, user_id) == 0 && fake.totp.confirmed;
    *codes_left = (int64_t)fake.recovery_count;
    return fake_reachable(err);
}

bool recovery_store_add(struct pg_tx *tx, const char *user_id, const unsigned char *hash,
                        struct err *err)
{
    (void)tx, (void)user_id;
    memcpy(fake.recovery[fake.recovery_count++], hash, RECOVERY_HASH_SIZE);
    return fake_reachable(err);
}

bool recovery_store_use(struct pg_tx *tx, const char *user_id, const unsigned char *hash,
                        bool *used, struct err *err)
{
    (void)tx, (void)user_id;
    *used = false;
    for (size_t i = 0; i < fake.recovery_count && !*used; i++) {
        *used = memcmp(fake.recovery[i], hash, RECOVERY_HASH_SIZE) == 0;
        if (*used)
            memmove(fake.recovery[i], fake.recovery[--fake.recovery_count], RECOVERY_HASH_SIZE);
    }
    return fake_reachable(err);
}

bool challenge_store_add(struct pg_pool *db, const struct challenge *challenge, struct err *err)
{
    (void)db;
    fake.challenge = *challenge;
    fake.has_challenge = true;
    fake.challenge_tries = 0;
    return fake_reachable(err);
}

bool challenge_store_find(struct pg_pool *db, struct challenge *challenge, bool *found,
                          struct err *err)
{
    (void)db;
    *found = fake.has_challenge &&
             memcmp(fake.challenge.hash, challenge->hash, CHALLENGE_HASH_SIZE) == 0;
    if (*found)
        *challenge = fake.challenge;
    return fake_reachable(err);
}

bool challenge_store_try(struct pg_pool *db, const struct challenge *challenge, bool *left,
                         struct err *err)
{
    (void)db, (void)challenge;
    *left = fake.challenge_tries++ < CHALLENGE_TRIES;
    return fake_reachable(err);
}

bool challenge_store_drop(struct pg_tx *tx, const struct challenge *challenge, bool *dropped,
                          struct err *err)
{
    (void)tx, (void)challenge;
    *dropped = fake.has_challenge;
    fake.has_challenge = false;
    return fake_reachable(err);
}
