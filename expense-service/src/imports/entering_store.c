#include "imports/entering_store.h"

#include "base/mem.h"
#include "categories/categoriser.h"
#include "categories/category.h"
#include "expenses/expense_columns.h"
#include "pg/columns.h"

/* An account that a row means: by its name, and its digits when both tell some; by digits alone. */
#define MEANT                                                                                      \
    "a.user_id = $1::uuid AND CASE WHEN t.account IS NULL THEN a.last4 = t.last4"                  \
    " ELSE lower(a.name) = lower(t.account) AND (t.last4 IS NULL OR a.last4 = t.last4) END"

/* clang-format off */
/* With the ids of the categories that they name. */
#define SPLITS                                                                                     \
    "CASE WHEN splits IS NOT NULL THEN (SELECT jsonb_agg(s - 'category' || jsonb_build_object('category_id'," \
    " (SELECT f.id FROM category f WHERE f.user_id = $1 AND lower(f.name) = lower(s->>'category')" \
    "  AND f.deleted_at IS NULL)) ORDER BY n) FROM jsonb_array_elements(splits) WITH ORDINALITY AS x (s, n)) END"
static const struct pg_statement statements[] = {
    {"entering_times",
     "SELECT t.place, " PG_US("(t.local AT TIME ZONE o.time_zone)")
     " FROM unnest($2::int[], $3::timestamp[]) AS t (place, local)"
     " JOIN owner o ON o.user_id = $1"},
    {"entering_known",
     "SELECT e.id, e.deleted_at IS NOT NULL, e.deleted_at IS NOT NULL AND EXISTS (SELECT FROM import i"
     "  WHERE i.user_id = $1 AND i.id = e.import_id AND i.state IN ('undoing', 'undone'))"
     " FROM expense e WHERE e.user_id = $1 AND e.id = ANY($2::uuid[])"},
    {"entering_alike",
     "SELECT t.place, e.id, m.name, e.reference"
     " FROM owner o CROSS JOIN unnest($3::int[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[])"
     "  AS t (place, milli, currency, direction, at)"
     " CROSS JOIN LATERAL (SELECT e.id, e.merchant_id, e.reference FROM expense e"
     "  WHERE e.user_id = $1 AND e.amount_milli = t.milli AND e.direction = t.direction"
     "   AND e.deleted_at IS NULL AND e.currency = t.currency"
     "   AND e.occurred_at >= date_trunc('day', t.at AT TIME ZONE o.time_zone) AT TIME ZONE o.time_zone"
     "   AND e.occurred_at < (date_trunc('day', t.at AT TIME ZONE o.time_zone) + interval '1 day')"
     "    AT TIME ZONE o.time_zone"
     "   AND e.import_id IS DISTINCT FROM $2"
     "   AND NOT EXISTS (SELECT FROM import_row r WHERE r.user_id = $1 AND r.import_id = $2"
     "    AND r.expense_id = e.id) ORDER BY e.occurred_at, e.id LIMIT 50) e"
     " LEFT JOIN merchant m ON m.user_id = $1 AND m.id = e.merchant_id"
     " WHERE o.user_id = $1 ORDER BY t.place"},
    {"entering_merchants",
     "INSERT INTO merchant (user_id, id, name)"
     " SELECT DISTINCT ON (lower(t.name)) $1::uuid, t.id, t.name"
     " FROM unnest($2::uuid[], $3::text[]) AS t (id, name) WHERE t.name IS NOT NULL"
     " AND NOT EXISTS (SELECT FROM merchant m WHERE m.user_id = $1 AND lower(m.name) = lower(t.name))"
     " AND NOT EXISTS (SELECT FROM merchant_alias l WHERE l.user_id = $1 AND lower(l.name) = lower(t.name))"
     " ORDER BY lower(t.name) ON CONFLICT DO NOTHING"},
    {"entering_categories",
     "INSERT INTO category (user_id, id, name, position)"
     " SELECT DISTINCT ON (lower(t.name)) $1::uuid, t.id, t.name, 1000"
     " FROM unnest($2::uuid[], $3::text[]) AS t (id, name) WHERE t.name IS NOT NULL"
     " AND NOT EXISTS (SELECT FROM category c WHERE c.user_id = $1 AND lower(c.name) = lower(t.name)"
     "  AND c.deleted_at IS NULL)"
     " ORDER BY lower(t.name)"
     " LIMIT greatest(0, $4::bigint - (SELECT count(*) FROM category WHERE user_id = $1))"
     " ON CONFLICT DO NOTHING"},
    {"entering_accounts",
     "INSERT INTO account (user_id, id, hand_name, last4, name)"
     " SELECT DISTINCT ON (lower(coalesce(t.account, t.last4)), t.last4) $1::uuid, t.id,"
     "  lower(coalesce(t.account, '')), coalesce(t.last4, ''), coalesce(t.account, t.last4)"
     " FROM unnest($2::uuid[], $3::text[], $4::text[]) AS t (id, account, last4)"
     " WHERE coalesce(t.account, t.last4) IS NOT NULL AND NOT EXISTS (SELECT FROM account a WHERE " MEANT ")"
     " ORDER BY lower(coalesce(t.account, t.last4)), t.last4 ON CONFLICT DO NOTHING"},
    {"entering_add",
     "WITH i AS ("
     " SELECT t.*, m.id AS merchant_id, m.name AS merchant_name, c.id AS category_id,"
     "  c.name AS category_name, a.id AS account_id, a.name AS account_name, a.last4 AS digits,"
     "  CASE WHEN t.category IS NOT NULL THEN 'user' WHEN k.id IS NOT NULL THEN m.category_by"
     "   ELSE 'parser' END AS category_by"
     " FROM unnest($4::int[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[],"
     "  $10::bigint[], $11::text[], $12::timestamptz[], $13::text[], $14::text[], $15::text[],"
     "  $16::text[], $17::text[], $18::text[], $19::jsonb[], $20::jsonb[], $21::text[], $22::jsonb[])"
     "  AS t (place, id, type, direction, status, minor, milli, currency, at, merchant, category,"
     "   category_key, account, last4, note, tags, origins, reference, splits)"
     " LEFT JOIN merchant_alias l ON l.user_id = $1 AND lower(l.name) = lower(t.merchant)"
     " LEFT JOIN merchant m ON m.user_id = $1 AND m.id = coalesce(l.merchant_id,"
     "  (SELECT n.id FROM merchant n WHERE n.user_id = $1 AND lower(n.name) = lower(t.merchant)))"
     " LEFT JOIN category k ON k.user_id = $1 AND k.id = m.category_id AND m.conflict_id IS NULL"
     "  AND k.deleted_at IS NULL"
     " LEFT JOIN category c ON c.user_id = $1 AND c.id = CASE"
     "  WHEN t.category IS NOT NULL THEN (SELECT f.id FROM category f WHERE f.user_id = $1"
     "   AND lower(f.name) = lower(t.category) AND f.deleted_at IS NULL)"
     "  WHEN k.id IS NOT NULL THEN k.id"
     "  ELSE (SELECT f.id FROM category f WHERE f.user_id = $1 AND f.key = t.category_key) END"
     " LEFT JOIN LATERAL (SELECT a.id, a.name, a.last4 FROM account a WHERE"
     "  a.user_id = $1 AND CASE WHEN t.account IS NULL AND t.last4 IS NULL THEN a.id = $3::uuid"
     "   ELSE " MEANT " END ORDER BY a.created_at, a.id LIMIT 1) a ON true),"
     " e AS ("
     " INSERT INTO expense (user_id, id, source, import_id, type, direction, status, amount_minor,"
     "  amount_milli, currency, occurred_at, merchant_id, category_id, account_id, note, tags,"
     "  origins, reference, splits)"
     " SELECT $1, id, 'import', $2, type, direction, status, minor, milli, currency, at,"
     "  merchant_id, category_id, account_id, note, tags, CASE WHEN category_id IS NULL THEN origins"
     "   ELSE origins || jsonb_build_object('category', category_by) END, reference, " SPLITS
     " FROM i ORDER BY place RETURNING *)"
     /* Each has its partner, so this is an inner join, but one that the planner, which expects ten
      * rows, cannot make a nested loop. */
     " SELECT " EXPENSE_COLUMNS ", i.place FROM e FULL JOIN i ON i.id = e.id"
     " CROSS JOIN LATERAL (SELECT i.merchant_name AS name) AS m"
     " CROSS JOIN LATERAL (SELECT i.category_name AS name) AS c"
     " CROSS JOIN LATERAL (SELECT i.account_name AS name, i.digits AS last4) AS a ORDER BY i.place"},
};
/* clang-format on */
const struct pg_statements entering_statements = {TABLE(statements)};

