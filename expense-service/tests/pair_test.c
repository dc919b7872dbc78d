#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "links/pair.h"

#define MINUTE (60 * US_PER_S)
#define DAY (24 * 60 * MINUTE)
#define NOON (20000 * DAY)

/* Two accounts of one person; what a case changes is told by it. */
#define BANK_A .account_id = "a1", .bank = "First Bank", .last4 = "7719"
#define BANK_B .account_id = "b1", .bank = "Other Bank", .last4 = "4410"
#define DEBIT .direction = DIRECTION_DEBIT, .type = TYPE_EXPENSE
#define CREDIT .direction = DIRECTION_CREDIT, .type = TYPE_INCOME
#define OF(minor_units, when) .amount = {minor_units, "INR"}, .occurred_us = NOON + (when)
#define TEXT_1 .id = "1", .message_id = "m1"
#define TEXT_2 .id = "2", .message_id = "m2"

// clang-format off
static const struct {
    const char *name;
    struct pair_side a, b;
    int kind, strength; /* kind -1: nothing is suggested */
    const char *reasons;
    bool sure, swapped;
} cases[] = {
    {"two coffees in a row", {TEXT_1, DEBIT, BANK_A, OF(8000, 0), .merchant = "Cafe"},
     {TEXT_2, DEBIT, BANK_A, OF(8000, MINUTE), .merchant = "Cafe"}, -1, 0, "", false, false},
    {"two coffees whose balances differ", {TEXT_1, DEBIT, BANK_A, OF(8000, 0), .has_balance = true,
     .balance_minor = 50000, .merchant = "Cafe"},
     {TEXT_2, DEBIT, BANK_A, OF(8000, MINUTE), .has_balance = true, .balance_minor = 42000,
      .merchant = "Cafe", .twin_of = "m1"}, -1, 0, "", false, false},
    {"two references", {TEXT_1, DEBIT, .bank = "Wallet", OF(8000, 0), .reference = "412345678901"},
     {TEXT_2, DEBIT, BANK_A, OF(8000, 0), .reference = "412345678902"}, -1, 0, "", false, false},
    {"two cards at once", {TEXT_1, DEBIT, BANK_A, OF(8000, 0)},
     {TEXT_2, DEBIT, BANK_B, OF(8000, 0)}, -1, 0, "", false, false},
    {"an app and the bank, one reference",
     {TEXT_1, DEBIT, .account_id = "w", .bank = "Wallet", OF(25000, 0), .reference = "412345678901"},
     {TEXT_2, DEBIT, BANK_A, OF(25000, MINUTE), .reference = "412345678901", .has_balance = true},
     LINK_DUPLICATE, 100, "same_reference same_amount minutes_apart other_sender", false, true},
    {"an app and the bank without a reference",
     {TEXT_1, DEBIT, .bank = "Wallet", OF(25000, 0), .merchant = "Corner Cafe"},
     {TEXT_2, DEBIT, BANK_A, OF(25000, MINUTE), .merchant = "CORNER CAFE BANDRA"},
     LINK_DUPLICATE, 60, "same_amount minutes_apart same_merchant other_sender", false, true},
    {"an app and the bank, two shops", {TEXT_1, DEBIT, .bank = "Wallet", OF(25000, 0),
     .merchant = "Corner Cafe"}, {TEXT_2, DEBIT, BANK_A, OF(25000, MINUTE), .merchant = "Metro"},
     -1, 0, "", false, false},
    {"the same text hours apart", {TEXT_1, DEBIT, BANK_A, OF(8000, 0), .merchant = "Cafe"},
     {TEXT_2, DEBIT, BANK_A, OF(8000, 200 * MINUTE), .merchant = "Cafe", .twin_of = "m1"},
     LINK_DUPLICATE, 65, "same_amount same_merchant same_account same_text", false, false},
    {"by hand and by text", {.id = "1", DEBIT, OF(8000, -90 * MINUTE), .merchant = "Cafe"},
     {TEXT_2, DEBIT, BANK_A, OF(8000, 0), .merchant = "Cafe"}, LINK_DUPLICATE, 50,
     "same_amount same_merchant entered_by_hand", false, true},
    {"another amount", {TEXT_1, DEBIT, BANK_A, OF(8000, 0), .reference = "412345678901"},
     {TEXT_2, DEBIT, BANK_A, OF(8100, 0), .reference = "412345678901"}, -1, 0, "", false, false},

    {"an own transfer under one reference",
     {TEXT_1, DEBIT, BANK_A, OF(500000, 0), .reference = "512345678901"},
     {TEXT_2, CREDIT, BANK_B, OF(500000, MINUTE), .reference = "512345678901"}, LINK_TRANSFER, 95,
     "same_reference same_amount minutes_apart", true, false},
    {"the same, whose type the person set",
     {TEXT_1, DEBIT, BANK_A, OF(500000, 0), .reference = "512345678901", .by_user = true},
     {TEXT_2, CREDIT, BANK_B, OF(500000, MINUTE), .reference = "512345678901"}, LINK_TRANSFER, 95,
     "same_reference same_amount minutes_apart", false, false},
    {"one that names the other account, told in the other order",
     {TEXT_2, CREDIT, BANK_B, OF(500000, DAY)},
     {TEXT_1, DEBIT, BANK_A, OF(500000, 0), .second_account = "410"}, LINK_TRANSFER, 75,
     "same_amount days_apart told_account", false, true},
    {"one that names a third account", {TEXT_1, DEBIT, BANK_A, OF(500000, 0),
     .second_account = "9999"}, {TEXT_2, CREDIT, BANK_B, OF(500000, 0)}, -1, 0, "", false, false},
    {"only amount and time", {TEXT_1, DEBIT, BANK_A, OF(500000, 0)},
     {TEXT_2, CREDIT, BANK_B, OF(500000, 2 * DAY)}, LINK_TRANSFER, 30, "same_amount days_apart",
     false, false},
    {"too late", {TEXT_1, DEBIT, BANK_A, OF(500000, 0), .reference = "512345678901"},
     {TEXT_2, CREDIT, BANK_B, OF(500000, 4 * DAY), .class = "salary"}, -1, 0, "", false, false},
    {"a purchase and a salary", {TEXT_1, DEBIT, BANK_A, OF(500000, 0), .class = "purchase"},
     {TEXT_2, CREDIT, BANK_B, OF(500000, MINUTE), .class = "salary"}, -1, 0, "", false, false},
    {"in and out of one account", {TEXT_1, DEBIT, BANK_A, OF(500000, 0)},
     {TEXT_2, CREDIT, BANK_A, OF(500000, MINUTE)}, -1, 0, "", false, false},
    {"two currencies", {TEXT_1, DEBIT, BANK_A, OF(500000, 0), .reference = "512345678901"},
     {TEXT_2, CREDIT, BANK_B, .amount = {500000, "USD"}, .occurred_us = NOON,
      .reference = "512345678901"}, -1, 0, "", false, false},

    {"all of it back", {TEXT_1, DEBIT, BANK_A, OF(90000, 0), .merchant = "Green Grocer"},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(90000, 9 * DAY),
      .class = "refund", .merchant = "Green Grocer"}, LINK_REFUND, 90,
     "same_amount days_apart told_as_refund same_merchant same_account", false, false},
    {"a part of it back", {TEXT_1, DEBIT, BANK_A, OF(90000, 0), .merchant = "Green Grocer"},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(30000, 90 * DAY),
      .class = "refund", .merchant = "Green Grocer"}, LINK_REFUND, 70,
     "part_of_amount told_as_refund same_merchant same_account", false, false},
    {"more than it was", {TEXT_1, DEBIT, BANK_A, OF(90000, 0), .merchant = "Green Grocer"},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(90001, DAY),
      .class = "refund", .merchant = "Green Grocer"}, -1, 0, "", false, false},
    {"before it was paid", {TEXT_1, DEBIT, BANK_A, OF(90000, 0), .merchant = "Green Grocer"},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(90000, -DAY),
      .class = "refund", .merchant = "Green Grocer"}, -1, 0, "", false, false},
    {"after half a year", {TEXT_1, DEBIT, BANK_A, OF(90000, 0), .merchant = "Green Grocer"},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(90000, 181 * DAY),
      .class = "refund", .merchant = "Green Grocer"}, -1, 0, "", false, false},
    {"of another shop", {TEXT_1, DEBIT, BANK_A, OF(90000, 0), .merchant = "Green Grocer"},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(90000, DAY),
      .class = "refund", .merchant = "Metro"}, -1, 0, "", false, false},
    {"taken back under its reference",
     {TEXT_1, DEBIT, BANK_A, OF(90000, 0), .reference = "998877665544"},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(90000, 60 * MINUTE),
      .class = "reversal", .reference = "998877665544"}, LINK_REVERSAL, 100,
     "same_reference same_amount days_apart told_as_reversal same_account", true, false},
    {"taken back without one", {TEXT_1, DEBIT, BANK_A, OF(90000, 0)},
     {TEXT_2, .direction = DIRECTION_CREDIT, .type = TYPE_REFUND, BANK_A, OF(90000, 60 * MINUTE),
      .class = "reversal"}, LINK_REVERSAL, 60,
     "same_amount days_apart told_as_reversal same_account", false, false},
};
// clang-format on

