#include "expenses/expense_filter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "expenses/expense_columns.h"

enum { FILTER_BYTES_MAX = 200 };

static const char *read_enum(const struct req *req, const char *name, const char *pointer,
                             const char *const names[], struct fields *fields)
{
    const char *text = req_query(req, name);
    for (size_t i = 0; text != NULL && names[i] != NULL; i++)
        if (strcmp(text, names[i]) == 0)
            return names[i];
    if (text != NULL)
        field_error(fields, pointer, "not_allowed", "is not one of the values of this filter");
    return NULL;
}

static const char *read_text(const struct req *req, const char *name, const char *pointer,
                             struct fields *fields)
{
    const char *text = req_query(req, name);
    if (text == NULL || (*text != '\0' && strlen(text) <= FILTER_BYTES_MAX))
        return text;
    field_error(fields, pointer, "length_invalid", "must be 1 to 200 bytes long");
    return NULL;
}

/* Read as an amount of a currency with three decimals, which is what amount_milli counts. */
static int64_t read_amount(const struct req *req, const char *name, const char *pointer,
                           struct fields *fields)
{
    const char *text = req_query(req, name);
    struct money money;
    struct err err;
    if (text == NULL)
        return -1;
    if (money_parse(text, "KWD", &money, &err) && money.minor >= 0)
        return money.minor;
    field_error(fields, pointer, "amount_invalid", "must be a decimal number from zero");
    return -1;
}

static void read_sort(const struct req *req, struct expense_filter *out, struct fields *fields)
{
    static const char *const names[] = {
        [SORT_TIME_DOWN] = "-occurred_at",  [SORT_TIME_UP] = "occurred_at",
        [SORT_AMOUNT_DOWN] = "-amount",     [SORT_AMOUNT_UP] = "amount",
        [SORT_MERCHANT_DOWN] = "-merchant", [SORT_MERCHANT_UP] = "merchant",
        [SORT_MERCHANT_UP + 1] = NULL,
    };
    const char *name = read_enum(req, "sort", "?sort", names, fields);
    for (int i = 0; name != NULL && names[i] != NULL; i++)
        if (names[i] == name)
            out->sort = (enum expense_sort)i;
}

static const char *read_id(const struct req *req, const char *name, const char *pointer,
                           struct fields *fields)
{
    const char *text = req_query(req, name);
    if (text != NULL && !uuid_valid(text))
        field_error(fields, pointer, "uuid_invalid", "must be a UUID");
    return text;
}

void expense_filter_read(const struct req *req, struct expense_filter *out, struct fields *fields)
{
    *out = (struct expense_filter){0};
    req_query_known(req,
                    (const char *const[]){"from",     "to",      "direction", "type",   "category",
                                          "merchant", "account", "currency",  "min",    "max",
                                          "q",        "tag",     "source",    "status", "deleted",
                                          "sort",     "limit",   "cursor",    "tree",   "import",
                                          NULL},
                    fields);
    range_read(req, &out->range, fields);
    out->direction = read_enum(req, "direction", "?direction", expense_direction_names, fields);
    out->type = read_enum(req, "type", "?type", expense_type_names, fields);
    out->source = read_enum(req, "source", "?source", expense_source_names, fields);
    out->status = read_enum(req, "status", "?status", expense_status_names, fields);
    out->category = read_text(req, "category", "?category", fields);
    out->merchant = read_text(req, "merchant", "?merchant", fields);
    out->tag = read_text(req, "tag", "?tag", fields);
    out->q = read_text(req, "q", "?q", fields);
    out->account = read_id(req, "account", "?account", fields);
    out->import = read_id(req, "import", "?import", fields);
    out->currency = req_query(req, "currency");
    if (out->currency != NULL && currency_exponent(out->currency) < 0)
        field_error(fields, "?currency", "currency_unknown", "must be a code of ISO 4217");
    static const char *const yes_no[] = {"false", "true", NULL};
    out->deleted = read_enum(req, "deleted", "?deleted", yes_no, fields) == yes_no[1];
    out->tree = read_enum(req, "tree", "?tree", yes_no, fields) == yes_no[1];
    out->min_milli = read_amount(req, "min", "?min", fields);
    out->max_milli = read_amount(req, "max", "?max", fields);
    read_sort(req, out, fields);
}

