#include "expenses/expense_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "base/uuid.h"
#include "expenses/expense_columns.h"

static const struct pg_statement rows[] = {
    {"expense_get", "SELECT " EXPENSE_COLUMNS " FROM expense e" EXPENSE_JOINS
                    " WHERE e.user_id = $1 AND e.id = $2 AND e.deleted_at IS NULL"},
    {"expense_lock", "SELECT FROM expense WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL"
                     " FOR UPDATE"},
    {"expense_get_many", "SELECT " EXPENSE_COLUMNS " FROM expense e" EXPENSE_JOINS
                         " WHERE e.user_id = $1 AND e.id = ANY($2::uuid[]) ORDER BY e.id"},
    {"expense_add",
     "INSERT INTO expense AS e (user_id, id, type, direction, status, amount_minor, amount_milli,"
     "       currency, occurred_at, merchant_id, category_id, account_id, note, tags, origins,"
     "       updated_at, created_at, source, splits)"
     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15::jsonb,"
     "         $16, $16, $17, $18::jsonb) RETURNING version, " EXPENSE_BASE},
    {"expense_save",
     "UPDATE expense AS e SET type = $3, direction = $4, status = $5, amount_minor = $6,"
     "       amount_milli = $7, currency = $8, occurred_at = $9, merchant_id = $10,"
     "       category_id = $11, account_id = $12, note = $13, tags = $14::jsonb,"
     "       origins = $15::jsonb, updated_at = $16, source = $17,"
     "       splits = $18::jsonb, version = version + 1"
     " WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING version, " EXPENSE_BASE},
    {"expense_delete", "UPDATE expense SET deleted_at = $3, updated_at = $3, version = version + 1"
                       " WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING version"},
    {"merchant_add", "INSERT INTO merchant (user_id, id, name) VALUES ($1, $2, $3)"
                     " ON CONFLICT DO NOTHING"},
    {"merchant_by_name",
     "SELECT id, name, NULL FROM merchant WHERE user_id = $1 AND lower(name) = lower($2)"
     " UNION ALL SELECT m.id, m.name, NULL FROM merchant_alias l JOIN merchant m"
     "  ON m.user_id = l.user_id AND m.id = l.merchant_id"
     "  WHERE l.user_id = $1 AND lower(l.name) = lower($2) LIMIT 1"},
    {"merchant_by_id", "SELECT id, name, NULL FROM merchant WHERE user_id = $1 AND id = $2"},
    {"category_by_name", "SELECT id, name, NULL FROM category"
                         " WHERE user_id = $1 AND lower(name) = lower($2) AND deleted_at IS NULL"},
    {"category_by_id", "SELECT id, name, NULL FROM category WHERE user_id = $1 AND id = $2"
                       " AND deleted_at IS NULL"},
    {"account_by_id", "SELECT id, name, last4 FROM account WHERE user_id = $1 AND id = $2"},
};
const struct pg_statements expense_statements = {TABLE(rows)};

void expense_row_fini(struct expense_row *row)
{
    expense_fini(&row->expense);
    pg_result_drop(&row->result);
}

/* The database holds only names that were written from the same list. */
static int index_of(const char *const names[], const char *name)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    panic("unknown value in the database: %s", name);
}

static json_t *json_column(const struct pg_result *result, size_t n, int col)
{
    const char *text = pg_str(result, n, col);
    json_t *json;
    struct err err;
    if (!json_parse(text, strlen(text), &json, &err))
        panic("column %d: %s", col, err.text);
    return json;
}

void expense_from_row_bare(const struct pg_result *result, size_t n, struct expense *out,
                           struct expense_texts *texts)
{
    texts->tags = pg_str(result, n, 17);
    texts->origins = pg_str(result, n, 18);
    *out = (struct expense){
        .id = pg_str(result, n, 0),
        .user_id = pg_str(result, n, 1),
        .type = (enum expense_type)index_of(expense_type_names, pg_str(result, n, 2)),
        .direction =
            (enum expense_direction)index_of(expense_direction_names, pg_str(result, n, 3)),
        .status = (enum expense_status)index_of(expense_status_names, pg_str(result, n, 4)),
        .source = (enum expense_source)index_of(expense_source_names, pg_str(result, n, 5)),
        .amount.minor = pg_int(result, n, 6),
        .occurred_us = pg_int(result, n, 8),
        .merchant = {pg_str(result, n, 9), pg_str(result, n, 10)},
        .category = {pg_str(result, n, 11), pg_str(result, n, 12)},
        .account = {pg_str(result, n, 13), pg_str(result, n, 14)},
        .account_last4 = pg_str(result, n, 15),
        .note = pg_str(result, n, 16),
        .message_id = pg_str(result, n, 19),
        .possible_duplicate_of = pg_str(result, n, 20),
        .version = pg_int(result, n, 21),
        .created_us = pg_int(result, n, 22),
        .updated_us = pg_int(result, n, 23),
        .deleted_us = pg_int(result, n, 25),
        .splits = pg_is_null(result, n, 26) ? NULL : json_column(result, n, 26),
    };
    memcpy(out->amount.currency, pg_str(result, n, 7), CURRENCY_SIZE);
    expense_base_read(pg_str(result, n, EXPENSE_COLUMN_COUNT - 1), out);
}

