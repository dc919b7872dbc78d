/* Golden texts, written for this test in the manner of many banks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "explain.h"

struct golden {
    const char *text;
    enum reading_class class;
    const char *amount, *currency;
    enum reading_direction direction;
    const char *merchant, *account, *balance;
};

#define D READING_DEBIT
#define C READING_CREDIT
#define PAID READING_TRANSACTION

/* clang-format off */
static const struct golden goldens[] = {
    {"Rs.349.00 debited from A/c XX6612 on 04-02-26 to VPA greenleaf.store@okexample. UPI Ref No 604411223344. Avl Bal Rs.8,120.55 -Example Bank", PAID, "349.00", "INR", D, "greenleaf.store", "6612", "8120.55"},
    {"INR 1,899.00 spent on your Example Bank Credit Card ending 7702 at BLUE LANTERN BOOKS on 11-04-2026 19:22. Avl Limit: INR 61,400.00", PAID, "1899.00", "INR", D, "BLUE LANTERN BOOKS", "7702", NULL},
    {"Your a/c XX4410 is credited by Rs.52,000.00 on 30/04/2026 from NORTHWIND TRADERS towards salary. Bal Rs.60,113.20", PAID, "52000.00", "INR", C, "NORTHWIND TRADERS", "4410", "60113.20"},
    {"Rs 2000 withdrawn from ATM using card XX9034 on 02-05-2026. Available balance Rs 14,250.75", PAID, "2000.00", "INR", D, "ATM Withdrawal", "9034", "14250.75"},
    {"Refund of AED 75.50 from Coral Sky Travel has been credited to your card ending 3318", PAID, "75.50", "AED", C, "Coral Sky Travel", "3318", NULL},
    {"A purchase of $23.10 was made at HARBOR DINER on card ending in 8080.", PAID, "23.10", "USD", D, "HARBOR DINER", "8080", NULL},
    {"AB7CD8EF9G Confirmed. Ksh450.00 sent to MARY OKOTH on 3/5/26 at 7:15 PM. New balance is Ksh1,020.00.", PAID, "450.00", "KES", D, "MARY OKOTH", NULL, "1020.00"},
    {"شراء\nبطاقة: **4411\nمبلغ: SAR 82.75\nلدى: CEDAR PHARMACY\nفي: 2026-04-11 18:20\nالرصيد: 940.00 SAR", PAID, "82.75", "SAR", D, "CEDAR PHARMACY", "4411", "940.00"},
    {"Покупка 1 250,40 руб. Карта *5521. Доступно 8 300,00 руб", PAID, "1250.40", "RUB", D, NULL, "5521", "8300.00"},
    {"ถอนเงิน 700.00 บาท บช x4141 คงเหลือ 2,300.00 บาท", PAID, "700.00", "THB", D, NULL, "4141", "2300.00"},
    {"Umetuma TZS 12,500.00 kwenda ASHA JUMA tarehe 12/05/2026. Salio lako ni TZS 3,400.00", PAID, "12500.00", "TZS", D, "ASHA JUMA", NULL, "3400.00"},
    {"PKR 4,500.00 received from Bilal Traders in your A/C *7781 on 03-MAR-2026", PAID, "4500.00", "PKR", C, "Bilal Traders", "7781", NULL},

    {"482913 is your OTP for a transaction of Rs 4,999.00 at BLUE LANTERN BOOKS. Do not share it with anyone.", READING_OTP, NULL, NULL, 0, NULL, NULL, NULL},
    {"Use code 559021 to approve the debit of AED 300.00. Never share this verification code.", READING_OTP, NULL, NULL, 0, NULL, NULL, NULL},
    {"رمز التحقق 771204 لعملية شراء بمبلغ SAR 120", READING_OTP, NULL, NULL, 0, NULL, NULL, NULL},
    {"Your transaction of INR 640.00 at GREEN GROCER was declined due to insufficient funds.", READING_FAILED_PAYMENT, NULL, NULL, 0, NULL, NULL, NULL},
    {"UPI payment of Rs 210 to kiran@okexample failed. Amount, if debited, will be returned.", READING_FAILED_PAYMENT, NULL, NULL, 0, NULL, NULL, NULL},
    {"Payment of Rs 320.00 to CORNER CAFE failed. The amount will be refunded in 3 days.", READING_FAILED_PAYMENT, NULL, NULL, 0, NULL, NULL, NULL},
    {"Get Rs 75 cashback credited to your account when you recharge for Rs 250. Offer valid till 30 Jun.", READING_PROMOTION, NULL, NULL, 0, NULL, NULL, NULL},
    {"Rs 640.00 debited from A/c XX9911 has been reversed on 03-04-26. Ref 411298761234.", PAID, "640.00", "INR", C, NULL, "9911", NULL},
    {"AutoPay mandate of Rs.249.00 towards STREAMBOX is created.", READING_MANDATE, NULL, NULL, 0, NULL, NULL, NULL},
    {"Get a pre-approved personal loan of up to Rs 5,00,000! Apply now.", READING_PROMOTION, NULL, NULL, 0, NULL, NULL, NULL},
    {"Enjoy 20% off up to AED 100 on your next order. Limited time offer, T&C apply.", READING_PROMOTION, NULL, NULL, 0, NULL, NULL, NULL},
    {"kiran@okexample has requested Rs 900 from you. Approve in your app.", READING_REQUEST, NULL, NULL, 0, NULL, NULL, NULL},
    {"Your account will be debited with Rs 499.00 on 08-06-26 towards STREAMBOX.", READING_REMINDER, NULL, NULL, 0, NULL, NULL, NULL},
    {"Reminder: total due of INR 12,400.00 on your credit card is payable by 20-06-2026.", READING_REMINDER, NULL, NULL, 0, NULL, NULL, NULL},
    {"Available balance in your a/c XX1290 is Rs 7,312.00 as of 01-06-2026.", READING_BALANCE_NOTICE, NULL, NULL, 0, NULL, NULL, NULL},
    {"", READING_OTHER, NULL, NULL, 0, NULL, NULL, NULL},
};
/* clang-format on */