#define NO_CATEGORY "'00000000-0000-0000-0000-000000000000'"

static bool is_none(const struct expense_filter *filter)
{
    return strcmp(filter->category, "none") == 0;
}

/* A SELECT of the ids of the category, by its id, name or key, and of those below it. */
static void add_branch(struct query *query, const char *category, bool tree)
{
    if (uuid_valid(category) && !tree) {
        query_add(query, "SELECT ", P_STR(category), "::uuid AS id");
        return;
    }
    if (tree)
        buf_addf(&query->sql, "WITH RECURSIVE branch (id) AS ((");
    buf_addf(&query->sql, "SELECT f.id FROM category f WHERE f.user_id = $1::uuid AND ");
    if (uuid_valid(category)) {
        query_add(query, "f.id = ", P_STR(category), "::uuid");
    } else {
        query_add(query, "f.deleted_at IS NULL AND (f.key = ", P_STR(category), "::text");
        buf_addf(
            &query->sql,
            " OR lower(f.name) = lower($%zu::text)) ORDER BY f.key = $%zu DESC NULLS LAST LIMIT 1",
            query->count, query->count);
    }
    if (tree)
        buf_addf(&query->sql,
                 ") UNION ALL SELECT f.id FROM category f JOIN branch b ON f.parent_id = b.id"
                 " WHERE f.user_id = $1 AND f.deleted_at IS NULL) SELECT id FROM branch");
}

/* What was added since begin, taken out: a text that can be put in more than one place, with
 * parameters that are numbered already. */
static void cut(struct query *query, size_t begin, struct buf *out)
{
    buf_add(out, query->sql.data + begin, query->sql.len - begin);
    query->sql.len = begin;
}

static void cut_branch(struct query *query, const struct expense_filter *filter, struct buf *out)
{
    size_t begin = query->sql.len;
    if (is_none(filter))
        buf_addf(&query->sql, "SELECT " NO_CATEGORY "::uuid AS id");
    else
        add_branch(query, filter->category, filter->tree);
    cut(query, begin, out);
}

static void add_own(struct query *query, const struct expense_filter *filter,
                    const struct buf *branch)
{
    if (is_none(filter)) {
        buf_addf(&query->sql, "e.category_id IS NULL");
        return;
    }
    /* One category where it is one, so that the planner sees that. */
    buf_addf(&query->sql, filter->tree ? "e.category_id IN (" : "e.category_id = (");
    buf_add(&query->sql, branch->data, branch->len);
    buf_addf(&query->sql, ")");
}

/* In the order of merchants each expense of one is looked at, so that its parts are, too. */
static void add_category(struct query *query, const struct expense_filter *filter)
{
    struct buf branch = {0};
    cut_branch(query, filter, &branch);
    buf_addf(&query->sql, " AND (");
    add_own(query, filter, &branch);
    buf_addf(&query->sql, " OR (e.splits IS NOT NULL AND EXISTS (SELECT FROM expense_part p"
                          " WHERE p.user_id = e.user_id AND p.expense_id = e.id"
                          " AND p.category_id IN (");
    buf_add(&query->sql, branch.data, branch.len);
    buf_addf(&query->sql, "))))");
    buf_fini(&branch);
}

static void add_merchant(struct query *query, const char *merchant)
{
    if (uuid_valid(merchant))
        query_add(query, " AND e.merchant_id = ", P_STR(merchant), "::uuid");
    else
        query_add(query,
                  " AND e.merchant_id = (SELECT f.id FROM merchant f WHERE f.user_id = $1"
                  " AND lower(f.name) = lower(",
                  P_STR(merchant), "::text))");
}

