#include "accounts/account_store.h"

#include <string.h>

#include "base/mem.h"

/* clang-format off */
static const struct pg_statement rows[] = {
    {"account_add",
     "INSERT INTO account (user_id, id, name, bank, last4, type, hand_name, opening_minor,"
     "  opening_currency, opening_at)"
     " SELECT $1, $2, $3, $4, $5, $6, CASE WHEN $4 = '' AND $5 = '' THEN lower($3) ELSE '' END,"
     "  $7, $8, $9 WHERE (SELECT count(*) FROM account WHERE user_id = $1) < $10 RETURNING id"},
    /* As merchant_lock. */
    {"account_lock", "SELECT version FROM account WHERE user_id = $1 AND id = $2 FOR NO KEY UPDATE"},
    {"account_save",
     "UPDATE account SET name = coalesce($3, name),"
     "  hand_name = CASE WHEN hand_name <> '' THEN lower(coalesce($3, name)) ELSE '' END,"
     "  opening_minor = CASE WHEN $4::boolean THEN $5 ELSE opening_minor END,"
     "  opening_currency = CASE WHEN $4::boolean THEN $6 ELSE opening_currency END,"
     "  opening_at = CASE WHEN $4::boolean THEN $7 ELSE opening_at END,"
     "  updated_at = now(), version = version + 1 WHERE user_id = $1 AND id = $2"},
    {"account_delete", "DELETE FROM account WHERE user_id = $1 AND id = $2 AND NOT EXISTS"
                       " (SELECT FROM expense WHERE user_id = $1 AND account_id = $2)"},
};
/* clang-format on */
const struct pg_statements account_statements = {TABLE(rows)};

static struct pg_param opening_minor(const struct account_input *input)
{
    return input->has_opening ? P_INT(input->opening.minor) : P_NULL;
}

static struct pg_param opening_time(const struct account_input *input)
{
    return input->has_opening ? P_TIME(input->opening_us) : P_NULL;
}

static bool taken(struct err *err)
{
    if (err->code == ERR_CONFLICT && strcmp(err->name, "account_seen") == 0)
        err_set_name(err, ERR_CONFLICT, "account_exists", "you have this account already");
    return false;
}

bool account_store_add(struct pg_tx *tx, const char *user_id, const char *id,
                       const struct account_input *input, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "account_add",
                 PARAMS(P_STR(user_id), P_STR(id), P_STR(input->name), P_STR(input->bank),
                        P_STR(input->last4), P_STR(input->type), opening_minor(input),
                        P_STR(input->has_opening ? input->opening.currency : NULL),
                        opening_time(input), P_INT(ACCOUNTS_MAX)),
                 &result, err))
        return taken(err);
    return pg_rows(result) > 0 || err_set_name(err, ERR_CONFLICT, "too_many_accounts",
                                               "a person can have %d accounts", ACCOUNTS_MAX);
}

bool account_store_lock(struct pg_tx *tx, const char *user_id, const char *id, int64_t *version,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "account_lock", PARAMS(P_STR(user_id), P_STR(id)), &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such account");
    *version = pg_int(result, 0, 0);
    return true;
}

bool account_store_save(struct pg_tx *tx, const char *user_id, const char *id,
                        const struct account_input *input, struct err *err)
{
    return pg_exec(tx, "account_save",
                   PARAMS(P_STR(user_id), P_STR(id), P_STR(input->name),
                          P_BOOL(input->opening_given), opening_minor(input),
                          P_STR(input->has_opening ? input->opening.currency : NULL),
                          opening_time(input)),
                   NULL, err) ||
           taken(err);
}

bool account_store_delete(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    bool gone;
    return pg_exec_change(tx, "account_delete", PARAMS(P_STR(user_id), P_STR(id)), &gone, err) &&
           (gone || err_set_name(err, ERR_CONFLICT, "account_in_use",
                                 "entries are of this account, perhaps in the trash"));
}
