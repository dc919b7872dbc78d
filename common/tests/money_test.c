#include "base/money.h"

#include <string.h>

#include "base/mem.h"
#include "tests/test.h"

static void parses_and_formats(void **state)
{
    static const struct {
        const char *amount, *currency;
        int64_t minor;
        const char *shown;
    } rows[] = {
        {"450.00", "INR", 45000, "450.00"},
        {"450", "INR", 45000, "450.00"},
        {"0.05", "USD", 5, "0.05"},
        {"-12.5", "EUR", -1250, "-12.50"},
        {"-0.05", "EUR", -5, "-0.05"},
        {"12.500", "USD", 1250, "12.50"},
        {"1500", "JPY", 1500, "1500"},
        {"50.000", "JOD", 50000, "50.000"},
        {"0.001", "KWD", 1, "0.001"},
        {"90000000000000.00", "USD", MONEY_MAX, "90000000000000.00"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct money money;
        struct err err;
        char text[MONEY_SIZE];
        assert_true(money_parse(rows[i].amount, rows[i].currency, &money, &err));
        assert_int_equal(money.minor, rows[i].minor);
        money_format(&money, text);
        assert_string_equal(text, rows[i].shown);
    }
}

static void refuses_what_is_not_exact(void **state)
{
    static const char *const rows[][3] = {
        {"", "INR", "amount_invalid"},
        {"1e30", "INR", "amount_invalid"},
        {"1,250.00", "INR", "amount_invalid"},
        {" 1", "INR", "amount_invalid"},
        {"1.", "INR", "amount_invalid"},
        {".5", "INR", "amount_invalid"},
        {"--1", "INR", "amount_invalid"},
        {"NaN", "INR", "amount_invalid"},
        {"0x10", "INR", "amount_invalid"},
        {"1.2.3", "INR", "amount_invalid"},
        {"0.001", "USD", "amount_too_precise"},
        {"1.5", "JPY", "amount_too_precise"},
        {"90000000000000.01", "USD", "amount_too_large"},
        {"99999999999999999999", "JPY", "amount_too_large"},
        {"1", "BANANA", "currency_unknown"},
        {"1", "XXX", "currency_unknown"},
        {"1", "inr", "currency_unknown"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct money money;
        struct err err;
        assert_false(money_parse(rows[i][0], rows[i][1], &money, &err));
        assert_string_equal(err.name, rows[i][2]);
    }
}

static void currencies_are_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; currency_at(i) != NULL; i++)
        assert_true(strcmp(currency_at(i - 1), currency_at(i)) < 0);
    for (size_t i = 0; currency_at(i) != NULL; i++)
        assert_true(currency_exponent(currency_at(i)) >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_and_formats),
        cmocka_unit_test(refuses_what_is_not_exact),
        cmocka_unit_test(currencies_are_sorted),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