/* The text as a pattern that means itself: what LIKE would read as a wildcard is escaped. */
static void make_pattern(struct query *query, const char *q)
{
    struct buf pattern = {0};
    buf_addf(&pattern, "%%");
    for (const char *text = q; *text != '\0'; text++) {
        if (strchr("\\%_", *text) != NULL)
            buf_add(&pattern, "\\", 1);
        buf_add(&pattern, text, 1);
    }
    buf_addf(&pattern, "%%");
    query->pattern = pattern.data;
}

/* Names that hold the text ($%1$zu), or a word much like it ($%2$zu; word_similarity of pg_trgm).
 */
#define LIKE_IT(name) "(" name " ILIKE $%1$zu::text OR $%2$zu::text <%% " name ")"
#define OWN(table, column)                                                                         \
    "ARRAY(SELECT f." column " FROM " table " f WHERE f.user_id = $1 AND " LIKE_IT("f.name") ")"
enum search_arm { IN_NOTE, IN_MERCHANT, IN_CATEGORY, IN_TAGS, SEARCH_ARMS };

/* What a search looks in, each by an index of its own. */
static void add_arm(struct query *query, enum search_arm arm, size_t like, size_t similar)
{
    switch (arm) {
    case IN_NOTE:
        buf_addf(&query->sql, "e.note <> '' AND " LIKE_IT("e.note"), like, similar);
        return;
    case IN_MERCHANT:
        buf_addf(&query->sql, "e.merchant_id = ANY(" OWN("merchant", "id") ")", like, similar);
        return;
    case IN_CATEGORY:
        buf_addf(&query->sql, "e.category_id = ANY(" OWN("category", "id") ")", like, similar);
        return;
    case IN_TAGS:
    case SEARCH_ARMS:
        buf_addf(&query->sql, "e.tags <> '[]' AND e.tags ?| " OWN("expense_tag", "name"), like,
                 similar);
        return;
    }
}

/* A SELECT of the ids that the arms find, each at most limit of them; $1 is the user. */
static void add_arms(struct query *query, const char *q)
{
    make_pattern(query, q);
    size_t like = query->count + 1, similar = query->count + 2, limit = query->count + 3;
    query->params[query->count++] = P_STR(query->pattern);
    query->params[query->count++] = P_STR(q);
    query->params[query->count++] = P_INT(EXPENSES_RARE + 1);
    for (int i = 0; i < SEARCH_ARMS; i++) {
        buf_addf(&query->sql,
                 "%s(SELECT e.id FROM expense e WHERE e.user_id = $1::uuid AND e.deleted_at IS "
                 "NULL AND ",
                 i > 0 ? " UNION ALL " : "");
        add_arm(query, (enum search_arm)i, like, similar);
        buf_addf(&query->sql, " LIMIT $%zu::bigint)", limit);
    }
}

/* Where few are found these few are looked at; where many are, those in the order of the list until
 * there are enough. */
