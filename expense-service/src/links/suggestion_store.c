#include "links/suggestion_store.h"

#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "pg/columns.h"

/* What pair_side needs of expense x with its account xa and merchant xm. */
#define SIDE(x)                                                                                    \
#x ".user_id, " #x ".id, " #x ".direction, " #x ".type, " #x ".class, " #x                     \
       ".amount_minor, " #x                                                                        \
       ".currency, " PG_US(#x ".occurred_at") ", " #x ".account_id, " #x "a.bank, " #x             \
                                              "a.last4, " #x ".merchant_id, " #x "m.name, " #x     \
                                              ".reference, " #x ".second_account, " #x             \
                                              ".balance_minor, " #x ".message_id, " #x             \
                                              ".possible_duplicate_of, "                           \
                                              "coalesce(" #x ".origins->>'type' = 'user' AND " #x  \
                                              ".source = 'message', false)"
enum { SIDE_COLUMNS = 19 };
#define SIDE_JOINS(x)                                                                              \
    " LEFT JOIN account " #x "a ON " #x "a.user_id = " #x ".user_id AND " #x "a.id = " #x          \
    ".account_id"                                                                                  \
    " LEFT JOIN merchant " #x "m ON " #x "m.user_id = " #x ".user_id AND " #x "m.id = " #x         \
    ".merchant_id"

// clang-format off
/* Each way of looking goes by one index, reads a few rows and takes some of them: however many of a
 * merchant or of an amount there are, a batch costs the same. n is the new expense. What is deleted
 * is left out last, and each row looked up on its own, so that the right index is the only one that
 * looks good in a table that was never analysed. */
#define SOME(condition, order, fits, limit)                                                        \
    "(SELECT c.id FROM (SELECT c.id, c.source, c.class, c.direction, c.amount_milli, c.deleted_at" \
    "  FROM expense c WHERE c.user_id = n.user_id AND " condition order " LIMIT 100) c"            \
    " WHERE c.id <> n.id AND c.deleted_at IS NULL" fits " LIMIT " limit ")"
#define ROW(x, user, key)                                                                          \
    " CROSS JOIN LATERAL (SELECT * FROM expense e"                                                 \
    "  WHERE e.user_id = " user " AND e.id = " key " LIMIT 1) " #x
#define AROUND(before, after)                                                                      \
    "c.occurred_at BETWEEN n.occurred_at - interval '" before                                      \
    "' AND n.occurred_at + interval '" after "'"
#define LIKE(direction) "c.amount_milli = n.amount_milli AND c.direction = " direction " AND "
#define OTHER_WAY "CASE n.direction WHEN 'debit' THEN 'credit' ELSE 'debit' END"
#define OF_MERCHANT "c.merchant_id = n.merchant_id AND "
#define IS_BACK(x) #x ".class IN ('refund', 'reversal', 'cashback', 'chargeback')"
#define BEFORE AROUND("180 days", "1 hour")
#define AFTER AROUND("1 hour", "180 days")
#define NEWEST " ORDER BY c.occurred_at DESC"
#define OLDEST " ORDER BY c.occurred_at"
#define OR " UNION ALL "
#define FOUND                                                                                      \
    SOME(LIKE("n.direction") AROUND("15 minutes", "15 minutes"), "", "", "6")                      \
    OR SOME(LIKE("n.direction") AROUND("1 day", "1 day"), "", " AND c.source <> n.source", "4")    \
    OR SOME("c.message_id = n.possible_duplicate_of", "", "", "1")                                 \
    OR SOME("length(n.reference) >= 6 AND c.reference = n.reference", "", "", "6")                 \
    OR SOME(LIKE(OTHER_WAY) AROUND("3 days", "3 days"), "", "", "6")                               \
    OR SOME("n.direction = 'credit' AND " IS_BACK(n) " AND " LIKE("'debit'") BEFORE, NEWEST, "",   \
            "4")                                                                                   \
    OR SOME("n.direction = 'debit' AND " LIKE("'credit'") AFTER, OLDEST, " AND " IS_BACK(c), "4")  \
    OR SOME("n.direction = 'credit' AND " OF_MERCHANT BEFORE, NEWEST,                              \
            " AND c.direction = 'debit' AND c.amount_milli >= n.amount_milli", "4")                \
    OR SOME("n.direction = 'debit' AND c.direction = 'credit' AND " OF_MERCHANT AFTER, OLDEST,     \
            " AND c.amount_milli <= n.amount_milli", "4")

/* Whether FOUND can find anything: the same ways in wider windows, one row of each read. Most of what
 * a file or a batch enters has no like at all. */
#define ANY(condition)                                                                             \
    "EXISTS (SELECT FROM expense c WHERE c.user_id = n.user_id AND " condition " AND c.id <> n.id)"
#define HOPEFUL                                                                                    \
    "n.possible_duplicate_of IS NOT NULL"                                                          \
    " OR " ANY(LIKE("n.direction") AROUND("1 day", "1 day"))                                       \
    " OR (n.direction = 'debit' AND " ANY(LIKE("'credit'") AROUND("3 days", "180 days")) ")"       \
    " OR (n.direction = 'credit' AND " ANY(LIKE("'debit'") AROUND("180 days", "3 days")) ")"       \
    " OR (length(n.reference) >= 6 AND " ANY("c.reference = n.reference") ")"                      \
    " OR (n.direction = 'debit' AND n.merchant_id IS NOT NULL AND "                                \
    ANY("c.direction = 'credit' AND " OF_MERCHANT AFTER) ")"                                       \
    " OR (n.direction = 'credit' AND n.merchant_id IS NOT NULL AND " ANY(OF_MERCHANT BEFORE) ")"

static const struct pg_statement rows[] = {
    {"suggestion_hopeful",
     "SELECT t.nth - 1 FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS t (user_id, id, nth)"
     ROW(n, "t.user_id", "t.id") " WHERE " HOPEFUL " ORDER BY t.nth"},
    {"suggestion_pairs",
     "WITH found AS MATERIALIZED (SELECT DISTINCT n.user_id, least(n.id, c.id) AS a,"
     "  greatest(n.id, c.id) AS b FROM unnest($1::uuid[], $2::uuid[]) AS t (user_id, id)"
     ROW(n, "t.user_id", "t.id") " CROSS JOIN LATERAL (" FOUND ") c)"
     " SELECT " SIDE(x) ", " SIDE(y) " FROM found f" ROW(x, "f.user_id", "f.a") SIDE_JOINS(x)
     ROW(y, "f.user_id", "f.b") SIDE_JOINS(y)
     " WHERE x.currency = y.currency AND x.deleted_at IS NULL AND y.deleted_at IS NULL"
     "  AND NOT EXISTS (SELECT FROM expense_link l"
     "   WHERE l.user_id = f.user_id AND l.second_id IN (f.a, f.b))"},
    // clang-format on
    {"suggestion_add",
     "WITH t AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], "
     "$5::uuid[],"
     "  $6::smallint[], $7::jsonb[], $8::int[])"
     "  AS t (user_id, id, kind, first_id, second_id, strength, reasons, place)),"
     " added AS (INSERT INTO link_suggestion (user_id, id, kind, first_id, second_id, strength,"
     "  reasons) SELECT user_id, id, kind, first_id, second_id, strength, reasons FROM t"
     "  ORDER BY user_id, least(first_id, second_id), greatest(first_id, second_id)"
     "  ON CONFLICT DO NOTHING RETURNING id)"
     " SELECT t.place, t.id FROM t JOIN added USING (id) ORDER BY t.place"},
#define SUGGESTION                                                                                 \
    "SELECT s.id, s.first_id, s.second_id, s.kind, s.status, s.strength, s.reasons, " PG_US(       \
        "s.created_at") " FROM link_suggestion s WHERE s.user_id = $1"
    {"suggestion_list",
     SUGGESTION " AND s.status = $2 AND ($3::uuid IS NULL OR s.id < $3) AND ($2 <> 'open' OR"
                "  ((SELECT count(*) FROM expense e WHERE e.user_id = $1 AND e.id IN "
                "(s.first_id, s.second_id)"
                "    AND e.deleted_at IS NULL) = 2"
                "   AND NOT EXISTS (SELECT FROM expense_link l WHERE l.user_id = $1"
                "    AND l.second_id IN (s.first_id, s.second_id))"
                "   AND (s.kind = 'duplicate' OR NOT EXISTS (SELECT FROM expense_link l WHERE "
                "l.user_id = $1"
                "    AND l.first_id = s.first_id AND l.kind IN ('transfer', 'reversal')))))"
                " ORDER BY s.id DESC LIMIT $4"},
    {"suggestion_get", SUGGESTION " AND s.id = $2"},
    {"suggestion_settle",
     "UPDATE link_suggestion SET status = $4, decided_at = now() WHERE user_id = $1"
     " AND least(first_id, second_id) = least($2::uuid, $3::uuid)"
     " AND greatest(first_id, second_id) = greatest($2::uuid, $3::uuid)"},
    {"suggestion_dismiss",
     "UPDATE link_suggestion SET status = 'dismissed', decided_at = coalesce(decided_at, now())"
     " WHERE user_id = $1 AND id = $2 AND status <> 'accepted'"},
};
const struct pg_statements suggestion_statements = {TABLE(rows)};

const char *const suggestion_status_names[] = {"open", "accepted", "dismissed", NULL};

/* For many, a plan of their own: it costs some milliseconds, and one that was made while the table
 * was small would cost seconds. */
bool suggestion_store_pairs(struct pg_tx *tx, const char *const user_ids[], const char *const ids[],
                            size_t count, struct pg_result **result, struct err *err)
{
    scoped(str_drop) char *users = pg_array(user_ids, count);
    scoped(str_drop) char *list = pg_array(ids, count);
    const struct pg_param params[] = {P_STR(users), P_STR(list)};
    const struct pg_statement *pairs = &rows[1];
    return count == 1 ? pg_exec(tx, pairs->name, params, LENGTH(params), result, err)
                      : pg_exec_sql(tx, pairs->sql, params, LENGTH(params), result, err);
}

bool suggestion_store_hopeful(struct pg_tx *tx, const char *const user_ids[],
                              const char *const ids[], size_t count, struct pg_result **result,
                              struct err *err)
{
    scoped(str_drop) char *users = pg_array(user_ids, count);
    scoped(str_drop) char *list = pg_array(ids, count);
    return pg_exec_sql(tx, rows[0].sql, PARAMS(P_STR(users), P_STR(list)), result, err);
}

static int index_of(const char *const names[], const char *name)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    panic("unknown value in the database: %s", name);
}

