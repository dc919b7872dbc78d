#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "categories/categoriser.h"
#include "categories/category_defaults.h"

static bool is_default(const char *key)
{
    for (size_t i = 0; i < category_default_count; i++)
        if (strcmp(category_defaults[i].key, key) == 0)
            return true;
    return false;
}

static void the_list_is_sorted_and_means_categories(void **state)
{
    (void)state;
    const char *key, *before = "";
    unsigned long n = 0;
    for (const char *words; (words = categoriser_words(n, &key)) != NULL; n++) {
        assert_true(strcmp(before, words) < 0);
        assert_true(is_default(key));
        /* Written as merchants are folded, or it would never be found. */
        const char *found = categorise(words, NULL, 0);
        if (found == NULL || strcmp(found, key) != 0)
            fail_msg("%s is not found", words);
        before = words;
    }
    assert_true(n > 300);
}

static void guesses_by_whole_words(void **state)
{
    (void)state;
    static const struct {
        const char *merchant, *class;
        int credit;
        const char *want;
    } rows[] = {
        {"Swiggy", "purchase", 0, "dining"},
        {"SWIGGY INSTAMART", NULL, 0, "dining"},
        {"Amazon Fresh", NULL, 0, "groceries"},
        {"AMAZON.IN", NULL, 0, "shopping"},
        {"Uber Eats", NULL, 0, "dining"},
        {"UBER *TRIP", NULL, 0, "transport"},
        {"Shell Station 4021", NULL, 0, "fuel"},
        {"Barclays", NULL, 0, NULL},
        {"Golabari Sweets", NULL, 0, "dining"},
        {"Ramesh Kumar", "transfer", 0, "transfer"},
        {"Ramesh Kumar", NULL, 0, NULL},
        {"Acme Ltd", "salary", 1, "salary"},
        {"Big Bazaar", "cash_withdrawal", 0, "cash"},
        {"Amazon", "refund", 1, "shopping"},
        {"Amazon", "payment", 1, "income"},
        {NULL, "interest", 1, "income"},
        {NULL, "interest", 0, "fees"},
        {NULL, "refund", 1, NULL},
        {NULL, NULL, 0, NULL},
        {"", NULL, 0, NULL},
        {"\xe5\xae\xb6", NULL, 0, NULL},
        {"CAFÉ DE FLORE", NULL, 0, "dining"},
        {"TRATTORIA DA LINA", NULL, 0, "dining"},
        {"Frutería Pérez", NULL, 0, "groceries"},
        {"Bäckerei Müller", NULL, 0, "groceries"},
        {"Кафе Уют", NULL, 0, "dining"},
        {"АПТЕКА 36.6", NULL, 0, "health"},
        {"صيدلية النهدي", NULL, 0, "health"},
        {"스타벅스 강남점", NULL, 0, "dining"},
        {"Migros Beşiktaş", NULL, 0, "groceries"},
        {"\xff\xfe cafe", NULL, 0, "dining"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *got = categorise(rows[i].merchant, rows[i].class, rows[i].credit);
        if ((got == NULL) != (rows[i].want == NULL) ||
            (got != NULL && strcmp(got, rows[i].want) != 0))
            fail_msg("%s, %s: %s", rows[i].merchant ? rows[i].merchant : "-",
                     rows[i].class ? rows[i].class : "-", got ? got : "none");
    }
}

static void bears_any_length(void **state)
{
    (void)state;
    char text[4000];
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 3 == 2 ? ' ' : 'q';
    text[sizeof text - 1] = '\0';
    assert_null(categorise(text, NULL, 0));
    memset(text, 'x', sizeof text - 1);
    assert_null(categorise(text, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_sorted_and_means_categories),
        cmocka_unit_test(guesses_by_whole_words),
        cmocka_unit_test(bears_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
