#include "links/link_store.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "expenses/expense_columns.h"
#include "expenses/expense_store.h"

#define STATE                                                                                      \
    "jsonb_build_object('type', e.type, 'status', e.status, 'merchant', e.merchant_id,"            \
    " 'category', e.category_id, 'account', e.account_id, 'note', e.note, 'tags', e.tags,"         \
    " 'reference', e.reference, 'balance', e.balance_minor, 'limit', e.limit_minor,"               \
    " 'deleted', e.deleted_at, 'merged_into', e.merged_into, 'origins', e.origins)"
enum { STATE_COLUMN = EXPENSE_COLUMN_COUNT };

#define LINK_COLUMNS                                                                               \
    "l.user_id, l.first_id, l.second_id, l.kind, l.actor, coalesce(l.strength, -1), "              \
    "l.reasons, " PG_US("l.created_at")

static const struct pg_statement rows[] = {
    {"link_lock", "SELECT FROM expense WHERE user_id = $1 AND id IN ($2, $3)"
                  " ORDER BY id FOR UPDATE"},
    {"link_get", "SELECT " EXPENSE_COLUMNS ", " STATE " FROM expense e" EXPENSE_JOINS
                 " WHERE e.user_id = $1 AND e.id IN ($2, $3) AND NOT e.purged ORDER BY e.id"},
    {"link_save",
     "UPDATE expense e SET type = n.type, status = n.status, note = n.note, tags = n.tags,"
     "  merchant_id = (SELECT m.id FROM merchant m WHERE m.user_id = $1 AND m.id = n.merchant),"
     "  category_id = (SELECT c.id FROM category c WHERE c.user_id = $1 AND c.id = n.category"
     "   AND c.deleted_at IS NULL),"
     "  account_id = (SELECT a.id FROM account a WHERE a.user_id = $1 AND a.id = n.account),"
     "  reference = n.reference, balance_minor = n.balance, limit_minor = n.\"limit\","
     "  deleted_at = n.deleted, merged_into = n.merged_into, origins = n.origins,"
     "  updated_at = $4, version = e.version + 1"
     " FROM jsonb_to_record($3::jsonb) AS n (type text, status text, merchant uuid, category uuid,"
     "  account uuid, note text, tags jsonb, reference text, balance bigint, \"limit\" bigint,"
     "  deleted timestamptz, merged_into uuid, origins jsonb)"
     " WHERE e.user_id = $1 AND e.id = $2 AND NOT e.purged RETURNING e.version"},
    {"link_roles",
     "WITH l AS (SELECT * FROM expense_link WHERE user_id = $1 AND first_id IN ($2, $3)"
     "  UNION SELECT * FROM expense_link WHERE user_id = $1 AND second_id IN ($2, $3))"
     " SELECT x.id, count(*) FILTER (WHERE kind = 'transfer'),"
     "  count(*) FILTER (WHERE kind = 'reversal'),"
     "  count(*) FILTER (WHERE kind = 'refund' AND second_id = x.id),"
     "  count(*) FILTER (WHERE kind = 'refund' AND first_id = x.id),"
     "  count(*) FILTER (WHERE kind = 'duplicate' AND second_id = x.id),"
     "  count(*) FILTER (WHERE kind = 'duplicate' AND first_id = x.id),"
     "  coalesce(sum(r.amount_minor) FILTER (WHERE kind = 'refund' AND first_id = x.id), 0)"
     " FROM (VALUES ($2::uuid), ($3::uuid)) AS x (id) LEFT JOIN l ON x.id IN (first_id, second_id)"
     " LEFT JOIN expense r ON r.user_id = $1 AND r.id = l.second_id AND r.deleted_at IS NULL"
     " GROUP BY x.id"},
    {"link_edited", "SELECT coalesce(jsonb_object_agg(field, true), '{}')"
                    " FROM expense_change h, jsonb_object_keys(h.changes) AS field"
                    " WHERE h.user_id = $1 AND h.expense_id = $2 AND h.version > $3"
                    "  AND h.action NOT IN ('linked', 'unlinked')"},
    {"link_find", "SELECT " LINK_COLUMNS ", l.undo FROM expense_link l WHERE l.user_id = $1"
                  " AND ((l.first_id = $2 AND l.second_id = $3)"
                  "  OR (l.first_id = $3 AND l.second_id = $2))"},
    {"link_add", "INSERT INTO expense_link (user_id, first_id, second_id, kind, actor, strength,"
                 " reasons, undo, created_at)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9)"},
    {"link_drop",
     "DELETE FROM expense_link WHERE user_id = $1 AND first_id = $2 AND second_id = $3"},
    {"link_list", "WITH l AS (SELECT * FROM expense_link WHERE user_id = $1 AND first_id = $2"
                  "  UNION ALL SELECT * FROM expense_link WHERE user_id = $1 AND second_id = $2)"
                  " SELECT " LINK_COLUMNS " FROM l ORDER BY l.created_at DESC, l.second_id"},
    {"link_known", "SELECT FROM expense WHERE user_id = $1 AND id = $2 AND NOT purged"},
    {"link_expenses", "SELECT " EXPENSE_COLUMNS " FROM expense e" EXPENSE_JOINS
                      " WHERE e.user_id = $1 AND e.id = ANY($2::uuid[]) AND NOT e.purged"},
};
const struct pg_statements link_statements = {TABLE(rows)};

void link_pair_fini(struct link_pair *pair)
{
    link_side_fini(&pair->sides[0]);
    link_side_fini(&pair->sides[1]);
    pg_result_drop(&pair->result);
}

void link_pair_swap(struct link_pair *pair)
{
    struct link_side first = pair->sides[0];
    pair->sides[0] = pair->sides[1];
    pair->sides[1] = first;
}