static void side_from_row(const struct pg_result *result, size_t n, int at, struct pair_side *out)
{
    *out = (struct pair_side){
        .user_id = pg_str(result, n, at),
        .id = pg_str(result, n, at + 1),
        .direction =
            (enum expense_direction)index_of(expense_direction_names, pg_str(result, n, at + 2)),
        .type = (enum expense_type)index_of(expense_type_names, pg_str(result, n, at + 3)),
        .class = pg_str(result, n, at + 4),
        .amount.minor = pg_int(result, n, at + 5),
        .occurred_us = pg_int(result, n, at + 7),
        .account_id = pg_str(result, n, at + 8),
        .bank = pg_str(result, n, at + 9),
        .last4 = pg_str(result, n, at + 10),
        .merchant_id = pg_str(result, n, at + 11),
        .merchant = pg_str(result, n, at + 12),
        .reference = pg_str(result, n, at + 13),
        .second_account = pg_str(result, n, at + 14),
        .has_balance = !pg_is_null(result, n, at + 15),
        .balance_minor = pg_int(result, n, at + 15),
        .message_id = pg_str(result, n, at + 16),
        .twin_of = pg_str(result, n, at + 17),
        .by_user = pg_bool(result, n, at + 18),
    };
    pg_copy(result, n, at + 6, out->amount.currency, sizeof out->amount.currency);
}

