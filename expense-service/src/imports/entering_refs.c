#include "imports/entering_refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "categories/categoriser.h"
#include "categories/category.h"
#include "expenses/origin.h"
#include "pg/columns.h"

/* clang-format off */
/* An account that a row means: by its name, and its digits when both tell some; by digits alone. */
#define MEANT                                                                                      \
    "a.user_id = $1::uuid AND CASE WHEN t.account IS NULL THEN a.last4 = t.last4"                  \
    " ELSE lower(a.name) = lower(t.account) AND (t.last4 IS NULL OR a.last4 = t.last4) END"

static const struct pg_statement statements[] = {
    {"entering_merchants",
     "INSERT INTO merchant (user_id, id, name)"
     " SELECT DISTINCT ON (lower(t.name)) $1::uuid, t.id, t.name"
     " FROM unnest($2::uuid[], $3::text[]) AS t (id, name) WHERE"
     " NOT EXISTS (SELECT FROM merchant m WHERE m.user_id = $1 AND lower(m.name) = lower(t.name))"
     " AND NOT EXISTS (SELECT FROM merchant_alias l WHERE l.user_id = $1 AND lower(l.name) = lower(t.name))"
     " ORDER BY lower(t.name) ON CONFLICT DO NOTHING"},
    {"entering_categories",
     "INSERT INTO category (user_id, id, name, position)"
     " SELECT DISTINCT ON (lower(t.name)) $1::uuid, t.id, t.name, 1000"
     " FROM unnest($2::uuid[], $3::text[]) AS t (id, name) WHERE"
     " NOT EXISTS (SELECT FROM category c WHERE c.user_id = $1 AND lower(c.name) = lower(t.name)"
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
    /* With the category that the person or a correction gave it. */
    {"entering_find_merchants",
     "SELECT m.id, m.name, k.id, k.name, m.category_by"
     " FROM unnest($2::text[]) WITH ORDINALITY AS t (name, n)"
     " LEFT JOIN merchant_alias l ON l.user_id = $1 AND lower(l.name) = lower(t.name)"
     " LEFT JOIN merchant m ON m.user_id = $1 AND m.id = coalesce(l.merchant_id,"
     "  (SELECT o.id FROM merchant o WHERE o.user_id = $1 AND lower(o.name) = lower(t.name)))"
     " LEFT JOIN category k ON k.user_id = $1 AND k.id = m.category_id AND m.conflict_id IS NULL"
     "  AND k.deleted_at IS NULL ORDER BY t.n"},
    {"entering_find_categories",
     "SELECT c.id, c.name FROM unnest($2::text[]) WITH ORDINALITY AS t (name, n)"
     " LEFT JOIN category c ON c.user_id = $1 AND lower(c.name) = lower(t.name) AND c.deleted_at IS NULL"
     " ORDER BY t.n"},
    {"entering_find_keys",
     "SELECT c.id, c.name FROM unnest($2::text[]) WITH ORDINALITY AS t (key, n)"
     " LEFT JOIN category c ON c.user_id = $1 AND c.key = t.key ORDER BY t.n"},
    {"entering_find_accounts",
     "SELECT a.id, a.name, a.last4 FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (account, last4, n)"
     " LEFT JOIN LATERAL (SELECT a.id, a.name, a.last4 FROM account a WHERE"
     "  a.user_id = $1 AND CASE WHEN t.account IS NULL AND t.last4 IS NULL THEN a.id = $4::uuid"
     "   ELSE " MEANT " END ORDER BY a.created_at, a.id LIMIT 1) a ON true ORDER BY t.n"},
};
/* clang-format on */
const struct pg_statements entering_refs_statements = {TABLE(statements)};

enum { MERCHANTS, CATEGORIES, KEYS, ACCOUNTS };

void entering_refs_fini(struct entering_refs *refs)
{
    names_fini(&refs->merchants);
    names_fini(&refs->categories);
    names_fini(&refs->keys);
    names_fini(&refs->accounts);
    for (size_t i = 0; i < refs->account_count; i++)
        free(refs->account_keys[i]);
    free(refs->account_keys);
    for (size_t i = 0; i < LENGTH(refs->found); i++)
        pg_result_drop(&refs->found[i]);
}

static char *account_key(const struct import_row *row)
{
    const char *name = row->account != NULL ? row->account : "";
    return xasprintf("%zu%c%s%c%s", strlen(name), row->account != NULL ? 'n' : '-', name,
                     row->last4 != NULL ? 'd' : '-', row->last4 != NULL ? row->last4 : "");
}

static const char *key_of(const struct import_row *row)
{
    return row->category != NULL
               ? NULL
               : categorise(row->merchant, NULL, row->direction == DIRECTION_CREDIT);
}

static void add_account(struct entering_refs *refs, const struct import_row *row,
                        struct pg_columns *columns)
{
    bool added;
    char id[UUID_SIZE], *key = account_key(row);
    names_add(&refs->accounts, key, &added);
    if (!added) {
        free(key);
        return;
    }
    refs->account_keys =
        xrealloc(refs->account_keys, (refs->account_count + 1) * sizeof *refs->account_keys);
    refs->account_keys[refs->account_count++] = key;
    uuid_new(id);
    pg_columns_str(columns, 0, id);
    pg_columns_str(columns, 1, row->account);
    pg_columns_str(columns, 2, row->last4);
}

static void add_row(struct entering_refs *refs, const struct import_row *row,
                    struct pg_columns *accounts)
{
    const char *key = key_of(row);
    if (row->merchant != NULL)
        names_add(&refs->merchants, row->merchant, NULL);
    if (row->category != NULL)
        names_add(&refs->categories, row->category, NULL);
    if (key != NULL)
        names_add(&refs->keys, key, NULL);
    for (size_t i = 0; i < json_array_size(row->splits); i++) {
        const char *name =
            json_string_value(json_object_get(json_array_get(row->splits, i), "category"));
        if (name != NULL)
            names_add(&refs->categories, name, NULL);
    }
    add_account(refs, row, accounts);
}

/* Makes those that are not there: a statement with an id for each. */
static bool make(struct pg_tx *tx, const char *statement, const char *user_id,
                 const struct names *names, int64_t most, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[4] = {P_STR(user_id)};
    pg_columns_init(&columns, 2);
    for (size_t i = 0; i < names->count; i++) {
        char id[UUID_SIZE];
        uuid_new(id);
        pg_columns_str(&columns, 0, id);
        pg_columns_str(&columns, 1, names->texts[i]);
    }
    pg_columns_params(&columns, params + 1);
    params[3] = P_INT(most);
    return names->count == 0 || pg_exec(tx, statement, params, most > 0 ? 4 : 3, NULL, err);
}

static bool look_up(struct pg_tx *tx, const char *statement, const char *user_id,
                    const struct names *names, struct pg_result **found, struct err *err)
{
    scoped(str_drop) char *list = pg_array(names->texts, names->count);
    return names->count == 0 ||
           pg_exec(tx, statement, PARAMS(P_STR(user_id), P_STR(list)), found, err);
}

bool entering_refs_find(struct pg_tx *tx, const struct import_work *work,
                        const struct import_row rows[], const bool skip[], size_t count,
                        struct entering_refs *refs, struct err *err)
{
    const char *user_id = work->user_id;
    const char *account = work->layout.account_id[0] != '\0' ? work->layout.account_id : NULL;
    scoped(pg_columns_fini) struct pg_columns accounts;
    struct pg_param all[3];
    pg_columns_init(&accounts, 3);
    for (size_t i = 0; i < count; i++)
        if (!skip[i])
            add_row(refs, &rows[i], &accounts);
    pg_columns_params(&accounts, all);
    return make(tx, "entering_merchants", user_id, &refs->merchants, 0, err) &&
           make(tx, "entering_categories", user_id, &refs->categories, CATEGORIES_MAX, err) &&
           pg_exec(tx, "entering_accounts", PARAMS(P_STR(user_id), all[0], all[1], all[2]), NULL,
                   err) &&
           look_up(tx, "entering_find_merchants", user_id, &refs->merchants,
                   &refs->found[MERCHANTS], err) &&
           look_up(tx, "entering_find_categories", user_id, &refs->categories,
                   &refs->found[CATEGORIES], err) &&
           look_up(tx, "entering_find_keys", user_id, &refs->keys, &refs->found[KEYS], err) &&
           pg_exec(tx, "entering_find_accounts",
                   PARAMS(P_STR(user_id), all[1], all[2], P_STR(account)), &refs->found[ACCOUNTS],
                   err);
}

static struct ref ref_at(const struct pg_result *found, size_t n, int col)
{
    return (struct ref){pg_str(found, n, col), pg_str(found, n, col + 1)};
}

static struct ref ref_of(const struct pg_result *found, const struct names *names, const char *text)
{
    size_t n;
    return text != NULL && names_find(names, text, &n) ? ref_at(found, n, 0)
                                                       : (struct ref){.id = NULL};
}

struct ref entering_refs_category(const struct entering_refs *refs, const char *name)
{
    return ref_of(refs->found[CATEGORIES], &refs->categories, name);
}

void entering_refs_set(const struct entering_refs *refs, const struct import_row *row,
                       struct expense *out, const char **by)
{
    size_t n;
    scoped(str_drop) char *account = account_key(row);
    const struct pg_result *merchants = refs->found[MERCHANTS], *accounts = refs->found[ACCOUNTS];
    bool known = row->merchant != NULL && names_find(&refs->merchants, row->merchant, &n);
    if (known)
        out->merchant = ref_at(merchants, n, 0);
    *by = origin_names[ORIGIN_PARSER];
    if (row->category != NULL) {
        out->category = entering_refs_category(refs, row->category);
        *by = origin_names[ORIGIN_USER];
    } else if (known && !pg_is_null(merchants, n, 2)) {
        out->category = ref_at(merchants, n, 2);
        *by = pg_str(merchants, n, 4);
    } else {
        out->category = ref_of(refs->found[KEYS], &refs->keys, key_of(row));
    }
    if (out->category.id == NULL)
        *by = NULL;
    if (names_find(&refs->accounts, account, &n)) {
        out->account = ref_at(accounts, n, 0);
        out->account_last4 = pg_str(accounts, n, 2);
    }
}
