#include "expenses/reparsed_store.h"

#include "base/mem.h"
#include "expenses/expense_columns.h"
#include "expenses/parsed_refs.h"

/* Columns of reparsed_get after EXPENSE_COLUMNS. */
enum { PURGED = EXPENSE_COLUMN_COUNT, REVISION };

/* What a duplicate that was merged into it told, this text need not tell. */
#define FILLED                                                                                     \
    "EXISTS (SELECT FROM expense_link l WHERE l.user_id = $1 AND l.first_id = $2"                  \
    " AND l.kind = 'duplicate')"

static const struct pg_statement rows[] = {
    {"reparsed_lock", "SELECT FROM expense WHERE user_id = $1 AND message_id = $2 FOR UPDATE"},
    {"reparsed_get",
     "SELECT " EXPENSE_COLUMNS ", e.purged, coalesce(e.revision, 1) FROM expense e" EXPENSE_JOINS
     " WHERE e.user_id = $1 AND e.message_id = $2"},
    {"reparsed_refs",
     "SELECT m.id, m.name, c.id, c.name, a.id, a.name, a.last4 FROM (SELECT $1::uuid AS user_id) u"
     " LEFT JOIN merchant_alias l ON l.user_id = u.user_id AND lower(l.name) = lower($2)"
     " LEFT JOIN merchant m ON m.user_id = u.user_id AND m.id = coalesce(l.merchant_id,"
     "  (SELECT n.id FROM merchant n WHERE n.user_id = u.user_id AND lower(n.name) = lower($2)))"
     " LEFT JOIN category c ON c.user_id = u.user_id AND c.key = $3"
     " LEFT JOIN account a ON a.user_id = u.user_id AND $7"
     "  AND a.id = account_of(u.user_id, $4, $5, $6)"},
    {"reparsed_set",
     "UPDATE expense SET fingerprint = $3, revision = $4, parser = $5, confidence = $6, class = $7,"
     "       channel = $8, merchant_raw = $10,"
     "       reference = CASE WHEN " FILLED " THEN coalesce($9, reference) ELSE $9 END,"
     "       balance_minor = CASE WHEN " FILLED " THEN coalesce($11, balance_minor) ELSE $11 END,"
     "       limit_minor = $12, possible_duplicate_of = $13, second_account = $14"
     " WHERE user_id = $1 AND id = $2"},
    {"reparsed_seen", "UPDATE expense SET revision = $3 WHERE user_id = $1 AND message_id = $2"},
};
const struct pg_statements reparsed_statements = {TABLE(rows)};

bool reparsed_store_lock(struct pg_tx *tx, const char *user_id, const char *message_id,
                         struct reparsed_row *out, bool *found, struct err *err)
{
    struct pg_result **result = &out->row.result;
    if (!pg_exec_change(tx, "reparsed_lock", PARAMS(P_STR(user_id), P_STR(message_id)), found, err))
        return false;
    if (!*found)
        return true;
    if (!pg_exec(tx, "reparsed_get", PARAMS(P_STR(user_id), P_STR(message_id)), result, err))
        return false;
    out->purged = pg_bool(*result, 0, PURGED);
    out->revision = pg_int(*result, 0, REVISION);
    expense_from_row(*result, 0, &out->row.expense);
    return true;
}

bool reparsed_store_refs(struct pg_tx *tx, const struct parsed *parsed, struct pg_result **result,
                         struct reparsed_refs *out, struct err *err)
{
    if (!parsed_refs_make(tx, parsed, err) ||
        !pg_exec(tx, "reparsed_refs",
                 PARAMS(P_STR(parsed->user_id), P_STR(parsed->merchant),
                        P_STR(parsed->category_key), P_STR(parsed->bank), P_STR(parsed->last4),
                        P_STR(parsed->account_type), P_BOOL(parsed->account_name[0] != '\0')),
                 result, err))
        return false;
    *out = (struct reparsed_refs){.merchant = {pg_str(*result, 0, 0), pg_str(*result, 0, 1)},
                                  .category = {pg_str(*result, 0, 2), pg_str(*result, 0, 3)},
                                  .account = {pg_str(*result, 0, 4), pg_str(*result, 0, 5)},
                                  .last4 = pg_str(*result, 0, 6)};
    return true;
}

bool reparsed_store_set(struct pg_tx *tx, const char *expense_id, const struct parsed *parsed,
                        struct err *err)
{
    return pg_exec(tx, "reparsed_set",
                   PARAMS(P_STR(parsed->user_id), P_STR(expense_id), P_STR(parsed->fingerprint),
                          P_INT(parsed->revision), P_STR(parsed->parser), P_INT(parsed->confidence),
                          P_STR(parsed->class), P_STR(parsed->channel), P_STR(parsed->reference),
                          P_STR(parsed->merchant_raw),
                          parsed->has_balance ? P_INT(parsed->balance_minor) : P_NULL,
                          parsed->has_limit ? P_INT(parsed->limit_minor) : P_NULL,
                          P_STR(parsed->possible_duplicate_of), P_STR(parsed->second_account)),
                   NULL, err);
}

bool reparsed_store_seen(struct pg_tx *tx, const char *user_id, const char *message_id,
                         int64_t revision, struct err *err)
{
    return pg_exec(tx, "reparsed_seen", PARAMS(P_STR(user_id), P_STR(message_id), P_INT(revision)),
                   NULL, err);
}
