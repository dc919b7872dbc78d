#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "currency.h"
#include "grammar.h"

static struct reader_input input;
static struct currency_hints hints;

static void lex(struct frame *frame, const char *text, const char *default_currency)
{
    memset(frame, 0, sizeof(*frame));
    input = (struct reader_input){.body = text, .body_len = strlen(text)};
    memcpy(input.default_currency, default_currency, strlen(default_currency));
    hints = (struct currency_hints){.looked = false};
    frame->hints = &hints;
    frame_read(frame, &input);
}

static const struct token *find(const struct frame *frame, enum token_kind kind)
{
    for (int i = 0; i < frame->count; i++)
        if (frame->tokens[i].kind == kind)
            return &frame->tokens[i];
    return NULL;
}

static void sums_as_the_world_writes_them(void **state)
{
    static const struct {
        const char *text, *currency;
        int64_t minor;
    } rows[] = {
        {"Rs.1,23,456.70", "INR", 12345670},
        {"INR 450", "INR", 45000},
        {"₹2,500.00", "INR", 250000},
        {"AED1,250.50", "AED", 125050},
        {"1.234,56 EUR", "EUR", 123456},
        {"EUR 1.234", "EUR", 123400},
        {"CHF 1'250.05", "CHF", 125005},
        {"JOD 12.750", "JOD", 12750},
        {"0.650 OMR", "OMR", 650},
        {"1 250,40 руб", "RUB", 125040},
        {"Ksh3,000.00", "KES", 300000},
        {"JPY 1,200", "JPY", 1200},
        {"VND 250.000", "VND", 250000},
        {"ر.س ٢٥٫٥٠", "SAR", 2550},
        {"20.000 KWD", "KWD", 20000},
        {"R$ 15,90", "BRL", 1590},
        {"N2,000.00", "NGN", 200000},
        {"Tk 1,05,000.00", "BDT", 10500000},
        {"75.25MT", "MZN", 7525},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct frame frame;
        char code[CURRENCY_SIZE];
        int64_t minor = 0;

        lex(&frame, rows[i].text, "");
        const struct token *money = find(&frame, TOKEN_MONEY);

        if (money == NULL)
            fail_msg("no money in %s", rows[i].text);
        currency_resolve(&frame, money->currency, code);
        assert_true(currency_minor(&frame, money, code, &minor));
        if (strcmp(code, rows[i].currency) != 0 || minor != rows[i].minor)
            fail_msg("%s: %s %lld", rows[i].text, code, (long long)minor);
    }
}

static void shared_sign_takes_the_default_currency(void **state)
{
    struct frame frame;
    char code[CURRENCY_SIZE];

    (void)state;
    lex(&frame, "Spent $12.00", "CAD");
    assert_int_equal(currency_resolve(&frame, find(&frame, TOKEN_MONEY)->currency, code),
                     CURRENCY_TOLD);
    assert_string_equal(code, "CAD");
    lex(&frame, "Spent $12.00", "INR");
    assert_int_equal(currency_resolve(&frame, find(&frame, TOKEN_MONEY)->currency, code),
                     CURRENCY_GUESSED);
    assert_string_equal(code, "USD");
    lex(&frame, "kr 120,00 betalt", "");
    assert_int_equal(currency_resolve(&frame, find(&frame, TOKEN_MONEY)->currency, code),
                     CURRENCY_UNKNOWN);
}

static void everyday_words_are_no_currency(void **state)
{
    struct frame frame;

    (void)state;
    lex(&frame, "visit all 5 branches or try 3 times", "");
    assert_null(find(&frame, TOKEN_MONEY));
}

static void kinds_of_token(void **state)
{
    static const struct {
        const char *text;
        enum token_kind kind;
    } rows[] = {
        {"XX1234", TOKEN_MASK},       {"****9876", TOKEN_MASK},
        {"0417*310", TOKEN_MASK},     {"xxxxxx5521", TOKEN_MASK},
        {"...4410", TOKEN_MASK},      {"kiran.rao@okbank", TOKEN_ADDRESS},
        {"12-03-2026", TOKEN_DATE},   {"7/4/26", TOKEN_DATE},
        {"03 Apr 2026", TOKEN_DATE},  {"15JAN2026", TOKEN_DATE},
        {"June 5, 2026", TOKEN_DATE}, {"18:45:09", TOKEN_TIME},
        {"6:05 PM", TOKEN_TIME},      {"https://example.org/a?b=1", TOKEN_LINK},
        {"AB12CD34", TOKEN_CODE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct frame frame;

        lex(&frame, rows[i].text, "");
        if (frame.count != 1 || frame.tokens[0].kind != rows[i].kind)
            fail_msg("%s: %d tokens, kind %d", rows[i].text, frame.count, frame.tokens[0].kind);
    }
}

static void too_many_tokens_are_cut(void **state)
{
    static char text[READER_TEXT_MAX * 2];
    struct frame frame;

    (void)state;
    memset(text, '!', sizeof(text) - 1);
    lex(&frame, text, "");
    assert_true(frame.count <= TOKENS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_as_the_world_writes_them),
        cmocka_unit_test(shared_sign_takes_the_default_currency),
        cmocka_unit_test(everyday_words_are_no_currency),
        cmocka_unit_test(kinds_of_token),
        cmocka_unit_test(too_many_tokens_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
