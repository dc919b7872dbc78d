#include "owners/owner_export.h"

#include "base/mem.h"

/* How many decimals an expense's currency has: thousandths against minor units tell it. Not by a
 * logarithm, which took half of the time of a page. */
#define DECIMALS                                                                                   \
    "CASE amount_milli / amount_minor WHEN 1 THEN 3 WHEN 10 THEN 2 WHEN 100 THEN 1 ELSE 0 END"
/* Minor units of that currency as people write them: 450.00. */
#define DECIMAL(minor)                                                                             \
    "round(" minor "::numeric * (amount_milli / amount_minor) / 1000, " DECIMALS ")::text"
#define NAME_OF(table)                                                                             \
    "(SELECT name FROM " table " AS of WHERE of.user_id = expense.user_id"                         \
    " AND of.id = expense." table "_id) AS " table

#define AMOUNT DECIMAL("amount_minor") " AS amount"
#define BALANCE DECIMAL("balance_minor") " AS balance"
#define CREDIT_LIMIT DECIMAL("limit_minor") " AS credit_limit"
#define NAMES NAME_OF("merchant") ", " NAME_OF("category") ", " NAME_OF("account")

/* Deleted expenses are still held, so they are told, with deleted_at. Categories and the like by
 * name besides their ids, since a person reads the file of expenses first. */
#define EXPENSE                                                                                    \
    "type, direction, status, source, " AMOUNT ", currency, occurred_at, " NAMES ", merchant_id,"  \
    " category_id, account_id, note, tags, origins, message_id, revision, parser, confidence,"     \
    " class, channel, reference, merchant_raw, " BALANCE ", " CREDIT_LIMIT ","                     \
    " possible_duplicate_of, version, created_at, updated_at, deleted_at"

#define CHANGE "expense_id, version, action, actor, changes, created_at"
#define CHANGE_KEY "(split_part($2::text, ' ', 1)::uuid, split_part($2::text, ' ', 2)::bigint)"

static const struct export_table rows[] = {
    {"settings", "", EXPORT_ONE("base_currency, time_zone, month_start, created_at", "owner")},
    {"categories", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("parent_id, key, name, icon, colour, position, created_at, updated_at",
                  "category")},
    {"merchants", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("name, category_id, created_at, updated_at", "merchant")},
    {"accounts", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("bank, last4, type, name, created_at, updated_at", "account")},
    {"expenses", EXPORT_FIRST_UUID,
     EXPORT_ROWS("id, " EXPENSE, "expense", "user_id = $1::uuid AND id > $2::uuid AND NOT purged",
                 "id", "r.id::text")},
    {"expense_changes", EXPORT_FIRST_UUID " 0",
     EXPORT_ROWS(CHANGE, "expense_change",
                 "user_id = $1::uuid AND (expense_id, version) > " CHANGE_KEY,
                 "expense_id, version", "r.expense_id || ' ' || r.version")},
};
const struct export_tables owner_exports = {TABLE(rows)};