void suggestion_pair(const struct pg_result *result, size_t n, struct pair_side *a,
                     struct pair_side *b)
{
    side_from_row(result, n, 0, a);
    side_from_row(result, n, SIDE_COLUMNS, b);
}

bool suggestion_store_add(struct pg_tx *tx, const struct pair pairs[], size_t count,
                          struct pg_result **added, struct err *err)
{
    enum { USER_ID, ID, KIND, FIRST_ID, SECOND_ID, STRENGTH, REASONS, PLACE, COLUMNS };
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param all[COLUMNS];
    pg_columns_init(&columns, COLUMNS);
    for (size_t i = 0; i < count; i++) {
        char id[UUID_SIZE];
        scoped(json_drop) json_t *reasons = pair_reasons_json(pairs[i].reasons);
        scoped(str_drop) char *text = json_text(reasons);
        uuid_new(id);
        pg_columns_str(&columns, USER_ID, pairs[i].first->user_id);
        pg_columns_str(&columns, ID, id);
        pg_columns_str(&columns, KIND, link_kind_names[pairs[i].kind]);
        pg_columns_str(&columns, FIRST_ID, pairs[i].first->id);
        pg_columns_str(&columns, SECOND_ID, pairs[i].second->id);
        pg_columns_int(&columns, STRENGTH, pairs[i].strength);
        pg_columns_str(&columns, REASONS, text);
        pg_columns_int(&columns, PLACE, (int64_t)i);
    }
    pg_columns_params(&columns, all);
    return pg_exec(tx, "suggestion_add", all, COLUMNS, added, err);
}

