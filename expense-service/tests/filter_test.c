#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "expenses/expense_filter.h"
#include "fake_store.h"

static void compose(const struct expense_filter *filter, const struct page *page,
                    struct query *query, const char **where)
{
    expense_filter_query(filter, USER, page, query);
    *where = strstr(query->sql.data, " WHERE e.user_id = ");
    assert_non_null(*where);
}
#define NO_AMOUNTS .min_milli = -1, .max_milli = -1

static void every_list_is_one_users(void **state)
{
    (void)state;
    scoped(query_fini) struct query query = {0};
    const struct expense_filter filter = {NO_AMOUNTS};
    const struct page page = {.limit = 50};
    const char *where;
    compose(&filter, &page, &query, &where);
    assert_string_equal(where, " WHERE e.user_id = $1::uuid AND e.deleted_at IS NULL"
                               " ORDER BY e.occurred_at DESC, e.id DESC LIMIT $2::bigint");
    assert_string_equal(query.params[0].text, USER);
    assert_int_equal(query.params[1].num, 51);
}

static void pages_by_row_values(void **state)
{
    (void)state;
    scoped(query_fini) struct query query = {0};
    const struct expense_filter filter = {NO_AMOUNTS, .sort = SORT_AMOUNT_UP, .currency = "INR"};
    const struct page page = {
        .limit = 2, .key_count = 2, .keys = {(char[]){"120500"}, (char[]){EXPENSE_ID}}};
    const char *where;
    compose(&filter, &page, &query, &where);
    assert_string_equal(where, " WHERE e.user_id = $1::uuid AND e.deleted_at IS NULL"
                               " AND e.currency = $2"
                               " AND (e.amount_milli, e.id) > ($3::bigint, $4::uuid)"
                               " ORDER BY e.amount_milli ASC, e.id ASC LIMIT $5::bigint");
    assert_int_equal(query.params[2].num, 120500);
    assert_string_equal(query.params[3].text, EXPENSE_ID);
}

static void pages_by_merchant(void **state)
{
    (void)state;
    scoped(query_fini) struct query first = {0}, later = {0}, nameless = {0};
    const struct expense_filter filter = {NO_AMOUNTS, .sort = SORT_MERCHANT_UP, .currency = "INR"};
    struct page page = {.limit = 2};
    assert_string_equal(expense_page_kinds(&filter), "siu");
    expense_filter_query(&filter, USER, &page, &first);
    assert_string_equal(strstr(first.sql.data, " AND e.merchant_id IS NULL"),
                        " AND e.merchant_id IS NULL AND e.deleted_at IS NULL AND e.currency = $2"
                        " ORDER BY e.occurred_at ASC, e.id ASC LIMIT $3)) AS listed LIMIT $3");
    page = (struct page){.limit = 2,
                         .key_count = 3,
                         .keys = {(char[]){"shop"}, (char[]){"7"}, (char[]){EXPENSE_ID}}};
    expense_filter_query(&filter, USER, &page, &later);
    assert_non_null(strstr(later.sql.data, " AND $2::text <> '' AND lower(f.name) >= $2) m "));
    assert_non_null(strstr(later.sql.data,
                           " AND (lower(m.name) <> $2 OR (e.occurred_at, e.id) > ($4, $5::uuid))"));
    assert_null(strstr(later.sql.data, " AND (e.occurred_at, e.id) > ($4, $5)"));
    page.keys[0] = (char[]){""};
    expense_filter_query(&filter, USER, &page, &nameless);
    assert_non_null(strstr(nameless.sql.data, " AND (e.occurred_at, e.id) > ($4, $5)"));
}

/* Both ways of being in a category have all conditions and end with the page. */
static void a_category_is_its_own_and_that_of_parts(void **state)
{
    static const char own[] = " WHERE e.user_id = $1::uuid AND e.category_id = b.id";
    static const char part[] = " WHERE e.user_id = $1 AND e.part_id = b.id";
    static const char rest[] = " AND e.deleted_at IS NULL AND e.currency = $3"
                               " AND (e.occurred_at, e.id) < ($4::timestamptz, $5::uuid)"
                               " ORDER BY e.occurred_at DESC, e.id DESC LIMIT $6::bigint)";
    struct expense_filter filter = {NO_AMOUNTS, .category = EXPENSE_ID, .currency = "INR"};
    struct page page = {.limit = 2, .key_count = 2, .keys = {(char[]){"5"}, (char[]){EXPENSE_ID}}};
    (void)state;
    for (int tree = 0; tree < 2; tree++) {
        scoped(query_fini) struct query query = {0};
        filter.tree = tree;
        expense_filter_query(&filter, USER, &page, &query);
        const char *first = strstr(query.sql.data, own), *second = strstr(query.sql.data, part);
        assert_non_null(first);
        assert_non_null(second);
        assert_memory_equal(first + strlen(own), rest, strlen(rest));
        assert_memory_equal(second + strlen(part), rest, strlen(rest));
        assert_int_equal(strstr(query.sql.data, "RECURSIVE") != NULL, tree);
        assert_string_equal(query.params[0].text, USER);
        assert_int_equal(query.count, 6);
    }
    filter.category = "none";
    page.keys[0] = NULL;
    scoped(query_fini) struct query none = {0};
    expense_filter_query(&filter, USER, &page, &none);
    assert_non_null(strstr(none.sql.data, " WHERE e.user_id = $1::uuid AND e.category_id IS NULL"));
}

static void values_are_never_sql(void **state)
{
    (void)state;
    static const char evil[] = "x'); DROP TABLE expense; --%_\\";
    scoped(query_fini) struct query query = {0};
    const struct expense_filter filter = {.min_milli = 1,
                                          .max_milli = 2,
                                          .direction = "debit",
                                          .type = "expense",
                                          .source = "manual",
                                          .status = "posted",
                                          .currency = "INR",
                                          .category = evil,
                                          .merchant = evil,
                                          .account = EXPENSE_ID,
                                          .tag = evil,
                                          .q = evil,
                                          .range = {{true, "2026-01-01", 0}, {true, NULL, 5}}};
    const struct page page = {
        .limit = 200, .key_count = 2, .keys = {(char[]){"5"}, (char[]){EXPENSE_ID}}};
    const char *where;
    compose(&filter, &page, &query, &where);
    assert_null(strstr(query.sql.data, "DROP"));
    assert_true(query.count <= FILTER_PARAMS_MAX);
    assert_string_equal(query.pattern, "%x'); DROP TABLE expense; --\\%\\_\\\\%");
    assert_non_null(strstr(where, "f.user_id = $1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_is_one_users),
        cmocka_unit_test(pages_by_row_values),
        cmocka_unit_test(pages_by_merchant),
        cmocka_unit_test(a_category_is_its_own_and_that_of_parts),
        cmocka_unit_test(values_are_never_sql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
