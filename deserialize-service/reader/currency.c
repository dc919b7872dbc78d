#include "currency.h"

#include <string.h>

#include "base/mem.h"
#include "currency_signs.h"
#include "lexicon.h"

static bool has_separator(const struct frame *frame, const struct token *number)
{
    for (int k = number->start; k < number->end; k++)
        if (frame->text.fold[k] == '.' || frame->text.fold[k] == ',')
            return true;
    return false;
}

/* Codes that are everyday words count only in capitals and beside an amount with separators. */
static bool is_everyday_word(const char *folded)
{
    static const char *const words[] = {"all", "try", "top", "cup", "pen", "gel",
                                        "mad", "ron", "lak", "ang", "amd", "bam",
                                        "sos", "mop", "cop", "sll", "xxx"};

    for (size_t i = 0; i < LENGTH(words); i++)
        if (memcmp(words[i], folded, 3) == 0)
            return true;
    return false;
}

/* A sign of one letter counts only where it touches the number. */
static int16_t sign_beside(const struct frame *frame, int16_t sign, const struct token *first,
                           size_t len, const struct token *number, bool glued)
{
    const char *s = frame->text.fold + first->start;

    if (sign >= 0 && len == 1 && s[0] == 'f' && !has_separator(frame, number))
        return -1;
    if (sign >= 0 && !glued && (len == 1 || (len == 2 && (unsigned char)s[0] >= 0x80)) &&
        ((s[0] >= 'a' && s[0] <= 'z') || (unsigned char)s[0] == 0xD1))
        return -1;
    return sign;
}

/* "350 TRY.": after the sum, and nothing goes on. */
static bool ends_fact(const struct frame *frame, const struct token *word,
                      const struct token *number)
{
    const char *s = frame->text.fold + word->end;

    return word->start > number->start &&
           (s[0] == '\0' || s[0] == '\n' ||
            ((s[0] == '.' || s[0] == ',' || s[0] == ';') && s[1] == ' '));
}

/* The currency that one word is. */
static int16_t currency_of_word(const struct frame *frame, const struct token *word,
                                const struct token *number, bool glued)
{
    const struct lexicon_entry *entry = &lexicon_entries[word->entry];

    if (entry->iso >= 0) {
        char raw = frame->text.raw[frame->text.at[word->start]];

        if (!is_everyday_word(frame->text.fold + word->start) ||
            (raw >= 'A' && raw <= 'Z' &&
             (has_separator(frame, number) || ends_fact(frame, word, number))))
            return entry->iso;
    }
    return sign_beside(frame, entry->sign, word, (size_t)(word->end - word->start), number, glued);
}

/* From token first to last, when they touch or make a name of two words. */
static int16_t currency_span(const struct frame *frame, int first, int last, int number)
{
    const struct token *a = token_at(frame, first), *b = token_at(frame, last);
    bool one = first == last, word = a->kind == TOKEN_WORD;

    if (word ? (a->lists & (one ? LIST_CURRENCY : LIST_SIGN_BEGIN)) == 0 : a->kind != TOKEN_PUNCT)
        return -1;
    bool glued = last < number ? token_glued(frame, number) : token_glued(frame, first);
    if (word && one)
        return currency_of_word(frame, a, token_at(frame, number), glued);
    for (int i = first + 1; i <= last; i++)
        if (token_at(frame, i)->kind != TOKEN_WORD && token_at(frame, i)->kind != TOKEN_PUNCT)
            return -1;
    size_t len = (size_t)(b->end - a->start);

    return sign_beside(frame, currency_sign_index(frame->text.fold + a->start, len), a, len,
                       token_at(frame, number), glued);
}

bool currency_settles(int16_t shared, int16_t code)
{
    const struct currency_sign *sign = currency_sign_at(shared);

    return sign != NULL && code >= CURRENCY_ISO && strlen(sign->codes) > 3 &&
           strstr(sign->codes, currency_at((size_t)(code - CURRENCY_ISO))) != NULL;
}

