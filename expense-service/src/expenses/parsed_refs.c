#include "expenses/parsed_refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/columns.h"

/* clang-format off */
/* Locked, so that it is still there when the expenses that point to it are. Each is looked up on its
 * own, whatever the table looked like when the plan was made. */
static const struct pg_statement statements[] = {
    {"parsed_merchants",
     "SELECT t.n, m.id, m.name, k.id, k.name, m.category_by"
     " FROM unnest($1::int[], $2::uuid[], $3::text[]) AS t (n, user_id, name)"
     " CROSS JOIN LATERAL (SELECT coalesce("
     "  (SELECT l.merchant_id FROM merchant_alias l WHERE l.user_id = t.user_id"
     "    AND lower(l.name) = lower(t.name)),"
     "  (SELECT m.id FROM merchant m WHERE m.user_id = t.user_id"
     "    AND lower(m.name) = lower(t.name))) AS id OFFSET 0) AS f"
     " CROSS JOIN LATERAL (SELECT m.* FROM merchant m WHERE m.user_id = t.user_id AND m.id = f.id"
     "  FOR KEY SHARE) AS m"
     " LEFT JOIN LATERAL (SELECT k.id, k.name FROM category k WHERE k.user_id = m.user_id"
     "  AND k.id = m.category_id AND m.conflict_id IS NULL AND k.deleted_at IS NULL FOR KEY SHARE) AS k ON true"},
    {"parsed_merchants_make",
     "INSERT INTO merchant (user_id, id, name)"
     " SELECT DISTINCT ON (t.user_id, lower(t.name)) t.user_id, t.id, t.name"
     " FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (user_id, id, name)"
     " WHERE NOT EXISTS (SELECT FROM merchant m"
     "  WHERE m.user_id = t.user_id AND lower(m.name) = lower(t.name))"
     " AND NOT EXISTS (SELECT FROM merchant_alias l WHERE l.user_id = t.user_id"
     "  AND lower(l.name) = lower(t.name))"
     " ORDER BY t.user_id, lower(t.name) ON CONFLICT DO NOTHING"},
    /* Most say all of it, and one probe finds theirs. */
    {"parsed_accounts",
     "SELECT t.n, a.id, a.name, a.last4, a.bank"
     " FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[])"
     "  AS t (n, user_id, bank, last4, type)"
     " CROSS JOIN LATERAL (SELECT coalesce("
     "  (SELECT a.id FROM account a WHERE a.user_id = t.user_id AND a.bank = t.bank"
     "    AND a.last4 = t.last4 AND a.type = t.type LIMIT 1),"
     "  account_of(t.user_id, t.bank, t.last4, t.type)) AS id OFFSET 0) AS f"
     " CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.user_id = t.user_id AND a.id = f.id"
     "  FOR KEY SHARE) AS a"},
    {"parsed_accounts_make",
     "WITH t AS (SELECT DISTINCT ON (t.user_id, t.bank, t.last4, t.type) *"
     "  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])"
     "   AS t (user_id, id, bank, last4, type, name)"
     "  ORDER BY t.user_id, t.bank, t.last4, t.type),"
     /* The first text that names the bank names the account, too. */
     " named AS (UPDATE account a SET bank = t.bank, updated_at = now(), version = a.version + 1,"
     "   name = CASE a.name WHEN a.last4 THEN t.name ELSE a.name END"
     "  FROM t WHERE t.bank <> '' AND a.bank = '' AND a.last4 <> '' AND a.user_id = t.user_id"
     "   AND a.id = account_of(t.user_id, t.bank, t.last4, t.type))"
     "INSERT INTO account (user_id, id, bank, last4, type, name)"
     " SELECT t.* FROM t WHERE account_of(t.user_id, t.bank, t.last4, t.type) IS NULL"
     /* Of texts that came together the one that tells more. */
     "  AND NOT EXISTS (SELECT FROM t AS o WHERE o.user_id = t.user_id AND o.last4 = t.last4"
     "   AND t.last4 <> '' AND (o.bank, o.type) <> (t.bank, t.type) AND t.bank IN ('', o.bank)"
     "   AND t.type IN ('', o.type))"
     " ORDER BY t.user_id, t.bank, t.last4, t.type ON CONFLICT DO NOTHING"},
    {"parsed_categories",
     "SELECT t.n, c.id, c.name FROM unnest($1::int[], $2::uuid[], $3::text[]) AS t (n, user_id, key)"
     " CROSS JOIN LATERAL (SELECT c.* FROM category c WHERE c.user_id = t.user_id AND c.key = t.key"
     "  FOR KEY SHARE) AS c"},
    {"parsed_owners",
     "SELECT t.n, o.base_currency FROM unnest($1::int[], $2::uuid[]) AS t (n, user_id)"
     " CROSS JOIN LATERAL (SELECT o.base_currency FROM owner o WHERE o.user_id = t.user_id LIMIT 1) AS o"},
    {"parsed_bases",
     "SELECT t.n, o.base_currency || ' ' || base_milli(o.user_id, o.base_currency, o.time_zone,"
     "  t.currency, t.milli, t.at)"
     " FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[])"
     "  AS t (n, user_id, currency, milli, at) JOIN owner o ON o.user_id = t.user_id"},
};
/* clang-format on */
const struct pg_statements parsed_refs_statements = {TABLE(statements)};