bool entering_store_times(struct pg_tx *tx, const char *user_id, struct import_row list[],
                          const bool skip[], size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param params[3] = {P_STR(user_id)};
    size_t local = 0;
    pg_columns_init(&columns, 2);
    for (size_t i = 0; i < count; i++) {
        if (skip[i] || list[i].when.local[0] == '\0')
            continue;
        pg_columns_int(&columns, 0, (int64_t)i);
        pg_columns_str(&columns, 1, list[i].when.local);
        local++;
    }
    pg_columns_params(&columns, params + 1);
    if (local > 0 && !pg_exec(tx, "entering_times", params, LENGTH(params), &result, err))
        return false;
    for (size_t i = 0; local > 0 && i < pg_rows(result); i++)
        list[pg_int(result, i, 0)].when.us = pg_int(result, i, 1);
    return true;
}

bool entering_store_known(struct pg_tx *tx, const char *user_id, const struct import_row list[],
                          const bool skip[], size_t count, struct pg_result **result,
                          struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[2] = {P_STR(user_id)};
    size_t own = 0;
    pg_columns_init(&columns, 1);
    for (size_t i = 0; i < count; i++)
        if (!skip[i] && list[i].own_id) {
            pg_columns_str(&columns, 0, list[i].id);
            own++;
        }
    pg_columns_params(&columns, params + 1);
    return own == 0 || pg_exec(tx, "entering_known", params, LENGTH(params), result, err);
}

