#include "accounts/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/money.h"
#include "insight/summary.h"

/* clang-format off */
/* The balance is the bank's word; where it says none, what the entries since the opening make. */
#define ACCOUNTS                                                                                   \
    "SELECT a.id, a.name, a.bank, a.last4, a.type, coalesce(t.balance_minor, r.minor),"            \
    " coalesce(t.currency, a.opening_currency), t.told_us, a.opening_minor, a.opening_currency, "  \
    PG_US("a.opening_at") ", a.version"                                                            \
    " FROM account a LEFT JOIN LATERAL ("                                                          \
    "  SELECT e.balance_minor, e.currency, " PG_US("e.occurred_at") " AS told_us"                  \
    "  FROM expense e WHERE e.user_id = a.user_id AND e.account_id = a.id"                         \
    "   AND e.balance_minor IS NOT NULL AND e.deleted_at IS NULL"                                  \
    "  ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1) AS t ON true"                               \
    " LEFT JOIN LATERAL (SELECT a.opening_minor + coalesce(sum(CASE e.direction"                   \
    "   WHEN 'credit' THEN e.amount_minor ELSE -e.amount_minor END), 0) AS minor FROM expense e"   \
    "  WHERE t.balance_minor IS NULL AND a.opening_minor IS NOT NULL AND e.user_id = a.user_id"    \
    "   AND e.account_id = a.id AND e.currency = a.opening_currency AND e.deleted_at IS NULL"      \
    "   AND e.occurred_at >= a.opening_at) AS r ON true WHERE a.user_id = "
/* clang-format on */

const int account_page_cols[] = {0}, gap_page_cols[] = {1, 0};

void account_query(const char *user_id, const struct page *page, struct query *query)
{
    query_add(query, ACCOUNTS, P_STR(user_id), "::uuid");
    if (page->keys[0] != NULL)
        query_add(query, " AND a.id > ", P_STR(page->keys[0]), "::uuid");
    query_add(query, " ORDER BY a.id LIMIT ", P_INT(page->limit + 1), "::bigint");
}

void account_query_one(const char *user_id, const char *id, struct query *query)
{
    query_add(query, ACCOUNTS, P_STR(user_id), "::uuid");
    query_add(query, " AND a.id = ", P_STR(id), "::uuid");
}

static json_t *amount(const char *minor, const char *currency)
{
    char text[SUMMARY_AMOUNT_SIZE];
    summary_amount(minor, currency_exponent(currency), text);
    return json_pack("{s:s, s:s}", "amount", text, "currency", currency);
}

void account_input_read(const json_t *body, bool is_patch, struct account_input *out,
                        struct fields *fields)
{
    static const char *const created[] = {"name", "bank", "last4", "type", "opening", NULL};
    static const char *const patched[] = {"name", "opening", NULL};
    const json_t *opening = json_object_get(body, "opening");
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    *out = (struct account_input){.bank = "", .last4 = "", .type = ""};
    json_read_known(&reader, is_patch ? patched : created);
    bool named = json_read_str(&reader, "name", is_patch ? JSON_OPTIONAL : JSON_REQUIRED, 1,
                               ACCOUNT_NAME_MAX, &out->name);
    if ((named && out->name[strspn(out->name, " \t\r\n")] == '\0') ||
        (is_patch && json_is_null(json_object_get(body, "name"))))
        field_error(fields, "/name", "blank", "must not be blank");
    json_read_str(&reader, "bank", JSON_OPTIONAL, 0, ACCOUNT_NAME_MAX, &out->bank);
    json_read_str(&reader, "last4", JSON_OPTIONAL, 0, 20, &out->last4);
    json_read_str(&reader, "type", JSON_OPTIONAL, 0, 40, &out->type);
    out->opening_given = opening != NULL;
    if (!json_read_object(&reader, "opening", JSON_OPTIONAL, &opening))
        return;
    struct json_reader inner = {.object = opening, .prefix = "/opening", .fields = fields};
    json_read_known(&inner, (const char *const[]){"balance", "at", NULL});
    out->has_opening = json_read_money(&inner, "balance", JSON_REQUIRED, &out->opening);
    out->has_opening &= json_read_time(&inner, "at", JSON_REQUIRED, &out->opening_us);
}