bool suggestion_store_list(struct pg_tx *tx, const char *user_id, const char *status,
                           const struct page *page, struct pg_result **result, struct err *err)
{
    return pg_exec(
        tx, "suggestion_list",
        PARAMS(P_STR(user_id), P_STR(status), P_STR(page->keys[0]), P_INT(page->limit + 1)), result,
        err);
}

bool suggestion_store_get(struct pg_tx *tx, const char *user_id, const char *id,
                          struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "suggestion_get", PARAMS(P_STR(user_id), P_STR(id)), result, err);
}

void suggestion_fini(struct suggestion *suggestion)
{
    json_drop(&suggestion->reasons);
}

void suggestion_from_row(const struct pg_result *result, size_t n, struct suggestion *out)
{
    json_error_t ignored;
    *out = (struct suggestion){
        .id = pg_str(result, n, 0),
        .first_id = pg_str(result, n, 1),
        .second_id = pg_str(result, n, 2),
        .kind = (enum link_kind)index_of(link_kind_names, pg_str(result, n, 3)),
        .status = pg_str(result, n, 4),
        .strength = (int)pg_int(result, n, 5),
        .reasons = json_loads(pg_str(result, n, 6), 0, &ignored),
        .created_us = pg_int(result, n, 7),
    };
}

bool suggestion_store_settle(struct pg_tx *tx, const char *user_id, const char *a, const char *b,
                             const char *status, struct err *err)
{
    return pg_exec(tx, "suggestion_settle",
                   PARAMS(P_STR(user_id), P_STR(a), P_STR(b), P_STR(status)), NULL, err);
}

bool suggestion_store_dismiss(struct pg_tx *tx, const char *user_id, const char *id, bool *changed,
                              struct err *err)
{
    return pg_exec_change(tx, "suggestion_dismiss", PARAMS(P_STR(user_id), P_STR(id)), changed,
                          err);
}