/* Columns of the results, behind the number of what was asked. */
enum { ID = 1, NAME, CATEGORY_ID, CATEGORY_NAME, CATEGORY_BY };
enum { LAST4 = 3, BANK };
enum { BASE_CURRENCY = 1 };

static bool has_account(const struct parsed *row)
{
    return row->account_name[0] != '\0';
}

/* What a row names of a kind, by what it is known; false: nothing. */
static bool words_of(enum parsed_ref_kind kind, const struct parsed *row, const char *words[3])
{
    words[0] = words[1] = words[2] = "";
    switch (kind) {
    case PARSED_MERCHANT:
        words[0] = row->merchant;
        return row->merchant != NULL;
    case PARSED_ACCOUNT:
        words[0] = row->bank;
        words[1] = row->last4;
        words[2] = row->account_type;
        return has_account(row);
    case PARSED_CATEGORY:
        words[0] = row->category_key;
        return row->category_key != NULL;
    case PARSED_OWNER:
        return true;
    }
    return false;
}

/* One text for who and what; no word holds the byte between them. */
static void write_key(const struct parsed *row, const char *const words[3], struct buf *key)
{
    key->len = 0;
    buf_add(key, row->user_id, strlen(row->user_id));
    for (size_t i = 0; i < 3; i++) {
        buf_add(key, "\x1f", 1);
        buf_add(key, words[i], strlen(words[i]));
    }
}

/* The number of what a row names. */
static size_t number_of(struct parsed_lookup *lookup, const struct parsed *row, const char *key)
{
    size_t n;
    if (names_find(&lookup->names, key, &n))
        return n;
    n = names_add(&lookup->names, xstrdup(key), NULL);
    lookup->first[n] = row;
    return n;
}

static struct parsed_found find(const struct parsed_refs *refs, enum parsed_ref_kind kind, size_t n)
{
    const struct parsed_lookup *lookup = &refs->lookups[kind];
    size_t number = lookup->of_row[n];
    return number > 0 ? lookup->found[number - 1] : (struct parsed_found){0};
}

void parsed_refs_fini(struct parsed_refs *refs)
{
    for (size_t kind = 0; kind < PARSED_REF_KINDS; kind++) {
        struct parsed_lookup *lookup = &refs->lookups[kind];
        for (size_t i = 0; i < lookup->names.count; i++)
            free((char *)(uintptr_t)lookup->names.texts[i]);
        names_fini(&lookup->names);
        free(lookup->first);
        free(lookup->found);
        free(lookup->of_row);
        pg_result_drop(&lookup->results[0]);
        pg_result_drop(&lookup->results[1]);
    }
    pg_result_drop(&refs->bases);
}

