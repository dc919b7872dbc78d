/* What tells of a currency that no sum names: the language, the payment network, the sender. */
#include <string.h>

#include "bank.h"
#include "base/mem.h"
#include "currency.h"

bool currency_is_persian(const struct frame *frame)
{
    const char *s = frame->text.fold;

    /* Words that Arabic does not have: rest, withdrawal, deposit, purchase. */
    return strstr(s, "مانده") != NULL || strstr(s, "برداشت") != NULL ||
           strstr(s, "واريز") != NULL || strstr(s, "تومان") != NULL ||
           strstr(s, "موجودي") != NULL || strstr(s, "تسهيلات") != NULL;
}

/* Payment networks that move one country's money only, and words that only its banks write. */
static const struct {
    const char *word, *code;
} networks[] = {
    {"upi", "INR"},       {"imps", "INR"},       {"neft", "INR"},     {"pix", "BRL"},
    {"spei", "MXN"},      {"raast", "PKR"},      {"paynow", "SGD"},   {"duitnow", "MYR"},
    {"promptpay", "THB"}, {"fonepay", "NPR"},    {"qris", "IDR"},     {"instapay", "PHP"},
    {"pesonet", "PHP"},   {"bizum", "EUR"},      {"osko", "AUD"},     {"interac", "CAD"},
    {"esewa", "NPR"},     {"khalti", "NPR"},     {"telebirr", "ETB"}, {"nibss", "NGN"},
    {"nip", "NGN"},       {"bkash", "BDT"},      {"gcash", "PHP"},    {"ibft", "PKR"},
    {"zelle", "USD"},     {"ceft", "LKR"},       {"blik", "PLN"},     {"swish", "SEK"},
    {"twint", "CHF"},     {"mobilepay", "DKK"},  {"vipps", "NOK"},    {"payid", "AUD"},
    {"chequing", "CAD"},  {"senegal", "XOF"},    {"ivoire", "XOF"},   {"mali", "XOF"},
    {"burkina", "XOF"},   {"togo", "XOF"},       {"benin", "XOF"},    {"cameroun", "XAF"},
    {"cameroon", "XAF"},  {"gabon", "XAF"},      {"tchad", "XAF"},    {"congo", "XAF"},
    {"kortkop", "SEK"},   {"dankort", "DKK"},    {"kortkjop", "NOK"}, {"meddelande", "SEK"},
    {"eftpos", "AUD"},    {"connectips", "NPR"}, {"jazzcash", "PKR"}, {"easypaisa", "PKR"}};

const char *currency_network_at(size_t n)
{
    return n < LENGTH(networks) ? networks[n].word : NULL;
}

static const char *of_network(const struct frame *frame)
{
    for (int i = 0; i < frame->count; i++)
        for (size_t n = 0; n < LENGTH(networks) && token_in(frame, i, LIST_NETWORK); n++)
            if (token_is(frame, i, networks[n].word))
                return networks[n].code;
    return NULL;
}

/* "Example Bank: you sent", "ExampleBank le informa": who the text says it is from, up to a mark.
 */
static const char *introduced(const struct frame *frame, const char *marks)
{
    char name[32];
    size_t len = 0;

    while (len < sizeof(name) && len < frame->in->body_len &&
           strchr(marks, frame->in->body[len]) == NULL)
        len++;
    if (len == 0 || len >= sizeof(name) || len >= frame->in->body_len)
        return NULL;
    memcpy(name, frame->in->body, len);
    name[len] = '\0';
    return bank_currency(name);
}

/* Letters that one country writes, and a word of Vietnam's banks: the balance. */
static const char *of_letters(const struct frame *frame)
{
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];

        if (token->script == SCRIPT_HANGUL)
            return "KRW";
        if (token->script == SCRIPT_THAI)
            return "THB";
        if (token_is(frame, i, "so") && token_is(frame, i + 1, "du"))
            return "VND";
    }
    return NULL;
}

const struct currency_hints *currency_hints(const struct frame *frame)
{
    struct currency_hints *hints = frame->hints;

    if (hints->looked)
        return hints;
    hints->looked = true;
    hints->network = of_network(frame);
    if (hints->network == NULL)
        hints->network = of_letters(frame);
    hints->home = bank_currency(frame->in->sender);
    if (hints->home == NULL)
        hints->home = introduced(frame, ":");
    if (hints->home == NULL)
        hints->home = introduced(frame, ": .,");
    return hints;
}

/* Two words of the list or more. */
static bool has_words(const struct frame *frame, enum word_list list)
{
    int found = 0;

    for (int i = 0; i < frame->count && found < 2; i++)
        found += token_in(frame, i, list);
    return found >= 2;
}

bool currency_is_spanish(const struct frame *frame)
{
    return has_words(frame, LIST_SPANISH);
}

bool currency_is_french(const struct frame *frame)
{
    return has_words(frame, LIST_FRENCH);
}