void expense_from_row(const struct pg_result *result, size_t n, struct expense *out)
{
    struct expense_texts texts;
    expense_from_row_bare(result, n, out, &texts);
    out->tags = json_column(result, n, 17);
    out->origins = json_column(result, n, 18);
}

bool expense_store_found(const struct pg_result *result, struct expense *out, struct err *err)
{
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    expense_from_row(result, 0, out);
    return true;
}

bool expense_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                        struct expense_row *out, struct err *err)
{
    return expense_store_lock_by(tx, "expense_lock", "expense_get", user_id, id, out, err);
}

bool expense_store_lock_by(struct pg_tx *tx, const char *lock, const char *get, const char *user_id,
                           const char *id, struct expense_row *out, struct err *err)
{
    bool locked;
    if (!pg_exec_change(tx, lock, PARAMS(P_STR(user_id), P_STR(id)), &locked, err))
        return false;
    if (!locked) /* one that comes only now would be read without a lock */
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    return pg_exec(tx, get, PARAMS(P_STR(user_id), P_STR(id)), &out->result, err) &&
           expense_store_found(out->result, &out->expense, err);
}

bool expense_store_get_many(struct pg_tx *tx, const char *user_id, const char *ids,
                            struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "expense_get_many", PARAMS(P_STR(user_id), P_STR(ids)), result, err);
}

static bool write_row(struct pg_tx *tx, const char *statement, const struct expense *expense,
                      struct pg_result **result, struct err *err)
{
    scoped(str_drop) char *tags = json_text(expense->tags);
    scoped(str_drop) char *origins = json_text(expense->origins);
    scoped(str_drop) char *splits = expense->splits != NULL ? json_text(expense->splits) : NULL;
    return pg_exec(
        tx, statement,
        PARAMS(P_STR(expense->user_id), P_STR(expense->id),
               P_STR(expense_type_names[expense->type]),
               P_STR(expense_direction_names[expense->direction]),
               P_STR(expense_status_names[expense->status]), P_INT(expense->amount.minor),
               P_INT(expense_amount_milli(&expense->amount)), P_STR(expense->amount.currency),
               P_TIME(expense->occurred_us), P_STR(expense->merchant.id),
               P_STR(expense->category.id), P_STR(expense->account.id), P_STR(expense->note),
               P_STR(tags), P_STR(origins), P_TIME(expense->updated_us),
               P_STR(expense_source_names[expense->source]), P_STR(splits)),
        result, err);
}

static bool take_version(struct expense *expense, const struct pg_result *result, struct err *err)
{
    if (pg_rows(result) != 1)
        return err_set(err, ERR_INTERNAL, "expense to change is not there");
    expense->version = pg_int(result, 0, 0);
    return true;
}

bool expense_store_add(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!write_row(tx, "expense_add", expense, &result, err) || !take_version(expense, result, err))
        return false;
    expense_base_read(pg_str(result, 0, 1), expense);
    return true;
}

bool expense_store_save(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    expense->updated_us = time_now_us();
    if (!write_row(tx, "expense_save", expense, &result, err) ||
        !take_version(expense, result, err))
        return false;
    expense_base_read(pg_str(result, 0, 1), expense);
    return true;
}

bool expense_store_delete(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    expense->updated_us = time_now_us();
    return pg_exec(tx, "expense_delete",
                   PARAMS(P_STR(expense->user_id), P_STR(expense->id), P_TIME(expense->updated_us)),
                   &result, err) &&
           take_version(expense, result, err);
}

bool expense_store_query(struct pg_pool *db, const struct query *query, struct pg_result **result,
                         struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(db, &tx, err) &&
           pg_exec_sql(tx, query->sql.data, query->params, query->count, result, err) &&
           pg_commit(&tx, err);
}

static bool look_up(struct pg_tx *tx, const char *user_id, const char *statement, const char *value,
                    struct pg_result **result, struct err *err)
{
    pg_result_drop(result);
    return pg_exec(tx, statement, PARAMS(P_STR(user_id), P_STR(value)), result, err);
}

bool ref_store_resolve(struct pg_tx *tx, const char *user_id, const char *what,
                       const struct ref_input *input, struct pg_result **result, struct ref *out,
                       bool *found, struct err *err)
{
    char id[UUID_SIZE];
    bool by_name = input->kind == REF_NAME, is_merchant = strcmp(what, "merchant") == 0;
    const char *statement = is_merchant                     ? "merchant_by_id"
                            : strcmp(what, "category") == 0 ? "category_by_id"
                                                            : "account_by_id";
    if (by_name)
        statement = is_merchant ? "merchant_by_name" : "category_by_name";
    if (!look_up(tx, user_id, statement, input->value, result, err))
        return false;
    if (pg_rows(*result) == 0 && by_name && is_merchant) {
        uuid_new(id);
        if (!pg_exec(tx, "merchant_add", PARAMS(P_STR(user_id), P_STR(id), P_STR(input->value)),
                     NULL, err) ||
            !look_up(tx, user_id, statement, input->value, result, err))
            return false;
    }
    *found = pg_rows(*result) > 0;
    if (*found)
        *out = (struct ref){pg_str(*result, 0, 0), pg_str(*result, 0, 1)};
    return true;
}