/* Those that are not known yet; again tells that it is the second time. */
static bool look_up(struct pg_tx *tx, struct parsed_refs *refs, enum parsed_ref_kind kind,
                    bool again, struct err *err)
{
    static const char *const names[] = {"parsed_merchants", "parsed_accounts", "parsed_categories",
                                        "parsed_owners"};
    static const size_t counts[] = {3, 5, 3, 2};
    struct parsed_lookup *lookup = &refs->lookups[kind];
    struct pg_param params[5];
    size_t asked = 0;
    scoped(pg_columns_fini) struct pg_columns columns;
    pg_columns_init(&columns, counts[kind]);
    for (size_t n = 0; n < lookup->names.count; n++) {
        const char *words[3];
        if (lookup->found[n].result != NULL || !words_of(kind, lookup->first[n], words))
            continue;
        pg_columns_typed(&columns, 0, PG_INT4, &P_INT(n));
        pg_columns_typed(&columns, 1, PG_UUID, &P_STR(lookup->first[n]->user_id));
        for (size_t i = 2; i < counts[kind]; i++)
            pg_columns_long(&columns, i, words[i - 2]);
        asked++;
    }
    pg_columns_params(&columns, params);
    if (asked == 0)
        return true;
    if (!pg_exec(tx, names[kind], params, counts[kind], &lookup->results[again], err))
        return false;
    const struct pg_result *result = lookup->results[again];
    for (size_t i = 0; i < pg_rows(result); i++)
        lookup->found[pg_int(result, i, 0)] = (struct parsed_found){result, i};
    return true;
}

static bool make_merchants(struct pg_tx *tx, const struct parsed *const rows[], size_t count,
                           struct err *err)
{
    struct pg_param params[3];
    scoped(pg_columns_fini) struct pg_columns columns;
    pg_columns_init(&columns, LENGTH(params));
    for (size_t i = 0; i < count; i++) {
        pg_columns_str(&columns, 0, rows[i]->user_id);
        pg_columns_str(&columns, 1, rows[i]->merchant_new_id);
        pg_columns_str(&columns, 2, rows[i]->merchant);
    }
    pg_columns_params(&columns, params);
    return pg_exec(tx, "parsed_merchants_make", params, LENGTH(params), NULL, err);
}

static bool make_accounts(struct pg_tx *tx, const struct parsed *const rows[], size_t count,
                          struct err *err)
{
    struct pg_param params[6];
    scoped(pg_columns_fini) struct pg_columns columns;
    pg_columns_init(&columns, LENGTH(params));
    for (size_t i = 0; i < count; i++) {
        pg_columns_str(&columns, 0, rows[i]->user_id);
        pg_columns_str(&columns, 1, rows[i]->account_new_id);
        pg_columns_str(&columns, 2, rows[i]->bank);
        pg_columns_str(&columns, 3, rows[i]->last4);
        pg_columns_str(&columns, 4, rows[i]->account_type);
        pg_columns_str(&columns, 5, rows[i]->account_name);
    }
    pg_columns_params(&columns, params);
    return pg_exec(tx, "parsed_accounts_make", params, LENGTH(params), NULL, err);
}

bool parsed_refs_make(struct pg_tx *tx, const struct parsed *parsed, struct err *err)
{
    return (parsed->merchant == NULL || make_merchants(tx, &parsed, 1, err)) &&
           (!has_account(parsed) || make_accounts(tx, &parsed, 1, err));
}

static void rows_drop(const struct parsed ***rows)
{
    free(*rows);
}

static bool need_merchants(struct pg_tx *tx, struct parsed_refs *refs, struct err *err)
{
    const struct parsed_lookup *lookup = &refs->lookups[PARSED_MERCHANT];
    size_t count = 0;
    scoped(rows_drop) const struct parsed **rows = xcalloc(lookup->names.count + 1, sizeof *rows);
    for (size_t n = 0; n < lookup->names.count; n++)
        if (lookup->found[n].result == NULL)
            rows[count++] = lookup->first[n];
    return count == 0 ||
           (make_merchants(tx, rows, count, err) && look_up(tx, refs, PARSED_MERCHANT, true, err));
}

/* Each that a text names is compared with the others that come with it, so all are given. */
static bool need_accounts(struct pg_tx *tx, struct parsed_refs *refs, struct err *err)
{
    struct parsed_lookup *lookup = &refs->lookups[PARSED_ACCOUNT];
    bool needed = false;
    for (size_t n = 0; n < lookup->names.count; n++) {
        struct parsed_found found = lookup->found[n];
        if (found.result != NULL &&
            (lookup->first[n]->bank[0] == '\0' || pg_str(found.result, found.row, BANK)[0] != '\0'))
            continue;
        lookup->found[n].result = NULL; /* its name may change */
        needed = true;
    }
    return !needed || (make_accounts(tx, lookup->first, lookup->names.count, err) &&
                       look_up(tx, refs, PARSED_ACCOUNT, true, err));
}

