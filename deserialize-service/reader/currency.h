/* currency - signs, codes and names of currencies, and numbers as the world writes them. */
#pragma once
#include "lexer.h"

/* The currency that ends, or begins, at token i. Returns how many tokens it takes, 0 for none;
 * *currency is an index for currency_resolve(). */
int currency_before(const struct frame *frame, int number, int16_t *currency);
int currency_after(const struct frame *frame, int number, int16_t *currency);

/* `code` is one of the currencies that share the sign: "$345.00 MXN". */
bool currency_settles(int16_t shared, int16_t code);

enum currency_certainty {
    CURRENCY_UNKNOWN,
    CURRENCY_GUESSED, /* nothing of text or sender tells it: for a person to look at */
    CURRENCY_ASSUMED,
    CURRENCY_TOLD
};

/* The ISO code meant by index `currency`; a sign shared by several currencies is settled by
 * `default_currency`, then by a code that another sum of the text carries, then by the most common
 * reading where there is one (CURRENCY_GUESSED). A sum without a sign is in the currency of the
 * others, of the network or the sender (CURRENCY_ASSUMED), or of the person (CURRENCY_GUESSED). */
enum currency_certainty currency_resolve(const struct frame *frame, int16_t currency,
                                         char out[static CURRENCY_SIZE]);

/* What tells of a currency beside the sums. Found when the first sum asks for it, which in most
 * texts none does; begins as zeroes. */
struct currency_hints {
    bool looked;
    const char *network; /* currency of the payment network that is named; NULL: none */
    const char *home;    /* currency of the sender's country; NULL: not known */
};
const struct currency_hints *currency_hints(const struct frame *frame);
/* The words that name a network, for the lexicon; NULL after the last. */
const char *currency_network_at(size_t n);
/* The sum in minor units of `code` (hundredths when it is empty). False when the digits cannot be
 * read, have more decimals than the currency, or are too large. */
bool currency_minor(const struct frame *frame, const struct token *token, const char *code,
                    int64_t *minor);
/* The message is written in Persian, whose bank texts leave the rial out. */
bool currency_is_persian(const struct frame *frame);
/* "$" in a Spanish text is any of ten currencies, and seldom the dollar of the United States; "DH"
 * in a French one is the dirham of Morocco. */
bool currency_is_spanish(const struct frame *frame);
bool currency_is_french(const struct frame *frame);
