/* Rows of mails, the audit log and deletions. */
#include <stdio.h>
#include <string.h>

#include "accounts/deletion_store.h"
#include "admin/admin_store.h"
#include "base/timefmt.h"
#include "code.h"
#include "tests/fake_store.h"

bool account_store_verify(struct pg_tx *tx, const char *user_id, const char *email_key,
                          struct err *err)
{
    (void)tx, (void)email_key;
    fake_account(user_id)->account.email_verified = true;
    return fake_reachable(err);
}

bool mail_store_add(struct pg_tx *tx, enum letter_kind kind, const char *email_key, struct err *err)
{
    (void)tx;
    snprintf(fake.mails[fake.mail_count++], sizeof fake.mails[0], "%s %s", letter_kind_name(kind),
             email_key);
    return fake_reachable(err);
}

bool mail_store_take(struct pg_tx *tx, int lease_s, struct mail_row *row, bool *found,
                     struct err *err)
{
    (void)tx, (void)lease_s, (void)row;
    *found = false;
    return fake_reachable(err);
}

bool mail_store_drop(struct pg_pool *db, const struct mail_row *row, struct err *err)
{
    (void)db, (void)row;
    return fake_reachable(err);
}

bool mail_store_later(struct pg_pool *db, const struct mail_row *row, int pause_s, struct err *err)
{
    (void)db, (void)row, (void)pause_s;
    return fake_reachable(err);
}

bool mail_code_add(struct pg_tx *tx, const struct mail_code *code, struct err *err)
{
    (void)tx;
    fake.codes[fake.code_count++] = *code;
    return fake_reachable(err);
}

bool mail_code_find(struct pg_pool *db, struct mail_code *code, bool *found, struct err *err)
{
    (void)db;
    *found = false;
    for (size_t i = 0; i < fake.code_count && !*found; i++) {
        *found = fake.codes[i].purpose == code->purpose &&
                 memcmp(fake.codes[i].hash, code->hash, CODE_HASH_SIZE) == 0;
        if (*found)
            *code = fake.codes[i];
    }
    return fake_reachable(err);
}

bool mail_code_use(struct pg_tx *tx, struct mail_code *code, bool *found, struct err *err)
{
    (void)tx;
    if (!mail_code_find(NULL, code, found, err))
        return false;
    for (size_t i = 0; *found && i < fake.code_count; i++)
        if (memcmp(fake.codes[i].hash, code->hash, CODE_HASH_SIZE) == 0)
            fake.codes[i] = fake.codes[--fake.code_count];
    return true;
}

bool audit_store_add(struct pg_tx *tx, const struct audit_entry *entry, struct err *err)
{
    (void)tx;
    fake.audit[fake.audit_count++] = *entry;
    return fake_reachable(err);
}

bool audit_store_note(struct pg_pool *db, const struct audit_entry *entry, struct err *err)
{
    (void)db;
    return audit_store_add(NULL, entry, err);
}

bool audit_store_list(struct pg_pool *db, const char *user_id, const char *before, size_t limit,
                      struct audit_entry *rows, size_t *count, struct err *err)
{
    (void)db;
    *count = 0;
    for (size_t i = fake.audit_count; i > 0 && *count < limit; i--) {
        const struct audit_entry *row = &fake.audit[i - 1];
        if ((user_id == NULL || strcmp(row->user_id, user_id) == 0) &&
            (before[0] == '\0' || strcmp(row->audit_id, before) < 0))
            rows[(*count)++] = *row;
    }
    return fake_reachable(err);
}

bool deletion_store_set(struct pg_tx *tx, const char *user_id, int64_t delete_at_us,
                        struct err *err)
{
    (void)tx;
    fake_account(user_id)->account.delete_at_us = delete_at_us;
    return fake_reachable(err);
}

bool deletion_store_undo(struct pg_tx *tx, const char *user_id, bool *undone, struct err *err)
{
    (void)tx;
    struct account_row *row = fake_account(user_id);
    *undone = row != NULL && row->account.delete_at_us != 0;
    if (*undone)
        row->account.delete_at_us = 0;
    return fake_reachable(err);
}

bool deletion_store_take(struct pg_tx *tx, struct deletion *due, bool *found, struct err *err)
{
    (void)tx;
    *found = false;
    for (size_t i = 0; i < fake.account_count && !*found; i++) {
        const struct account *account = &fake.accounts[i].account;
        *found = account->delete_at_us != 0 && account->delete_at_us <= time_now_us();
        memcpy(due->user_id, account->user_id, UUID_SIZE);
    }
    return fake_reachable(err);
}

bool deletion_store_postpone(struct pg_pool *db, const char *user_id, struct err *err)
{
    (void)db;
    fake_account(user_id)->account.delete_at_us += 900 * US_PER_S;
    return fake_reachable(err);
}

bool deletion_store_erase(struct pg_tx *tx, const struct deletion *due, struct err *err)
{
    (void)tx;
    struct account_row *row = fake_account(due->user_id);
    *row = fake.accounts[--fake.account_count];
    return fake_reachable(err);
}

bool account_store_look(struct pg_pool *db, const char *user_id, struct account_row *row,
                        bool *found, struct err *err)
{
    (void)db;
    const struct account_row *known = fake_account(user_id);
    *found = known != NULL;
    if (*found)
        *row = *known;
    return fake_reachable(err);
}

bool account_store_page(struct pg_pool *db, const char *before, size_t limit,
                        struct account_row *rows, size_t *count, struct err *err)
{
    (void)db;
    *count = 0;
    for (size_t i = fake.account_count; i > 0 && *count < limit; i--)
        if (before[0] == '\0' || strcmp(fake.accounts[i - 1].account.user_id, before) < 0)
            rows[(*count)++] = fake.accounts[i - 1];
    return fake_reachable(err);
}

bool admin_store_lock(struct pg_tx *tx, const char *user_id, bool locked, bool *changed,
                      struct err *err)
{
    (void)tx;
    struct account *account = &fake_account(user_id)->account;
    *changed = (account->locked_at_us != 0) != locked;
    account->locked_at_us = locked ? time_now_us() : 0;
    return fake_reachable(err);
}

bool admin_store_set_role(struct pg_tx *tx, const char *user_id, bool admin, bool *changed,
                          struct err *err)
{
    (void)tx;
    struct account *account = &fake_account(user_id)->account;
    *changed = account->admin != admin;
    account->admin = admin;
    return fake_reachable(err);
}

bool admin_store_admins(struct pg_pool *db, size_t limit, struct account_row *rows, size_t *count,
                        struct err *err)
{
    (void)db;
    *count = 0;
    for (size_t i = 0; i < fake.account_count && *count < limit; i++)
        if (fake.accounts[i].account.admin)
            rows[(*count)++] = fake.accounts[i];
    return fake_reachable(err);
}
