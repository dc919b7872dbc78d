#include "exchange/ledger_rows_store.h"

#include <string.h>

#include "expenses/expense_columns.h"

static const char columns[] =
    "SELECT e.id, e.occurred_at, e.type, e.direction, e.status, e.source, e.amount_minor,"
    " e.currency, m.name, c.name, a.name, a.last4, e.note, e.tags, e.reference,"
    " (" EXPENSE_SPLITS ")::text FROM ("
    " SELECT e.user_id, e.id, e.occurred_at, e.type, e.direction, e.status, e.source,"
    "  e.amount_minor, e.currency, e.merchant_id, e.category_id, e.account_id, e.note, e.reference,"
    "  e.splits,"
    "  CASE WHEN e.tags = '[]' THEN NULL ELSE e.tags::text END AS tags"
    " FROM expense e WHERE e.user_id = ";
/* Names are joined to the page, not to the ledger. */
static const char joins[] =
    ") e LEFT JOIN merchant m ON m.user_id = e.user_id AND m.id = e.merchant_id"
    " LEFT JOIN category c ON c.user_id = e.user_id AND c.id = e.category_id"
    " LEFT JOIN account a ON a.user_id = e.user_id AND a.id = e.account_id ORDER BY e.id";

static void add_filter(const struct ledger_filter *filter, struct query *query)
{
    query_add_range(query, &filter->range);
    if (filter->account_id != NULL)
        query_add(query, " AND e.account_id = ", P_STR(filter->account_id), "::uuid");
    if (filter->no_account)
        buf_addf(&query->sql, " AND e.account_id IS NULL");
    if (filter->currency != NULL)
        query_add(query, " AND e.currency = ", P_STR(filter->currency), "");
}

static void build(const struct ledger_filter *filter, const char *after, struct query *query)
{
    query_add(query, columns, P_STR(filter->user_id), "::uuid AND e.deleted_at IS NULL");
    if (*after != '\0')
        query_add(query, " AND e.id > ", P_STR(after), "::uuid");
    add_filter(filter, query);
    query_add(query, " ORDER BY e.user_id, e.id LIMIT ", P_INT(LEDGER_PAGE), "::bigint");
    buf_addf(&query->sql, "%s", joins);
}

bool ledger_rows_page(struct pg_pool *db, const struct ledger_filter *filter, const char *after,
                      struct pg_result **result, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(query_fini) struct query query = {0};
    build(filter, after, &query);
    return pg_begin(db, &tx, err) &&
           pg_exec_sql_binary(tx, query.sql.data, query.params, query.count, result, err) &&
           pg_commit(&tx, err);
}

void ledger_rows_get(const struct pg_result *result, size_t n, struct ledger_row *out)
{
    size_t len;
    *out = (struct ledger_row){
        .occurred_us = PG_BINARY_US(pg_int(result, n, 1)),
        .type = pg_str(result, n, 2),
        .direction = pg_str(result, n, 3),
        .status = pg_str(result, n, 4),
        .source = pg_str(result, n, 5),
        .amount.minor = pg_int(result, n, 6),
        .merchant = pg_str(result, n, 8),
        .category = pg_str(result, n, 9),
        .account = pg_str(result, n, 10),
        .last4 = pg_str(result, n, 11),
        .note = pg_str(result, n, 12),
        .tags = pg_str(result, n, 13),
        .reference = pg_str(result, n, 14),
        .splits = pg_str(result, n, 15),
    };
    uuid_from_bytes(pg_raw(result, n, 0, &len), out->id);
    memcpy(out->amount.currency, pg_str(result, n, 7), CURRENCY_SIZE);
}

/* The balance is the bank's word, else what the entries add up to. */
bool ledger_rows_statements(struct pg_pool *db, const struct ledger_filter *filter,
                            struct pg_result **result, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(query_fini) struct query query = {0};
    query_add(
        &query,
        "SELECT s.account_id, a.bank, coalesce(nullif(a.last4, ''), a.name), a.type, s.currency,"
        " coalesce((SELECT t.balance_minor FROM expense t WHERE t.user_id = $1"
        "  AND t.account_id = s.account_id AND t.currency = s.currency AND t.deleted_at IS NULL"
        "  AND t.balance_minor IS NOT NULL AND t.occurred_at <= s.last"
        "  ORDER BY t.occurred_at DESC, t.id DESC LIMIT 1), s.minor)::text, " PG_US(
            "s.first") ", " PG_US("s.last") " FROM (SELECT e.account_id, e.currency,"
                                            " sum(CASE e.direction WHEN 'credit' THEN "
                                            "e.amount_minor ELSE -e.amount_minor END) AS minor,"
                                            " min(e.occurred_at) AS first, max(e.occurred_at) AS "
                                            "last FROM expense e WHERE e.user_id = ",
        P_STR(filter->user_id), "::uuid AND e.deleted_at IS NULL");
    add_filter(filter, &query);
    query_add(&query,
              " GROUP BY 1, 2) s LEFT JOIN account a ON a.user_id = $1 AND a.id = s.account_id"
              " ORDER BY a.name NULLS LAST, s.account_id, s.currency LIMIT ",
              P_INT(STATEMENTS_MAX), "::bigint");
    return pg_begin(db, &tx, err) &&
           pg_exec_sql(tx, query.sql.data, query.params, query.count, result, err) &&
           pg_commit(&tx, err);
}

void ledger_statement_get(const struct pg_result *result, size_t n, struct ledger_statement *out)
{
    *out = (struct ledger_statement){
        .account_id = pg_str(result, n, 0),
        .bank = pg_str(result, n, 1),
        .number = pg_str(result, n, 2),
        .is_card = pg_str(result, n, 3) != NULL && strcmp(pg_str(result, n, 3), "credit_card") == 0,
        .currency = pg_str(result, n, 4),
        .balance_minor = pg_str(result, n, 5),
        .first_us = pg_int(result, n, 6),
        .last_us = pg_int(result, n, 7),
    };
}
