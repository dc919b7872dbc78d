/* reader - what a bank's text message says: text in, fields out, no I/O.
 * Reads language (amounts, verbs, prepositions, labels), not banks: no sender has a branch.
 * Owns: indexes of its words, made before main(); no heap.
 * Threads: any.   Time: linear in the text.
 * A reading never guesses silently: what is doubtful lowers confidence, and a currency that the
 * text does not tell stays empty. The caller compares confidence with READER_REVIEW_BELOW. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/money.h"

#define READER_VERSION "grammar-5"
/* Bytes of a text that are read; bank texts end before 1000, and what follows is ignored. */
#define READER_TEXT_MAX 2048
#define READER_REVIEW_BELOW 60
#define READER_NAME_SIZE 96
#define READER_REFERENCE_SIZE 64
#define READER_TEMPLATE_SIZE 48

enum reading_class {
    READING_TRANSACTION,
    READING_OTP,
    READING_PROMOTION,
    READING_REQUEST,  /* somebody asks for money, or a payment is only under way */
    READING_REMINDER, /* due or to be debited later */
    READING_FAILED_PAYMENT,
    READING_BALANCE_NOTICE,
    READING_MANDATE,   /* a standing permission was made, changed or ended */
    READING_STATEMENT, /* a bill, or the receipt of its payment by the card itself */
    READING_OTHER,
};
enum reading_direction { READING_NO_DIRECTION, READING_DEBIT, READING_CREDIT };
enum reading_kind {
    READING_PAYMENT,
    READING_PURCHASE,
    READING_CASH_WITHDRAWAL,
    READING_CASH_DEPOSIT,
    READING_TRANSFER,
    READING_REFUND,
    READING_CASHBACK,
    READING_SALARY,
    READING_INTEREST,
    READING_FEE,
    READING_INVESTMENT,
    READING_REVERSAL,
    READING_BILL_PAYMENT,
    READING_CARD_PAYMENT, /* the bill of a credit card, seen from the account that pays it */
    READING_LOAN_INSTALMENT,
    READING_OWN_TRANSFER, /* between accounts of the same person */
};
enum reading_channel {
    READING_NO_CHANNEL,
    READING_UPI,
    READING_CARD,
    READING_ATM,
    READING_BANK_TRANSFER, /* NEFT, RTGS, IMPS, SEPA, wire, … */
    READING_MOBILE_MONEY,
    READING_CHEQUE,
    READING_DIRECT_DEBIT,
    READING_CASH,
};
enum reading_account_type {
    READING_NO_ACCOUNT_TYPE,
    READING_BANK_ACCOUNT,
    READING_CREDIT_CARD,
    READING_DEBIT_CARD,
    READING_ANY_CARD, /* a card of unsaid kind */
    READING_WALLET,
};

struct template_set; /* template.h */

struct reader_input {
    const char *sender; /* may be NULL */
    const char *body;   /* UTF-8; invalid bytes are read as separators */
    size_t body_len;
    int64_t received_at;                  /* microseconds since the epoch; 0: not known */
    int32_t utc_offset_s;                 /* of the user's time zone at received_at */
    char default_currency[CURRENCY_SIZE]; /* settles `$`, `Rs` and the like; may be empty */
    /* Templates of the person, then of everybody, before the program's; may be NULL. */
    const struct template_set *own, *shared;
};

/* A sum as the text tells it. currency is empty where the text does not say it; minor then counts
 * hundredths. */
struct reading_money {
    bool found;
    struct money money;
};

enum reading_field {
    READING_FIELD_CLASS, /* the words that say what kind of text it is */
    READING_FIELD_AMOUNT,
    READING_FIELD_CONVERTED,
    READING_FIELD_FEE,
    READING_FIELD_BALANCE,
    READING_FIELD_CREDIT_LIMIT,
    READING_FIELD_DIRECTION,
    READING_FIELD_MERCHANT,
    READING_FIELD_ACCOUNT,
    READING_FIELD_SECOND_ACCOUNT,
    READING_FIELD_REFERENCE,
    READING_FIELD_OCCURRED_AT,
    READING_FIELDS,
};

/* Bytes [start, end) of the body; both 0 where the text does not tell the field. */
struct reading_span {
    uint16_t start, end;
};

struct reading {
    enum reading_class class;
    enum reading_kind kind;
    enum reading_direction direction;
    enum reading_channel channel;
    int confidence; /* 0..100: how sure class, amount and direction are */
    struct reading_money amount, fee, balance, credit_limit;
    struct reading_money converted; /* the same payment in the other currency that the text names */
    char rate[16];                  /* as written: "3.6725" */
    char merchant_raw[READER_NAME_SIZE];  /* the words of the text, spaces folded */
    char merchant_told[READER_NAME_SIZE]; /* those without handles, titles and dangling words */
    char merchant[READER_NAME_SIZE];      /* cleaned; empty when the text names nobody */
    bool merchant_from_kind;              /* named after what happened: "ATM Withdrawal" */
    enum reading_account_type account_type;
    char account[5];             /* the last four digits, or fewer where the text shows fewer */
    char second_account[5];      /* where an own transfer went, or came from */
    char bank[READER_NAME_SIZE]; /* as the text names it: "Example Bank" */
    char reference[READER_REFERENCE_SIZE];
    int64_t occurred_at;                 /* microseconds since the epoch */
    bool occurred_at_certain;            /* date from the text; else received_at */
    bool has_own_time;                   /* date and time of day stand in the text */
    char template[READER_TEMPLATE_SIZE]; /* name of the one that the text is of; empty: none */
    struct reading_span spans[READING_FIELDS];
    uint8_t sure[READING_FIELDS]; /* 0..100 of each field; 0 where it was not found */
};

void reader_read(const struct reader_input *in, struct reading *out);
/* Why it was read so: explain.h. */

/* The text tells itself apart from an equal later one: own reference, time of day or balance. */
bool reader_has_own_mark(const struct reading *reading);
/* The text with each run of white space as one blank, none at the ends: what the service hashes
 * for its fingerprint. Returns the length written; out must hold body_len + 1. */
size_t reader_canonical_text(const char *body, size_t body_len, char *out);

/* snake_case names as in the events; reading_field_name: "amount", "merchant"; reading_reason is
 * NULL for a transaction. */
const char *reading_class_name(enum reading_class class);
const char *reading_reason(const struct reading *reading);
const char *reading_field_name(enum reading_field field);
const char *reading_direction_name(enum reading_direction direction);
const char *reading_kind_name(enum reading_kind kind);
const char *reading_channel_name(enum reading_channel channel);
const char *reading_account_type_name(enum reading_account_type type);
/* Decimal string, "450.00". */
void reading_money_format(const struct reading_money *money, char out[static MONEY_SIZE]);
