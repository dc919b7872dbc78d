/* One shop is one name, however it is written; what only looks like a chain keeps its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alias.h"
#include "base/mem.h"
#include "reader.h"

struct row {
    const char *written, *name;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[READER_NAME_SIZE];

        snprintf(name, sizeof(name), "%s", rows[i].written);
        alias_apply(name, sizeof(name));
        if (strcmp(name, rows[i].name) != 0)
            fail_msg("%s: %s, not %s", rows[i].written, name, rows[i].name);
    }
}

static void chains_have_one_name(void **state)
{
    static const struct row rows[] = {
        {"AMZN Mktp US*2K4RT0", "Amazon"},
        {"amazon.com", "Amazon"},
        {"AMAZON.COM, USA", "Amazon"},
        {"Amazon In", "Amazon"},
        {"AMAZON PRIME VIDEO", "Amazon Prime"},
        {"PAYPAL *NETFLIX.COM", "Netflix"},
        {"NETFLIX.COM, NL", "Netflix"},
        {"UBER *TRIP HELP.UBER.COM", "Uber"},
        {"UBER TRIP", "Uber"},
        {"UBER EATS LONDON GB", "Uber Eats"},
        {"STARBUCKS STORE #1234", "Starbucks"},
        {"STARBUCKS 00417 SEATTLE WA", "Starbucks"},
        {"McDonald's 4471", "McDonald's"},
        {"SWIGGY LIMITED BANGA", "Swiggy"},
        {"IKEA BERLIN DE", "IKEA"},
        {"GOOGLE *YouTubePremium", "YouTube"},
        {"APPLE.COM/BILL", "Apple"},
    };

    (void)state;
    check(rows, LENGTH(rows));
}

static void others_keep_theirs(void **state)
{
    static const struct row rows[] = {
        {"APPLE ORCHARD FARM", "APPLE ORCHARD FARM"},
        {"TARGET PRACTICE RANGE", "TARGET PRACTICE RANGE"},
        {"UBERTO TRATTORIA", "UBERTO TRATTORIA"},
        {"AMAZONIA JUICES", "AMAZONIA JUICES"},
        {"HOTEL MUMBAI", "HOTEL MUMBAI"},
        {"CITY OF LONDON", "CITY OF LONDON"},
        {"BUDDHA BAR", "BUDDHA BAR"},
        {"AZS 09117", "AZS 09117"},
        {"PLATFORM 9", "PLATFORM 9"},
        {"MP STORES", "MP STORES"},
        {"Mañana Café", "Mañana Café"},
        {"QX DUBAI ARE", "QX DUBAI ARE"},
        {"", ""},
        {"*", "*"},
        {"# #", "# #"},
    };

    (void)state;
    check(rows, LENGTH(rows));
}

static void what_surrounds_a_name_is_dropped(void **state)
{
    static const struct row rows[] = {
        {"SQ *HARBOUR LIGHT BOOKS", "HARBOUR LIGHT BOOKS"},
        {"SQ*HARBOUR LIGHT BOOKS", "HARBOUR LIGHT BOOKS"},
        {"TST* Harbour Grill", "Harbour Grill"},
        {"RAZORPAY*HARBOUR", "HARBOUR"},
        {"HARBOUR GRILL #0417", "HARBOUR GRILL"},
        {"HARBOUR GRILL STORE 0417", "HARBOUR GRILL"},
        {"HARBOUR GRILL PARIS FR", "HARBOUR GRILL"},
        {"HARBOUR GRILL KUALA LUMPUR MYS", "HARBOUR GRILL"},
        {"HARBOUR GRILL, DUBAI", "HARBOUR GRILL"},
    };

    (void)state;
    check(rows, LENGTH(rows));
}

static void tables_are_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < alias_count; i++)
        assert_true(strcmp(aliases[i - 1].words, aliases[i].words) < 0);
    for (size_t i = 1; i < alias_word_count; i++)
        assert_true(strcmp(alias_words[i - 1].word, alias_words[i].word) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_have_one_name),
        cmocka_unit_test(others_keep_theirs),
        cmocka_unit_test(what_surrounds_a_name_is_dropped),
        cmocka_unit_test(tables_are_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