/* Of which some are left out. */
struct texts {
    const struct parsed *rows;
    const bool *skip;
    size_t count;
};

/* What they name of one kind. */
static bool find_kind(struct pg_tx *tx, const struct texts *texts, struct parsed_refs *refs,
                      enum parsed_ref_kind kind, struct err *err)
{
    size_t count = texts->count;
    struct parsed_lookup *lookup = &refs->lookups[kind];
    scoped(buf_fini) struct buf key = {0};
    lookup->first = xcalloc(count, sizeof *lookup->first);
    lookup->found = xcalloc(count, sizeof *lookup->found);
    lookup->of_row = xcalloc(count, sizeof *lookup->of_row);
    for (size_t i = 0; i < count; i++) {
        const char *words[3];
        if (texts->skip[i] || !words_of(kind, &texts->rows[i], words))
            continue;
        write_key(&texts->rows[i], words, &key);
        lookup->of_row[i] = number_of(lookup, &texts->rows[i], key.data) + 1;
    }
    return look_up(tx, refs, kind, false, err);
}

bool parsed_refs_find(struct pg_tx *tx, const struct parsed rows[], const bool skip[], size_t count,
                      struct parsed_refs *refs, struct err *err)
{
    const struct texts texts = {.rows = rows, .skip = skip, .count = count};
    for (size_t kind = 0; kind < PARSED_REF_KINDS; kind++)
        if (!find_kind(tx, &texts, refs, (enum parsed_ref_kind)kind, err))
            return false;
    return need_merchants(tx, refs, err) && need_accounts(tx, refs, err);
}

static struct ref ref_at(struct parsed_found found, int col)
{
    if (found.result == NULL)
        return (struct ref){0};
    return (struct ref){pg_str(found.result, found.row, col),
                        pg_str(found.result, found.row, col + 1)};
}

void parsed_refs_set(const struct parsed_refs *refs, size_t n, struct parsed *row,
                     struct expense *out)
{
    struct parsed_found merchant = find(refs, PARSED_MERCHANT, n);
    struct parsed_found account = find(refs, PARSED_ACCOUNT, n);
    const char *by = origin_names[ORIGIN_PARSER];
    out->merchant = ref_at(merchant, ID);
    out->category = ref_at(merchant, CATEGORY_ID);
    if (out->category.id != NULL)
        by = pg_str(merchant.result, merchant.row, CATEGORY_BY);
    else
        out->category = ref_at(find(refs, PARSED_CATEGORY, n), ID);
    parsed_set_origins(row, out->category.id != NULL ? by : NULL);
    out->account = ref_at(account, ID);
    if (account.result != NULL)
        out->account_last4 = pg_str(account.result, account.row, LAST4);
}

bool parsed_refs_bases(struct pg_tx *tx, struct parsed_refs *refs, struct expense out[],
                       size_t count, struct err *err)
{
    size_t foreign = 0;
    struct pg_param params[5];
    scoped(pg_columns_fini) struct pg_columns columns;
    pg_columns_init(&columns, LENGTH(params));
    for (size_t i = 0; i < count; i++) {
        struct parsed_found owner = find(refs, PARSED_OWNER, i);
        if (owner.result == NULL || pg_is_null(owner.result, owner.row, BASE_CURRENCY))
            continue;
        if (strcmp(pg_str(owner.result, owner.row, BASE_CURRENCY), out[i].amount.currency) == 0) {
            out[i].base = out[i].amount;
            continue;
        }
        pg_columns_typed(&columns, 0, PG_INT4, &P_INT(i));
        pg_columns_typed(&columns, 1, PG_UUID, &P_STR(out[i].user_id));
        pg_columns_long(&columns, 2, out[i].amount.currency);
        pg_columns_typed(&columns, 3, PG_INT8, &P_INT(expense_amount_milli(&out[i].amount)));
        pg_columns_typed(&columns, 4, PG_TIMESTAMPTZ, &P_TIME(out[i].occurred_us));
        foreign++;
    }
    pg_columns_params(&columns, params);
    if (foreign == 0)
        return true;
    if (!pg_exec(tx, "parsed_bases", params, LENGTH(params), &refs->bases, err))
        return false;
    for (size_t i = 0; i < pg_rows(refs->bases); i++)
        expense_base_read(pg_str(refs->bases, i, 1), &out[pg_int(refs->bases, i, 0)]);
    return true;
}
