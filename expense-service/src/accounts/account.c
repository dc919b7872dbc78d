#include "accounts/account.h"

#include <stdlib.h>

#include "base/json_util.h"
#include "base/money.h"
#include "insight/summary.h"

#define ACCOUNTS                                                                                   \
    "SELECT a.id, a.name, a.bank, a.last4, a.type, t.balance_minor, t.currency, t.told_us"         \
    " FROM account a LEFT JOIN LATERAL ("                                                          \
    "  SELECT e.balance_minor, e.currency, " PG_US(                                                \
        "e.occurred_at") " AS told_us"                                                             \
                         "  FROM expense e WHERE e.user_id = a.user_id AND e.account_id = a.id"    \
                         "   AND e.balance_minor IS NOT NULL AND e.deleted_at IS NULL"             \
                         "  ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1) AS t ON true WHERE "   \
                         "a.user_id = "

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

json_t *account_to_json(const struct pg_result *result, size_t n)
{
    const char *balance = pg_str(result, n, 5);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "id", pg_str(result, n, 0), "name",
                     pg_str(result, n, 1), "bank", pg_str(result, n, 2), "last4",
                     pg_str(result, n, 3), "type", pg_str(result, n, 4), "balance",
                     balance != NULL ? amount(balance, pg_str(result, n, 6)) : json_null(),
                     "balance_told_at",
                     balance != NULL ? json_time(pg_int(result, n, 7)) : json_null());
}

const char *account_row_id(const struct pg_result *result, size_t n)
{
    return pg_str(result, n, 0);
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

void gap_row_keys(const struct pg_result *result, size_t n, const char *keys[static 2])
{
    keys[0] = pg_str(result, n, 1);
    keys[1] = pg_str(result, n, 0);
}