int currency_before(const struct frame *frame, int number, int16_t *currency)
{
    int last = number - 1, skipped = 0;

    /* Vietnamese banks write "TK" for the account. */
    if (token_is(frame, last, "tk") && strstr(frame->text.fold, "vnd") != NULL)
        return 0;

    /* "R-356.40" */
    if (token_punct(frame, last) == '-' && token_glued(frame, number) && token_glued(frame, last) &&
        has_separator(frame, token_at(frame, number))) {
        last--;
        skipped++;
    }
    /* "Rs. 500", "INR: 500" and "Rs.: 500". */
    while (skipped < 2 && (token_punct(frame, last) == '.' || token_punct(frame, last) == ':')) {
        last--;
        skipped++;
    }
    if (token_at(frame, last)->kind == TOKEN_NEWLINE)
        return 0;
    for (int tokens = 3; tokens >= 1; tokens--) {
        int first = last - tokens + 1;

        /* "A/C $" and "for N": a sign of letters must be a word of its own. */
        if (first < 0 || (tokens > 1 && !token_in(frame, first, LIST_SIGN_BEGIN)))
            continue;
        *currency = currency_span(frame, first, last, number);
        if (*currency >= 0)
            return tokens + skipped;
    }
    return 0;
}

int currency_after(const struct frame *frame, int number, int16_t *currency)
{
    /* "1.234,56, MT": a comma may have slipped in between. */
    int skipped = token_punct(frame, number + 1) == ',' && token_is(frame, number + 2, "mt");

    if (token_is(frame, number + 1, "ft") && token_digits(frame, number) > 0 &&
        token_digits(frame, number) <= 2)
        return 0; /* "80FT ROAD" is no sum in forints */

    for (int tokens = 3; tokens >= 1; tokens--) {
        *currency = currency_span(frame, number + 1 + skipped, number + tokens + skipped, number);
        if (*currency >= 0)
            return tokens + skipped;
    }
    return 0;
}

static bool member(const char *codes, const char *code)
{
    return code[0] != '\0' && strstr(codes, code) != NULL;
}

/* The code that the index stands for alone; NULL: for several, or for none. */
static const char *only_code(int16_t currency)
{
    const struct currency_sign *sign = currency_sign_at(currency);

    if (currency >= CURRENCY_ISO)
        return currency_at((size_t)(currency - CURRENCY_ISO));
    return sign != NULL && strlen(sign->codes) == 3 ? sign->codes : NULL;
}

