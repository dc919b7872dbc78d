/* The names of the reader's enums on the wire, and sums as decimal strings. */
#include "base/mem.h"
#include "reader.h"

const char *reading_class_name(enum reading_class class)
{
    static const char *const names[] = {
        "transaction",    "otp",     "promotion", "request", "reminder", "failed_payment",
        "balance_notice", "mandate", "statement", "other"};

    return names[class];
}

const char *reading_reason(const struct reading *reading)
{
    return reading->class == READING_TRANSACTION ? NULL : reading_class_name(reading->class);
}

const char *reading_field_name(enum reading_field field)
{
    static const char *const names[] = {"class",   "amount",         "converted", "fee",
                                        "balance", "credit_limit",   "direction", "merchant",
                                        "account", "second_account", "reference", "occurred_at"};

    return names[field];
}

const char *reading_direction_name(enum reading_direction direction)
{
    static const char *const names[] = {"", "debit", "credit"};

    return names[direction];
}

const char *reading_kind_name(enum reading_kind kind)
{
    static const char *const names[] = {
        "payment",      "purchase",     "cash_withdrawal", "cash_deposit", "transfer",   "refund",
        "cashback",     "salary",       "interest",        "fee",          "investment", "reversal",
        "bill_payment", "card_payment", "loan_instalment", "own_transfer"};

    return names[kind];
}

const char *reading_channel_name(enum reading_channel channel)
{
    static const char *const names[] = {"",       "upi",           "card",
                                        "atm",    "bank_transfer", "mobile_money",
                                        "cheque", "direct_debit",  "cash"};

    return names[channel];
}

const char *reading_account_type_name(enum reading_account_type type)
{
    static const char *const names[] = {"",           "bank_account", "credit_card",
                                        "debit_card", "card",         "wallet"};

    return names[type];
}

void reading_money_format(const struct reading_money *money, char out[static MONEY_SIZE])
{
    const char *currency = money->money.currency;

    /* Hundredths where the currency is not told, as of most. */
    money_format_minor(money->money.minor, currency[0] != '\0' ? currency : "USD", out);
}