bool entering_store_alike(struct pg_tx *tx, const struct import_work *work,
                          const struct import_row list[], const bool skip[], size_t count,
                          struct pg_result **result, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[7] = {P_STR(work->user_id), P_STR(work->id)};
    pg_columns_init(&columns, 5);
    for (size_t i = 0; i < count; i++) {
        if (skip[i])
            continue;
        pg_columns_int(&columns, 0, (int64_t)i);
        pg_columns_int(&columns, 1, expense_amount_milli(&list[i].money));
        pg_columns_str(&columns, 2, list[i].money.currency);
        pg_columns_str(&columns, 3, expense_direction_names[list[i].direction]);
        pg_columns_time(&columns, 4, list[i].when.us);
    }
    pg_columns_params(&columns, params + 2);
    return pg_exec(tx, "entering_alike", params, LENGTH(params), result, err);
}

static void add_name(struct pg_columns *columns, const struct import_row *row, const char *category)
{
    char id[UUID_SIZE];
    uuid_new(id);
    pg_columns_str(columns, 0, id);
    pg_columns_str(columns, 1, row->merchant);
    pg_columns_str(columns, 2, category);
    pg_columns_str(columns, 3, row->account);
    pg_columns_str(columns, 4, row->last4);
}

static bool make_refs(struct pg_tx *tx, const char *user_id, const struct import_row list[],
                      const bool skip[], size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param all[5];
    pg_columns_init(&columns, 5);
    for (size_t i = 0; i < count; i++) {
        if (skip[i])
            continue;
        add_name(&columns, &list[i], list[i].category);
        for (size_t j = 0; j < json_array_size(list[i].splits); j++)
            add_name(
                &columns, &list[i],
                json_string_value(json_object_get(json_array_get(list[i].splits, j), "category")));
    }
    pg_columns_params(&columns, all);
    return pg_exec(tx, "entering_merchants", PARAMS(P_STR(user_id), all[0], all[1]), NULL, err) &&
           pg_exec(tx, "entering_categories",
                   PARAMS(P_STR(user_id), all[0], all[2], P_INT(CATEGORIES_MAX)), NULL, err) &&
           pg_exec(tx, "entering_accounts", PARAMS(P_STR(user_id), all[0], all[3], all[4]), NULL,
                   err);
}

/* What a file says is a bank's word, or a program's; a category, a note and tags are a person's. */
static char *origins_of(const struct import_row *row)
{
    scoped(json_drop) json_t *origins =
        json_pack("{s:s, s:s, s:s, s:s}", "type", "parser", "direction", "parser", "amount",
                  "parser", "occurred_at", "parser");
    if (row->merchant != NULL)
        json_object_set_new(origins, "merchant", json_string("parser"));
    if (row->account != NULL || row->last4 != NULL)
        json_object_set_new(origins, "account", json_string("parser"));
    if (row->note != NULL)
        json_object_set_new(origins, "note", json_string("user"));
    if (json_array_size(row->tags) > 0)
        json_object_set_new(origins, "tags", json_string("user"));
    if (row->splits != NULL)
        json_object_set_new(origins, "splits", json_string("user"));
    return json_text(origins);
}

static void add_row(struct pg_columns *columns, const struct import_row *row, size_t place)
{
    scoped(str_drop) char *tags = json_text(row->tags);
    scoped(str_drop) char *origins = origins_of(row);
    scoped(str_drop) char *splits = row->splits != NULL ? json_text(row->splits) : NULL;
    const struct pg_param values[] = {
        P_INT(place),
        P_STR(row->id),
        P_STR(expense_type_names[row->type]),
        P_STR(expense_direction_names[row->direction]),
        P_STR(expense_status_names[row->status]),
        P_INT(row->money.minor),
        P_INT(expense_amount_milli(&row->money)),
        P_STR(row->money.currency),
        P_TIME(row->when.us),
        P_STR(row->merchant),
        P_STR(row->category),
        P_STR(categorise(row->merchant, NULL, row->direction == DIRECTION_CREDIT)),
        P_STR(row->account),
        P_STR(row->last4),
        P_STR(row->note != NULL ? row->note : ""),
        P_STR(tags),
        P_STR(origins),
        P_STR(row->reference),
        P_STR(splits),
    };
    for (size_t i = 0; i < LENGTH(values); i++)
        pg_columns_param(columns, i, &values[i]);
}

bool entering_store_add(struct pg_tx *tx, const struct import_work *work,
                        const struct import_row list[], const bool skip[], size_t count,
                        struct pg_result **added, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    const char *account = work->layout.account_id;
    struct pg_param params[22] = {P_STR(work->user_id), P_STR(work->id),
                                  P_STR(account[0] != '\0' ? account : NULL)};
    pg_columns_init(&columns, 19);
    for (size_t i = 0; i < count; i++)
        if (!skip[i])
            add_row(&columns, &list[i], i);
    pg_columns_params(&columns, params + 3);
    return make_refs(tx, work->user_id, list, skip, count, err) &&
           pg_exec(tx, "entering_add", params, LENGTH(params), added, err);
}