static enum currency_certainty settle(const struct frame *frame, const char *codes,
                                      char out[static CURRENCY_SIZE])
{
    const struct currency_hints *hints = currency_hints(frame);

    /* The dirham's sign has a hamza below the alif, the dinar's above. */
    if (strcmp(codes, "AED JOD") == 0) {
        memcpy(out, strstr(frame->text.raw, "د.أ") != NULL ? "JOD" : "AED", CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    if (hints->home != NULL && member(codes, hints->home)) {
        memcpy(out, hints->home, CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    if (member(codes, frame->in->default_currency)) {
        memcpy(out, frame->in->default_currency, CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];
        const char *code = token->kind == TOKEN_MONEY ? only_code(token->currency) : NULL;

        if (code != NULL && member(codes, code)) {
            memcpy(out, code, CURRENCY_SIZE);
            return CURRENCY_TOLD;
        }
    }
    if (hints->network != NULL && member(codes, hints->network)) {
        memcpy(out, hints->network, CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    if (codes[0] == '-' || (member(codes, "COP") && currency_is_spanish(frame)))
        return CURRENCY_UNKNOWN;
    memcpy(out, member(codes, "MAD") && currency_is_french(frame) ? "MAD" : codes, 3);
    out[3] = '\0';
    if (member(codes, "IRR") && strlen(codes) > 3 && currency_is_persian(frame)) {
        memcpy(out, "IRR", CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    return CURRENCY_GUESSED;
}

enum currency_certainty currency_resolve(const struct frame *frame, int16_t currency,
                                         char out[static CURRENCY_SIZE])
{
    out[0] = '\0';
    const char *code = only_code(currency);

    if (code != NULL) {
        memcpy(out, code, CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    const struct currency_sign *sign = currency_sign_at(currency);

    if (sign != NULL)
        return settle(frame, sign->codes, out);
    /* A bare number is in the currency of the other sums, if they agree. */
    for (int i = 0; i < frame->count; i++) {
        char other[CURRENCY_SIZE];

        if (frame->tokens[i].kind != TOKEN_MONEY || frame->tokens[i].currency < 0 ||
            currency_resolve(frame, frame->tokens[i].currency, other) == CURRENCY_UNKNOWN)
            continue;
        if (out[0] != '\0' && strcmp(out, other) != 0) {
            out[0] = '\0';
            return CURRENCY_UNKNOWN;
        }
        memcpy(out, other, CURRENCY_SIZE);
    }
    if (out[0] != '\0')
        return CURRENCY_ASSUMED;
    const struct currency_hints *hints = currency_hints(frame);

    if (hints->network != NULL) {
        memcpy(out, hints->network, CURRENCY_SIZE);
        return CURRENCY_ASSUMED;
    }
    if (currency_is_persian(frame)) {
        memcpy(out, "IRR", CURRENCY_SIZE);
        return CURRENCY_ASSUMED;
    }
    if (hints->home != NULL) {
        memcpy(out, hints->home, CURRENCY_SIZE);
        return CURRENCY_ASSUMED;
    }
    if (currency_exponent(frame->in->default_currency) >= 0) {
        memcpy(out, frame->in->default_currency, CURRENCY_SIZE);
        return CURRENCY_GUESSED;
    }
    return CURRENCY_UNKNOWN;
}

/* Where a lone dot before three digits groups thousands. Elsewhere it is a decimal point. */
static bool groups_with_dots(const char *code)
{
    return code[0] != '\0' &&
           strstr("EUR IDR VND CLP COP ARS BRL TRY DKK PYG UYU CRC BOB RSD ISK HUF AOA", code) !=
               NULL;
}

/* The place of the decimal separator in s[0..len), -1 when there is none. */
static int decimal_place(const char *s, int len, const char *code, int exponent)
{
    int last = -1, dots = 0, commas = 0;

    for (int i = 0; i < len; i++) {
        dots += s[i] == '.';
        commas += s[i] == ',';
        if (s[i] == '.' || s[i] == ',')
            last = i;
    }
    if (last < 0)
        return -1;
    int after = len - last - 1, same = s[last] == '.' ? dots : commas;

    if (dots > 0 && commas > 0)
        return same == 1 || after != 3 ? last : -1;
    if (same > 1) /* 1,23,456 groups; 12.000.00 was cut by a careless hand */
        return after == 3 ? -1 : last;
    if (after != 3)
        return last;
    if (s[last] == ',') /* Tunisia and Libya write their three decimals after a comma */
        return exponent == 3 && (strcmp(code, "TND") == 0 || strcmp(code, "LYD") == 0) ? last : -1;
    if (exponent == 0) /* three decimals of a currency without any would mean nothing */
        return -1;
    return groups_with_dots(code) && exponent < 3 && last <= 3 ? -1 : last;
}

/* "$45.900", "10.000 FCFA" where nobody told whose: of the currencies that it may be, those that
 * group so have no thousandths. */
static bool is_grouped(const struct token *token, const char *s, int len, const char *code)
{
    const struct currency_sign *sign = currency_sign_at(token->currency);

    return code[0] == '\0' && sign != NULL && memchr(s, ',', (size_t)len) == NULL &&
           (member(sign->codes, "COP") || member(sign->codes, "XOF")) && len > 4 &&
           s[len - 4] == '.';
}

bool currency_minor(const struct frame *frame, const struct token *token, const char *code,
                    int64_t *minor)
{
    const char *s = frame->text.fold + token->number;
    int len = token->number_end - token->number;
    int exponent = code[0] != '\0' ? currency_exponent(code) : 2;
    int place = is_grouped(token, s, len, code) ? -1 : decimal_place(s, len, code, exponent);
    int decimals = 0;
    int64_t value = 0;

    for (int i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9')
            continue;
        if (place >= 0 && i > place && decimals++ >= exponent) {
            if (s[i] != '0')
                return false;
            decimals--;
            continue;
        }
        if (value > MONEY_MAX / 10 - 10)
            return false;
        value = value * 10 + (s[i] - '0');
    }
    for (; decimals < exponent; decimals++) {
        if (value > MONEY_MAX / 10)
            return false;
        value *= 10;
    }
    /* A toman is ten rials; it has no code of its own. */
    const struct currency_sign *sign = currency_sign_at(token->currency);

    if (sign != NULL && (strcmp(sign->text, "تومان") == 0 || strcmp(sign->text, "toman") == 0)) {
        if (value > MONEY_MAX / 10)
            return false;
        value *= 10;
    }
    *minor = value;
    return true;
}