static void read(const char *text, struct reading *out)
{
    struct reader_input in = {.sender = "EXMPL", .body = text, .body_len = strlen(text)};

    reader_read(&in, out);
}

static void check(const char *what, const char *text, const char *want, const char *got)
{
    if (want != NULL && strcmp(want, got) != 0)
        fail_msg("%s of \"%s\": want %s, got %s", what, text, want, got);
}

static void goldens_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(goldens); i++) {
        const struct golden *want = &goldens[i];
        char amount[MONEY_SIZE];
        struct reading got;

        /* A shared sign is the person's own, or for a person to look at. */
        struct reader_input in = {
            .sender = "EXMPL", .body = want->text, .body_len = strlen(want->text)};

        if (want->currency != NULL)
            memcpy(in.default_currency, want->currency, CURRENCY_SIZE);
        reader_read(&in, &got);
        check("class", want->text, reading_class_name(want->class), reading_class_name(got.class));
        if (want->class != PAID)
            continue;
        reading_money_format(&got.amount, amount);
        check("amount", want->text, want->amount, amount);
        check("currency", want->text, want->currency, got.amount.money.currency);
        check("direction", want->text, reading_direction_name(want->direction),
              reading_direction_name(got.direction));
        check("merchant", want->text, want->merchant, got.merchant);
        check("account", want->text, want->account, got.account);
        reading_money_format(&got.balance, amount);
        check("balance", want->text, want->balance, amount);
        if (got.confidence < READER_REVIEW_BELOW)
            fail_msg("\"%s\" is not sure enough: %d", want->text, got.confidence);
    }
}

static void unknown_currency_needs_review(void **state)
{
    struct reading got;

    (void)state;
    read("Acct 77**312 DR Amt:480.00 Bal:915.20 on 09/06/2026", &got);
    assert_int_equal(got.class, READING_TRANSACTION);
    assert_string_equal(got.amount.money.currency, "");
    assert_true(got.confidence < READER_REVIEW_BELOW);

    /* The words of Vietnam's balance, and not a piece of others. */
    read("Acct 77**312 DR Amt:480.00 Bal:915.20, open also during holidays", &got);
    assert_string_equal(got.amount.money.currency, "");
    read("TK 77**312 GD: -480,000 So du: 915,200", &got);
    assert_string_equal(got.amount.money.currency, "VND");
}

static void a_guessed_currency_needs_review(void **state)
{
    struct reading got;

    (void)state;
    read("Rs. 450.00 spent at LAHORE CAFE on card XX1234. Ref 812345678901. Bal Rs. 900.00", &got);
    assert_string_equal(got.amount.money.currency, "INR");
    assert_true(got.confidence < READER_REVIEW_BELOW);
}

static void days_stand_first_but_in_two_countries(void **state)
{
    const char *text = "INR 80.00 debited from A/c XX6612 on 11-10-26";
    struct reader_input in = {.sender = "EXMPL", .body = text, .body_len = strlen(text)};
    char when[TIMEFMT_SIZE];
    struct reading got;

    (void)state;
    assert_true(timefmt_parse("2026-11-27T09:00:00Z", &in.received_at));
    reader_read(&in, &got);
    timefmt_format(got.occurred_at, when);
    assert_string_equal(when, "2026-10-11T12:00:00Z");
    assert_true(got.occurred_at_certain);

    /* Dollars are written both ways: the nearer day, and not certain. */
    in.body = "USD 80.00 debited from A/c XX6612 on 11-10-26";
    in.body_len = strlen(in.body);
    reader_read(&in, &got);
    timefmt_format(got.occurred_at, when);
    assert_string_equal(when, "2026-11-10T12:00:00Z");
    assert_false(got.occurred_at_certain);
}

