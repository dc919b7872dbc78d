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
    " category_id, account_id, note, tags, splits, origins, message_id, revision, parser, "        \
    "confidence,"                                                                                  \
    " class, channel, reference, merchant_raw, " BALANCE ", " CREDIT_LIMIT ","                     \
    " possible_duplicate_of, second_account, merged_into, version, created_at, updated_at, "       \
    "deleted_at, import_id"

#define CHANGE "expense_id, version, action, actor, changes, source_id, created_at"
#define CHANGE_KEY "(split_part($2::text, ' ', 1)::uuid, split_part($2::text, ' ', 2)::bigint)"

#define LINK_KEY "(split_part($2::text, ' ', 1)::uuid, split_part($2::text, ' ', 2)::uuid)"

static const struct export_table rows[] = {
    {"settings", "", EXPORT_ONE("base_currency, time_zone, month_start, created_at", "owner")},
    {"categories", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("parent_id, key, name, icon, colour, position, created_at, updated_at",
                  "category")},
    {"merchants", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("name, category_id, category_by, taught_at, created_at, updated_at", "merchant")},
    {"merchant_aliases", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("merchant_id, name, created_at", "merchant_alias")},
    {"accounts", EXPORT_FIRST_UUID,
     EXPORT_BY_ID(
         "bank, last4, type, name, opening_minor, opening_currency, opening_at, created_at,"
         " updated_at",
         "account")},
    {"rules", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("name, enabled, stop, position, conditions, actions, created_at, updated_at",
                  "rule")},
    {"budgets", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("name, amount_minor, currency, scope, category_id, tag, period, rollover,"
                  " starts_on, ends_on, thresholds, created_at, updated_at",
                  "budget")},
    {"expenses", EXPORT_FIRST_UUID,
     EXPORT_ROWS("id, " EXPENSE, "expense", "user_id = $1::uuid AND id > $2::uuid AND NOT purged",
                 "id", "r.id::text")},
    {"imports", EXPORT_FIRST_UUID,
     EXPORT_BY_ID(
         "format, state, whole, duplicates, layout, headers, size, rows, created, duplicate,"
         " failed, undone, encoding, created_at, changed_at",
         "import")},
    {"import_rows", EXPORT_FIRST_UUID " 0",
     EXPORT_ROWS("import_id, number, line, status, code, field, expense_id", "import_row",
                 "user_id = $1::uuid AND (import_id, number) > " CHANGE_KEY, "import_id, number",
                 "r.import_id || ' ' || r.number")},
    {"import_layouts", "",
     EXPORT_ROWS("headers, layout, used_at", "import_layout",
                 "user_id = $1::uuid AND headers > $2::text", "headers", "r.headers")},
    {"rule_jobs", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("rule_id, state, looked, changed, created_at, finished_at", "rule_job")},
    {"budgets_crossed", EXPORT_FIRST_UUID " 0001-01-01 0",
     EXPORT_ROWS("budget_id, period_from, threshold", "budget_crossed",
                 "user_id = $1::uuid AND (budget_id, period_from, threshold) > "
                 "(split_part($2::text, ' ', 1)::uuid,"
                 " split_part($2::text, ' ', 2)::date, split_part($2::text, ' ', 3)::int)",
                 "budget_id, period_from, threshold",
                 "r.budget_id || ' ' || r.period_from || ' ' || r.threshold")},
    {"gaps_told", EXPORT_FIRST_UUID,
     EXPORT_ROWS("expense_id", "gap_told", "user_id = $1::uuid AND expense_id > $2::uuid",
                 "expense_id", "r.expense_id::text")},
    {"recurring_dismissed", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("merchant_id, currency, direction, period, amount_minor, created_at",
                  "recurring_dismissed")},
    {"tags", "",
     EXPORT_ROWS("name", "expense_tag", "user_id = $1::uuid AND name > $2::text", "name",
                 "r.name")},
    {"rates", "",
     EXPORT_ROWS("base, quote, day, rate", "rate",
                 "user_id = $1::uuid AND base || quote || day > $2::text", "base || quote || day",
                 "r.base || r.quote || r.day")},
    {"expense_changes", EXPORT_FIRST_UUID " 0",
     EXPORT_ROWS(CHANGE, "expense_change",
                 "user_id = $1::uuid AND (expense_id, version) > " CHANGE_KEY,
                 "expense_id, version", "r.expense_id || ' ' || r.version")},
    {"expense_links", EXPORT_FIRST_UUID " " EXPORT_FIRST_UUID,
     EXPORT_ROWS("first_id, second_id, kind, actor, strength, reasons, undo, created_at",
                 "expense_link", "user_id = $1::uuid AND (first_id, second_id) > " LINK_KEY,
                 "first_id, second_id", "r.first_id || ' ' || r.second_id")},
    {"link_suggestions", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("kind, first_id, second_id, strength, reasons, status, created_at, decided_at",
                  "link_suggestion")},
};
const struct export_tables owner_exports = {TABLE(rows)};