static void judges_each_pair(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct pair pair, back;
        bool found = pair_judge(&cases[i].a, &cases[i].b, &pair);
        if (found != (cases[i].kind >= 0))
            fail_msg("%s: %s", cases[i].name, found ? "suggested" : "not suggested");
        if (pair_judge(&cases[i].b, &cases[i].a, &back) != found)
            fail_msg("%s: depends on the order", cases[i].name);
        if (!found)
            continue;
        scoped(json_drop) json_t *reasons = pair_reasons_json(pair.reasons);
        char text[300] = "";
        for (size_t j = 0; j < json_array_size(reasons); j++) {
            strcat(text, j > 0 ? " " : "");
            strcat(text, json_string_value(json_array_get(reasons, j)));
        }
        if ((int)pair.kind != cases[i].kind || pair.strength != cases[i].strength ||
            strcmp(text, cases[i].reasons) != 0 || pair.sure != cases[i].sure ||
            (pair.first == &cases[i].b) != cases[i].swapped)
            fail_msg("%s: %s %d (%s)%s, first is %s", cases[i].name, link_kind_names[pair.kind],
                     pair.strength, text, pair.sure ? " sure" : "", pair.first->id);
        assert_int_equal(back.kind, pair.kind);
        assert_int_equal(back.strength, pair.strength);
        assert_string_equal(back.first->id, pair.first->id);
    }
}

/* A refund belongs to the purchase that fits best; a purchase may have several. */
static void keeps_what_fits_best(void **state)
{
    (void)state;
    const struct pair_side buy_1 = {.id = "1"}, buy_2 = {.id = "2"}, back_1 = {.id = "3"},
                           back_2 = {.id = "4"};
    struct pair pairs[] = {
        {.first = &buy_1, .second = &back_1, .kind = LINK_REFUND, .strength = 60},
        {.first = &buy_2, .second = &back_1, .kind = LINK_REFUND, .strength = 80},
        {.first = &buy_2, .second = &back_2, .kind = LINK_REFUND, .strength = 70},
        {.first = &buy_2, .second = &back_2, .kind = LINK_TRANSFER, .strength = 65},
    };
    assert_int_equal(pair_best(pairs, LENGTH(pairs)), 2);
    assert_string_equal(pairs[0].second->id, "3");
    assert_int_equal(pairs[0].strength, 80);
    assert_string_equal(pairs[1].second->id, "4");
    assert_int_equal(pairs[1].kind, LINK_REFUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_each_pair),
        cmocka_unit_test(keeps_what_fits_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