static void time_is_taken_in_the_zone(void **state)
{
    const char *text = "Rs.80.00 debited from A/c XX6612 on 04-05-2026 at 10:30 PM";
    struct reader_input in = {.body = text, .body_len = strlen(text), .utc_offset_s = 19800};
    char when[TIMEFMT_SIZE];
    struct reading got;

    (void)state;
    assert_true(timefmt_parse("2026-05-04T17:00:05Z", &in.received_at));
    reader_read(&in, &got);
    timefmt_format(got.occurred_at, when);
    assert_string_equal(when, "2026-05-04T17:00:00Z");
    assert_true(got.occurred_at_certain && got.has_own_time);

    /* 4 May for one whose text arrived then, 5 April for one whose text arrived in April. */
    assert_true(timefmt_parse("2026-04-05T18:00:00Z", &in.received_at));
    reader_read(&in, &got);
    timefmt_format(got.occurred_at, when);
    assert_string_equal(when, "2026-04-05T17:00:00Z");
}

static void own_mark_and_canonical_text(void **state)
{
    char out[64];
    struct reading got;

    (void)state;
    read("Rs.20.00 paid at TEA STALL", &got);
    assert_false(reader_has_own_mark(&got));
    read("Rs.20.00 paid at TEA STALL. Bal Rs.100.00", &got);
    assert_true(reader_has_own_mark(&got));
    assert_int_equal(reader_canonical_text(" a \n\t b\xC2\xA0 c ", 11, out), 5);
    assert_string_equal(out, "a b c");
}

/* The candidate of the field that stands at these words of the text; fails without. */
static const struct candidate *find(const char *text, const struct explanation *why,
                                    enum reading_field field, const char *words)
{
    size_t start = (size_t)(strstr(text, words) - text);

    for (int i = 0; i < why->count; i++)
        if (why->candidates[i].field == field && why->candidates[i].span.start == start &&
            why->candidates[i].span.end == start + strlen(words))
            return &why->candidates[i];
    fail_msg("no candidate \"%s\"", words);
    return NULL;
}

static void every_candidate_is_explained(void **state)
{
    const char *text = "Rs 120.00 spent at BLUE FERN CAFE on 04-05-2026 from card XX3301 and "
                       "Rs 3.00 surcharge debited at GATE 9. Avl Bal Rs 900.00";
    struct reader_input in = {.body = text, .body_len = strlen(text)};
    struct explanation why;
    struct reading got, plain;

    (void)state;
    reader_explain(&in, &got, &why);
    reader_read(&in, &plain);
    assert_string_equal(got.merchant, plain.merchant);
    assert_memory_equal(got.spans, plain.spans, sizeof(got.spans));
    assert_memory_equal(got.sure, plain.sure, sizeof(got.sure));
    assert_true(find(text, &why, READING_FIELD_AMOUNT, "Rs 120.00")->chosen);
    assert_true(find(text, &why, READING_FIELD_BALANCE, "Rs 900.00")->chosen);
    assert_true(find(text, &why, READING_FIELD_ACCOUNT, "XX3301")->chosen);
    assert_string_equal(find(text, &why, READING_FIELD_DIRECTION, "spent")->means, "debit");
    const struct candidate *won = find(text, &why, READING_FIELD_MERCHANT, "BLUE FERN CAFE");
    const struct candidate *lost = find(text, &why, READING_FIELD_MERCHANT, "GATE 9");

    assert_true(won->chosen && !lost->chosen && won->score > lost->score);
    assert_true(got.sure[READING_FIELD_AMOUNT] > 0 && got.sure[READING_FIELD_MERCHANT] > 0);
    assert_int_equal(got.sure[READING_FIELD_CREDIT_LIMIT], 0);
}

static void long_and_broken_texts_end(void **state)
{
    static char text[100000];
    struct reader_input in = {.body = text, .body_len = sizeof(text)};
    struct reading got;

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        memset(text, byte, sizeof(text));
        reader_read(&in, &got);
        assert_true(got.class != READING_TRANSACTION);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goldens_are_read),
        cmocka_unit_test(unknown_currency_needs_review),
        cmocka_unit_test(a_guessed_currency_needs_review),
        cmocka_unit_test(days_stand_first_but_in_two_countries),
        cmocka_unit_test(time_is_taken_in_the_zone),
        cmocka_unit_test(own_mark_and_canonical_text),
        cmocka_unit_test(every_candidate_is_explained),
        cmocka_unit_test(long_and_broken_texts_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