json_t *account_to_json(const struct pg_result *result, size_t n)
{
    json_t *opening = json_null();
    if (!pg_is_null(result, n, 8))
        opening =
            json_pack("{s:o, s:o}", "balance", amount(pg_str(result, n, 8), pg_str(result, n, 9)),
                      "at", json_time(pg_int(result, n, 10)));
    const char *balance = pg_str(result, n, 5);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "id", pg_str(result, n, 0), "name",
                     pg_str(result, n, 1), "bank", pg_str(result, n, 2), "last4",
                     pg_str(result, n, 3), "type", pg_str(result, n, 4), "balance",
                     balance != NULL ? amount(balance, pg_str(result, n, 6)) : json_null(),
                     "balance_told_at",
                     pg_is_null(result, n, 7) ? json_null() : json_time(pg_int(result, n, 7)),
                     "opening", opening);
}

/* A stretch ends with a text that told a balance and holds the entries since the one before. */
#define MOVED                                                                                      \
    "WITH moved AS (SELECT e.id, e.occurred_at, e.currency, e.balance_minor,"                      \
    "  CASE e.direction WHEN 'credit' THEN e.amount_minor ELSE -e.amount_minor END AS moved,"      \
    "  count(e.balance_minor) OVER (ORDER BY e.occurred_at, e.id"                                  \
    "   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS stretch"                              \
    " FROM expense e JOIN account a ON a.user_id = e.user_id AND a.id = e.account_id"              \
    " WHERE a.type <> 'credit_card' AND e.deleted_at IS NULL AND e.user_id = "
#define TOLD "(WHERE balance_minor IS NOT NULL)"
#define STRETCHES                                                                                  \
    "), stretches AS (SELECT stretch, sum(moved) AS moved, max(currency) AS currency,"             \
    "  min(currency) = max(currency) AS pure, max(balance_minor) AS balance,"                      \
    "  max(currency) FILTER " TOLD " AS told_currency,"                                            \
    "  max(occurred_at) FILTER " TOLD " AS at, (array_agg(id) FILTER " TOLD ")[1] AS id"           \
    " FROM moved GROUP BY stretch HAVING count(balance_minor) = 1),"                               \
    " pairs AS (SELECT s.*, lag(id) OVER w AS before_id, lag(at) OVER w AS before_at,"             \
    "  lag(balance) OVER w AS before_balance, lag(told_currency) OVER w AS before_currency"        \
    " FROM stretches s WINDOW w AS (ORDER BY stretch))"                                            \
    " SELECT id, " PG_US("at") ", balance, before_id, " PG_US(                                     \
        "before_at") ", before_balance,"                                                           \
                     "  currency, CASE WHEN balance < before_balance + moved THEN 'debit' ELSE "   \
                     "'credit' END, abs(balance - before_balance - moved)"                         \
                     " FROM pairs WHERE pure AND before_currency = currency AND balance <> "       \
                     "before_balance + moved"

void gap_query(const char *user_id, const char *account_id, const struct range *range,
               const struct page *page, struct query *query)
{
    query_add(query, MOVED, P_STR(user_id), "::uuid");
    query_add(query, " AND e.account_id = ", P_STR(account_id), "::uuid");
    query_add_range(query, range);
    buf_addf(&query->sql, "%s", STRETCHES);
    if (page->keys[0] != NULL) {
        query_add(query, " AND (at, id) < (", P_TIME(strtoll(page->keys[0], NULL, 10)),
                  "::timestamptz");
        query_add(query, ", ", P_STR(page->keys[1]), "::uuid)");
    }
    query_add(query, " ORDER BY at DESC, id DESC LIMIT ", P_INT(page->limit + 1), "::bigint");
}

static json_t *told(const struct pg_result *result, size_t n, int col)
{
    return json_pack("{s:s, s:o, s:o}", "expense_id", pg_str(result, n, col), "occurred_at",
                     json_time(pg_int(result, n, col + 1)), "balance",
                     amount(pg_str(result, n, col + 2), pg_str(result, n, 6)));
}

json_t *gap_to_json(const struct pg_result *result, size_t n)
{
    return json_pack("{s:o, s:o, s:{s:s, s:o}}", "after", told(result, n, 3), "before",
                     told(result, n, 0), "missing", "direction", pg_str(result, n, 7), "amount",
                     amount(pg_str(result, n, 8), pg_str(result, n, 6)));
}