static json_t *json_of(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
    if (json == NULL)
        panic("json of a link: %s", error.text);
    return json;
}

bool link_store_lock(struct pg_tx *tx, const char *user_id, const char *first, const char *second,
                     struct link_pair *out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *locked = NULL;
    if (!pg_exec(tx, "link_lock", PARAMS(P_STR(user_id), P_STR(first), P_STR(second)), &locked,
                 err) ||
        !pg_exec(tx, "link_get", PARAMS(P_STR(user_id), P_STR(first), P_STR(second)), &out->result,
                 err))
        return false;
    if (pg_rows(locked) != 2 || pg_rows(out->result) != 2)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    for (size_t i = 0; i < 2; i++) {
        size_t at = strcasecmp(pg_str(out->result, i, 0), first) == 0 ? 0 : 1;
        expense_from_row(out->result, i, &out->sides[at].expense);
        out->sides[at].state = json_of(pg_str(out->result, i, STATE_COLUMN));
    }
    return true;
}

bool link_store_save(struct pg_tx *tx, struct link_side *side, int64_t now_us, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(str_drop) char *state = json_text(side->state);
    struct expense *expense = &side->expense;
    if (!pg_exec(tx, "link_save",
                 PARAMS(P_STR(expense->user_id), P_STR(expense->id), P_STR(state), P_TIME(now_us)),
                 &result, err))
        return false;
    if (pg_rows(result) != 1)
        return err_set(err, ERR_INTERNAL, "expense to link is not there");
    expense->version = pg_int(result, 0, 0);
    expense->updated_us = now_us;
    return true;
}

bool link_store_roles(struct pg_tx *tx, const char *user_id, const char *first, const char *second,
                      struct link_roles *first_roles, struct link_roles *second_roles,
                      struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "link_roles", PARAMS(P_STR(user_id), P_STR(first), P_STR(second)), &result,
                 err))
        return false;
    for (size_t i = 0; i < pg_rows(result); i++) {
        bool is_first = strcasecmp(pg_str(result, i, 0), first) == 0;
        *(is_first ? first_roles : second_roles) =
            (struct link_roles){.transfers = (int)pg_int(result, i, 1),
                                .reversals = (int)pg_int(result, i, 2),
                                .refunds = (int)pg_int(result, i, 3),
                                .refunded = (int)pg_int(result, i, 4),
                                .duplicates = (int)pg_int(result, i, 5),
                                .kept = (int)pg_int(result, i, 6),
                                .refunded_minor = pg_int(result, i, 7)};
    }
    return true;
}

bool link_store_edited(struct pg_tx *tx, const char *user_id, const char *id, int64_t version,
                       json_t **edited, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "link_edited", PARAMS(P_STR(user_id), P_STR(id), P_INT(version)), &result,
                 err))
        return false;
    *edited = json_of(pg_str(result, 0, 0));
    return true;
}

void link_row_fini(struct link_row *row)
{
    json_drop(&row->reasons);
    json_drop(&row->undo);
}

static enum link_kind kind_of(const char *name)
{
    for (int i = 0; link_kind_names[i] != NULL; i++)
        if (strcmp(link_kind_names[i], name) == 0)
            return (enum link_kind)i;
    panic("link kind %s", name);
}

enum { UNDO_COLUMN = 8 };

void link_row_get(const struct pg_result *result, size_t n, struct link_row *out)
{
    *out = (struct link_row){
        .user_id = pg_str(result, n, 0),
        .first_id = pg_str(result, n, 1),
        .second_id = pg_str(result, n, 2),
        .kind = kind_of(pg_str(result, n, 3)),
        .actor = pg_str(result, n, 4),
        .strength = (int)pg_int(result, n, 5),
        .reasons = json_of(pg_str(result, n, 6)),
        .created_us = pg_int(result, n, 7),
    };
}

bool link_store_find(struct pg_tx *tx, const char *user_id, const char *a, const char *b,
                     struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "link_find", PARAMS(P_STR(user_id), P_STR(a), P_STR(b)), result, err);
}

json_t *link_row_undo(const struct pg_result *result)
{
    return json_of(pg_str(result, 0, UNDO_COLUMN));
}

bool link_store_add(struct pg_tx *tx, const struct link_row *row, struct err *err)
{
    scoped(str_drop) char *reasons = json_text(row->reasons);
    scoped(str_drop) char *undo = json_text(row->undo);
    return pg_exec(tx, "link_add",
                   PARAMS(P_STR(row->user_id), P_STR(row->first_id), P_STR(row->second_id),
                          P_STR(link_kind_names[row->kind]), P_STR(row->actor),
                          row->strength < 0 ? P_NULL : P_INT(row->strength), P_STR(reasons),
                          P_STR(undo), P_TIME(row->created_us)),
                   NULL, err);
}

bool link_store_drop(struct pg_tx *tx, const struct link_row *row, struct err *err)
{
    return pg_exec(tx, "link_drop",
                   PARAMS(P_STR(row->user_id), P_STR(row->first_id), P_STR(row->second_id)), NULL,
                   err);
}

bool link_store_list(struct pg_tx *tx, const char *user_id, const char *id,
                     struct pg_result **result, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *known = NULL;
    if (!pg_exec(tx, "link_known", PARAMS(P_STR(user_id), P_STR(id)), &known, err))
        return false;
    if (pg_rows(known) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    return pg_exec(tx, "link_list", PARAMS(P_STR(user_id), P_STR(id)), result, err);
}

bool link_store_expenses(struct pg_tx *tx, const char *user_id, const char *const ids[],
                         size_t count, struct pg_result **result, struct err *err)
{
    scoped(str_drop) char *list = pg_array(ids, count);
    return pg_exec(tx, "link_expenses", PARAMS(P_STR(user_id), P_STR(list)), result, err);
}
