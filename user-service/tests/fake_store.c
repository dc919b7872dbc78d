#include "fake_store.h"

#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "events/outbox.h"
#include "identity/verify.h"
#include "profile_store.h"

struct fake fake;
static int tx_mark;

void fake_reset(void)
{
    json_drop(&fake.last_data);
    fake = (struct fake){.caller = {.user_id = "01a20b38-7d30-7a8b-8ed3-d4da7364439d",
                                    .email = "claims@example.org",
                                    .name = "From Claims",
                                    .scope = "profile:read profile:write"}};
}

bool verifier_check(struct verifier *verifier, const char *token, int64_t now_s,
                    struct identity *out, struct err *err)
{
    (void)verifier;
    (void)now_s;
    if (strcmp(token, "good") != 0)
        return err_set_name(err, ERR_UNAUTHORIZED, "token_invalid", "no");
    *out = fake.caller;
    out->expires_at = INT64_MAX / 2000000;
    return true;
}

bool pg_begin(struct pg_pool *pool, struct pg_tx **tx, struct err *err)
{
    (void)pool;
    (void)err;
    fake.begun++;
    *tx = (struct pg_tx *)&tx_mark;
    return true;
}

bool pg_commit(struct pg_tx **tx, struct err *err)
{
    (void)err;
    fake.committed++;
    *tx = NULL;
    return true;
}

void pg_tx_drop(struct pg_tx **tx)
{
    *tx = NULL;
}

bool outbox_add(struct pg_tx *tx, const struct outbox_event *ev, struct err *err)
{
    (void)tx;
    (void)err;
    fake.published++;
    snprintf(fake.last_type, sizeof fake.last_type, "%s", ev->type);
    json_drop(&fake.last_data);
    fake.last_data = json_deep_copy(ev->data);
    return true;
}

bool profile_store_find(struct pg_pool *db, const char *user_id, struct profile *out, bool *found,
                        struct err *err)
{
    (void)db;
    (void)err;
    *found = fake.there && strcmp(fake.row.user_id, user_id) == 0;
    if (*found)
        *out = fake.row;
    return true;
}

bool profile_store_lock(struct pg_tx *tx, const char *user_id, struct profile *out, bool *found,
                        struct err *err)
{
    (void)tx;
    return profile_store_find(NULL, user_id, out, found, err);
}

bool profile_store_add(struct pg_tx *tx, const struct profile *profile, bool *added,
                       struct err *err)
{
    (void)tx;
    (void)err;
    *added = !fake.there;
    if (*added)
        fake.row = *profile;
    fake.there = true;
    return true;
}

bool profile_store_save(struct pg_tx *tx, struct profile *profile, struct err *err)
{
    (void)tx;
    (void)err;
    profile->version++;
    fake.row = *profile;
    return true;
}

bool profile_store_note_account(struct pg_tx *tx, const struct profile *profile, struct err *err)
{
    (void)tx;
    (void)err;
    fake.row.account_sequence = profile->account_sequence;
    return true;
}

bool profile_store_erase(struct pg_tx *tx, const char *user_id, bool *changed, struct err *err)
{
    (void)tx;
    (void)err;
    *changed = !fake.row.deleted;
    fake.row = (struct profile){.deleted = true, .version = fake.row.version + 1};
    memcpy(fake.row.user_id, user_id, UUID_SIZE);
    fake.there = true;
    return true;
}