static void add_search(struct query *query, const struct expense_filter *filter)
{
    if (filter->found != NULL) {
        query_add(query, " AND e.id = ANY(", P_STR(filter->found), "::uuid[])");
        return;
    }
    make_pattern(query, filter->q);
    size_t like = query->count + 1, similar = query->count + 2;
    query->params[query->count++] = P_STR(query->pattern);
    query->params[query->count++] = P_STR(filter->q);
    for (int i = 0; i < SEARCH_ARMS; i++) {
        buf_addf(&query->sql, i > 0 ? " OR (" : " AND ((");
        add_arm(query, (enum search_arm)i, like, similar);
        buf_addf(&query->sql, ")");
    }
    buf_addf(&query->sql, ")");
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

bool expense_filter_probe(const struct expense_filter *filter, const char *user_id,
                          struct query *query)
{
    if (filter->q == NULL || filter->deleted ||
        characters(filter->q) < 3) /* of fewer there are no trigrams */
        return false;
    query->params[query->count++] = P_STR(user_id);
    buf_addf(&query->sql, "SELECT count(*), array_agg(DISTINCT id)::text FROM (");
    add_arms(query, filter->q);
    buf_addf(&query->sql, ") AS found");
    return true;
}

static void add_conditions(const struct expense_filter *filter, struct query *query)
{
    buf_addf(&query->sql, filter->deleted ? " AND e.deleted_at IS NOT NULL AND NOT e.purged"
                                            " AND e.merged_into IS NULL"
                                          : " AND e.deleted_at IS NULL");
    query_add_range(query, &filter->range);
    if (filter->direction != NULL)
        query_add(query, " AND e.direction = ", P_STR(filter->direction), "");
    if (filter->type != NULL)
        query_add(query, " AND e.type = ", P_STR(filter->type), "");
    if (filter->source != NULL)
        query_add(query, " AND e.source = ", P_STR(filter->source), "");
    if (filter->status != NULL)
        query_add(query, " AND e.status = ", P_STR(filter->status), "");
    if (filter->currency != NULL)
        query_add(query, " AND e.currency = ", P_STR(filter->currency), "");
    if (filter->merchant != NULL)
        add_merchant(query, filter->merchant);
    if (filter->account != NULL)
        query_add(query, " AND e.account_id = ", P_STR(filter->account), "::uuid");
    if (filter->import != NULL)
        query_add(query, " AND e.import_id = ", P_STR(filter->import), "::uuid");
    if (filter->tag != NULL)
        query_add(query, " AND e.tags <> '[]' AND e.tags @> to_jsonb(", P_STR(filter->tag),
                  "::text)");
    if (filter->min_milli >= 0)
        query_add(query, " AND e.amount_milli >= ", P_INT(filter->min_milli), "::bigint");
    if (filter->max_milli >= 0)
        query_add(query, " AND e.amount_milli <= ", P_INT(filter->max_milli), "::bigint");
    if (filter->q != NULL)
        add_search(query, filter);
}

static bool is_down(const struct expense_filter *filter)
{
    return filter->sort == SORT_TIME_DOWN || filter->sort == SORT_AMOUNT_DOWN ||
           filter->sort == SORT_MERCHANT_DOWN;
}

static bool by_amount(const struct expense_filter *filter)
{
    return filter->sort == SORT_AMOUNT_DOWN || filter->sort == SORT_AMOUNT_UP;
}

static bool by_merchant(const struct expense_filter *filter)
{
    return filter->sort == SORT_MERCHANT_DOWN || filter->sort == SORT_MERCHANT_UP;
}

/* After the row whose time or amount, and id, are keys. */
static void add_after(struct query *query, const struct expense_filter *filter, char *const keys[])
{
    int64_t key = strtoll(keys[0], NULL, 10);
    buf_addf(&query->sql, " AND (e.%s, e.id) %s (",
             by_amount(filter) ? "amount_milli" : "occurred_at", is_down(filter) ? "<" : ">");
    if (by_amount(filter))
        query_add(query, "", P_INT(key), "::bigint");
    else
        query_add(query, "", P_TIME(key), "::timestamptz");
    query_add(query, ", ", P_STR(keys[1]), "::uuid)");
}

static void add_order(struct query *query, const char *first, const struct expense_filter *filter)
{
    const char *direction = is_down(filter) ? "DESC" : "ASC";
    buf_addf(&query->sql, " ORDER BY ");
    if (first != NULL)
        buf_addf(&query->sql, "%s %s, ", first, direction);
    buf_addf(&query->sql, "e.%s %s, e.id %s", by_amount(filter) ? "amount_milli" : "occurred_at",
             direction, direction);
}

/* The merchants in the order of their names, and the first few expenses of each: whatever there
 * are, no more is read than a page. Behind them those of no merchant: an Append runs its second
 * part only when the first one had too few. */
static void query_by_merchant(const struct expense_filter *filter, const char *user_id,
                              const struct page *page, struct query *query)
{
    const char *sign = is_down(filter) ? "<" : ">", *name = page->keys[0];
    struct buf conditions = {0};
    query_add(query,
              "SELECT * FROM ((SELECT " EXPENSE_COLUMNS
              ", lower(m.name) FROM (SELECT f.* FROM merchant f"
              " WHERE f.user_id = ",
              P_STR(user_id), "::uuid");
    if (name != NULL) {
        query_add(query, " AND ", P_STR(name), "::text <> ''");
        buf_addf(&query->sql, " AND lower(f.name) %s= $%zu", sign, query->count);
    }
    buf_addf(&query->sql, ") m CROSS JOIN LATERAL (SELECT e.* FROM expense e WHERE e.user_id = $1"
                          " AND e.merchant_id = m.id");
    size_t begin = query->sql.len;
    if (filter->category != NULL)
        add_category(query, filter);
    add_conditions(filter, query);
    buf_add(&conditions, query->sql.data + begin, query->sql.len - begin);
    size_t named = 2, timed = query->count + 1;
    if (name != NULL) {
        /* The time alone first, which the index can begin at. */
        buf_addf(&query->sql, " AND e.occurred_at %s= CASE WHEN lower(m.name) = $%zu THEN ", sign,
                 named);
        query_add(query, "", P_TIME(strtoll(page->keys[1], NULL, 10)), "::timestamptz");
        buf_addf(
            &query->sql,
            " ELSE '%sinfinity' END AND (lower(m.name) <> $%zu OR (e.occurred_at, e.id) %s ($%zu, ",
            is_down(filter) ? "" : "-", named, sign, timed);
        query_add(query, "", P_STR(page->keys[2]), "::uuid))");
    }
    add_order(query, NULL, filter);
    query_add(query, " LIMIT ", P_INT(page->limit + 1), "::bigint) e" EXPENSE_OTHER_JOINS);
    size_t limit = query->count;
    add_order(query, "lower(m.name)", filter);
    buf_addf(&query->sql,
             " LIMIT $%zu) UNION ALL (SELECT " EXPENSE_COLUMNS ", '' FROM expense e" EXPENSE_JOINS
             " WHERE e.user_id = $1 AND e.merchant_id IS NULL",
             limit);
    buf_add(&query->sql, conditions.data, conditions.len);
    if (name != NULL && *name == '\0')
        buf_addf(&query->sql, " AND (e.occurred_at, e.id) %s ($%zu, $%zu)", sign, timed, timed + 1);
    add_order(query, NULL, filter);
    buf_addf(&query->sql, " LIMIT $%zu)) AS listed LIMIT $%zu", limit, limit);
    buf_fini(&conditions);
}

/* An expense as the category of one of its parts finds it, with all that conditions look at. Its
 * time and amount are those of the part, so that the indexes of parts are read in the order of the
 * list. */
#define PARTS                                                                                      \
    "(SELECT p.user_id, p.expense_id AS id, p.category_id AS part_id, p.occurred_at,"              \
    " p.amount_milli, x.direction, x.type, x.source, x.status, x.currency, x.merchant_id,"         \
    " x.category_id, x.account_id, x.import_id, x.tags, x.note, x.deleted_at, x.purged,"           \
    " x.merged_into FROM expense_part p JOIN expense x ON x.user_id = p.user_id"                   \
    " AND x.id = p.expense_id)"

static void add_all(struct query *query, const struct buf *text)
{
    buf_add(&query->sql, text->data, text->len);
}

/* By time: for each category the first ones of it and the first ones that a part of is in it, each
 * by an index in that order, so that no more is read than a page of either. */
static void add_by_time(struct query *query, const struct expense_filter *filter,
                        const struct buf *branch, const struct buf *rest)
{
    buf_addf(&query->sql, "(");
    add_all(query, branch);
    buf_addf(&query->sql,
             ") b CROSS JOIN LATERAL ((SELECT e.occurred_at AS at, e.id FROM expense e"
             " WHERE e.user_id = $1::uuid AND e.category_id %s",
             is_none(filter) ? "IS NULL" : "= b.id");
    add_all(query, rest);
    buf_addf(&query->sql, ") UNION ALL (SELECT e.occurred_at AS at, e.id FROM " PARTS " e"
                          " WHERE e.user_id = $1 AND e.part_id = b.id");
    add_all(query, rest);
    buf_addf(&query->sql, ")) f");
}

/* By amount there is no index of a category's expenses, only of parts: the planner chooses. */
static void add_by_amount(struct query *query, const struct expense_filter *filter,
                          const struct buf *branch, const struct buf *rest)
{
    buf_addf(&query->sql, "((SELECT e.amount_milli AS at, e.id FROM expense e"
                          " WHERE e.user_id = $1::uuid AND ");
    add_own(query, filter, branch);
    add_all(query, rest);
    buf_addf(&query->sql, ") UNION ALL (SELECT g.at, g.id FROM (");
    add_all(query, branch);
    buf_addf(&query->sql, ") b CROSS JOIN LATERAL (SELECT e.amount_milli AS at, e.id FROM " PARTS
                          " e WHERE e.user_id = $1 AND e.part_id = b.id");
    add_all(query, rest);
    buf_addf(&query->sql, ") g)) f");
}

static void query_by_category(const struct expense_filter *filter, const char *user_id,
                              const struct page *page, struct query *query)
{
    const char *down = is_down(filter) ? "DESC" : "ASC";
    struct buf branch = {0}, rest = {0};
    query->params[query->count++] = P_STR(user_id);
    cut_branch(query, filter, &branch);
    add_conditions(filter, query);
    if (page->keys[0] != NULL)
        add_after(query, filter, page->keys);
    add_order(query, NULL, filter);
    query_add(query, " LIMIT ", P_INT(page->limit + 1), "::bigint");
    size_t limit = query->count;
    cut(query, 0, &rest);
    buf_addf(&query->sql, "SELECT " EXPENSE_COLUMNS " FROM (SELECT DISTINCT f.at, f.id FROM ");
    if (by_amount(filter))
        add_by_amount(query, filter, &branch, &rest);
    else
        add_by_time(query, filter, &branch, &rest);
    buf_addf(&query->sql,
             " ORDER BY f.at %s, f.id %s LIMIT $%zu) f"
             " JOIN expense e ON e.user_id = $1 AND e.id = f.id" EXPENSE_JOINS,
             down, down, limit);
    add_order(query, NULL, filter);
    buf_fini(&branch);
    buf_fini(&rest);
}

void expense_filter_query(const struct expense_filter *filter, const char *user_id,
                          const struct page *page, struct query *query)
{
    if (filter->category != NULL && !by_merchant(filter)) {
        query_by_category(filter, user_id, page, query);
        return;
    }
    if (by_merchant(filter)) {
        query_by_merchant(filter, user_id, page, query);
        return;
    }
    query_add(query,
              "SELECT " EXPENSE_COLUMNS " FROM expense e" EXPENSE_JOINS " WHERE e.user_id = ",
              P_STR(user_id), "::uuid");
    add_conditions(filter, query);
    if (page->keys[0] != NULL)
        add_after(query, filter, page->keys);
    add_order(query, NULL, filter);
    query_add(query, " LIMIT ", P_INT(page->limit + 1), "::bigint");
}

const char *expense_page_kinds(const struct expense_filter *filter)
{
    return by_merchant(filter) ? "siu" : "iu";
}

void expense_page_keys(const struct expense_filter *filter, const struct pg_result *result,
                       size_t row, char text[static 24], const char *keys[static 3])
{
    size_t count = 0;
    if (by_merchant(filter))
        keys[count++] = pg_str(result, row, EXPENSE_COLUMN_COUNT);
    snprintf(text, 24, "%" PRId64,
             pg_int(result, row, by_amount(filter) ? EXPENSE_MILLI : EXPENSE_TIME));
    keys[count++] = text;
    keys[count] = pg_str(result, row, 0);
}
