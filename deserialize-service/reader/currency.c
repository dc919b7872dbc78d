#include "currency.h"

#include <string.h>

#include "base/mem.h"

/* Index of an ISO code is its place in currency_at() plus this. */
#define ISO_BASE 1000

/* codes: the first is assumed when nothing settles the matter, unless it is "-".
 * Signs of one letter count only when they touch the number. */
struct sign {
    const char *text;
    const char *codes;
};

static const struct sign signs[] = {
    {"$", "USD CAD AUD NZD SGD HKD MXN TWD COP CLP ARS JMD NAD"},
    {"us$", "USD"},
    {"u$s", "USD"},
    {"usd$", "USD"},
    {"c$", "CAD"},
    {"ca$", "CAD"},
    {"a$", "AUD"},
    {"au$", "AUD"},
    {"nz$", "NZD"},
    {"hk$", "HKD"},
    {"s$", "SGD"},
    {"nt$", "TWD"},
    {"mx$", "MXN"},
    {"r$", "BRL"},
    {"rd$", "DOP"},
    {"j$", "JMD"},
    {"n$", "NAD"},
    {"z$", "ZWL"},
    {"dollar", "USD CAD AUD NZD SGD HKD"},
    {"dollars", "USD CAD AUD NZD SGD HKD"},
    {"us dollars", "USD"},
    {"us dollar", "USD"},
    {"£", "GBP EGP"},
    {"pound", "GBP EGP"},
    {"pounds", "GBP EGP"},
    {"€", "EUR"},
    {"euro", "EUR"},
    {"euros", "EUR"},
    {"eur", "EUR"},
    {"₹", "INR"},
    {"rs", "INR PKR LKR NPR MUR SCR"},
    {"re", "INR PKR LKR NPR"},
    {"₨", "INR PKR LKR NPR MUR SCR"},
    {"rupees", "INR PKR LKR NPR MUR SCR"},
    {"rupee", "INR PKR LKR NPR MUR SCR"},
    {"rupaye", "INR"},
    {"रु", "INR NPR"},
    {"रू", "INR NPR"},
    {"nrs", "NPR"},
    {"pkrs", "PKR"},
    {"¥", "- JPY CNY"},
    {"円", "JPY"},
    {"元", "CNY"},
    {"yen", "JPY"},
    {"yuan", "CNY"},
    {"rmb", "CNY"},
    {"₩", "KRW"},
    {"원", "KRW"},
    {"₦", "NGN"},
    {"n", "NGN"},
    {"naira", "NGN"},
    {"₱", "PHP"},
    {"peso", "- PHP MXN COP CLP ARS"},
    {"pesos", "- PHP MXN COP CLP ARS"},
    {"p", "- PHP BWP"},
    {"₽", "RUB"},
    {"rur", "RUB"},
    {"руб", "RUB BYN"},
    {"рублей", "RUB BYN"},
    {"рубля", "RUB BYN"},
    {"р", "RUB"},
    {"₴", "UAH"},
    {"грн", "UAH"},
    {"₸", "KZT"},
    {"тг", "KZT"},
    {"тенге", "KZT"},
    {"сум", "UZS"},
    {"сом", "KGS"},
    {"лв", "BGN"},
    {"₺", "TRY"},
    {"tl", "TRY"},
    {"₫", "VND"},
    {"đ", "VND"},
    {"vnđ", "VND"},
    {"฿", "THB"},
    {"baht", "THB"},
    {"บาท", "THB"},
    {"บ", "THB"},
    {"rm", "MYR"},
    {"rp", "IDR"},
    {"rupiah", "IDR"},
    {"₪", "ILS"},
    {"nis", "ILS"},
    {"zl", "PLN"},
    {"kc", "CZK"},
    {"ft", "HUF"},
    {"lei", "- RON MDL"},
    {"kr", "- SEK NOK DKK ISK"},
    {"fr", "- CHF"},
    {"sfr", "CHF"},
    {"₾", "GEL"},
    {"₼", "AZN"},
    {"֏", "AMD"},
    {"৳", "BDT"},
    {"tk", "BDT"},
    {"taka", "BDT"},
    {"টাকা", "BDT"},
    {"₵", "GHS"},
    {"gh₵", "GHS"},
    {"ghc", "GHS"},
    {"gh¢", "GHS"},
    {"cedis", "GHS"},
    {"ksh", "KES"},
    {"kshs", "KES"},
    {"tsh", "TZS"},
    {"tshs", "TZS"},
    {"ush", "UGX"},
    {"ugsh", "UGX"},
    {"shs", "- KES TZS UGX"},
    {"sh", "- KES TZS UGX"},
    {"/=", "- TZS UGX KES"},
    {"shillings", "- KES TZS UGX"},
    {"mt", "MZN"},
    {"mtn", "MZN"},
    {"meticais", "MZN"},
    {"birr", "ETB"},
    {"br", "ETB BYN"},
    {"ብር", "ETB"},
    {"r", "ZAR"},
    {"rand", "ZAR"},
    {"zk", "ZMW"},
    {"k", "- ZMW MWK PGK"},
    {"mk", "MWK"},
    {"kz", "AOA"},
    {"frw", "RWF"},
    {"f", "- XOF XAF"}, /* "5.000F" */
    {"fcfa", "- XOF XAF"},
    {"cfa", "- XOF XAF"},
    {"ar", "- MGA"},
    {"s/", "PEN"},
    {"s/.", "PEN"},
    {"soles", "PEN"},
    {"bs", "- BOB VES"},
    {"q", "- GTQ"},
    {"₡", "CRC"},
    {"₲", "PYG"},
    {"gs", "PYG"},
    {"l", "- HNL"},
    {"dhs", "AED MAD"},
    {"dh", "AED MAD"},
    {"dirham", "AED MAD"},
    {"dirhams", "AED MAD"},
    {"درهم", "AED MAD"},
    {"درهما", "AED MAD"},
    {"د.ا", "JOD"},
    {"sr", "SAR"},
    {"riyal", "SAR QAR OMR"},
    {"riyals", "SAR QAR OMR"},
    {"ريال", "SAR QAR OMR YER IRR"},
    {"ريال سعودي", "SAR"},
    {"ريال قطري", "QAR"},
    {"ريال عماني", "OMR"},
    {"ريال يمني", "YER"},
    {"ر.س", "SAR"},
    {"ر.ق", "QAR"},
    {"ر.ع", "OMR"},
    {"د.إ", "AED"},
    {"د.ك", "KWD"},
    {"د.ب", "BHD"},
    {"﷼", "SAR IRR QAR OMR YER"},
    {"rial", "- OMR IRR"},
    {"rials", "- OMR IRR"},
    {"ro", "OMR"},
    {"qr", "QAR"},
    {"kd", "KWD"},
    {"bd", "BHD"},
    {"jd", "JOD"},
    {"le", "EGP"},
    {"l.e", "EGP"},
    {"جنيه", "EGP SDG"},
    {"جنيها", "EGP SDG"},
    {"جنيه مصري", "EGP"},
    {"ج.م", "EGP"},
    {"جم", "EGP"},
    {"دينار", "- JOD KWD BHD IQD LYD TND DZD"},
    {"دينار كويتي", "KWD"},
    {"دينار اردني", "JOD"},
    {"دينار بحريني", "BHD"},
    {"دينار عراقي", "IQD"},
    {"ليره", "- SYP LBP"},
    {"دولار", "USD"},
    {"يورو", "EUR"},
    {"د.ت", "TND"},
    {"د.ج", "DZD"},
    {"تومان", "IRR"},
    {"toman", "IRR"},
};

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

#define SIGN_SLOTS 512 /* more than twice the signs */

/* Looked up for every word beside a number; made before main() and never changed. */
static uint8_t iso_places[26 * 26 * 26]; /* place in currency_at() plus 1; 0: none */
static uint8_t sign_slots[SIGN_SLOTS];   /* index into signs plus 1 */
static uint8_t sign_lengths[LENGTH(signs)];

static size_t iso_place(char a, char b, char c)
{
    return (size_t)((a * 26 + b) * 26 + c);
}

static size_t sign_slot(const char *text, size_t len)
{
    size_t first = (unsigned char)text[0], last = (unsigned char)text[len - 1];

    return (first * 31 + last * 7 + len * 97) % SIGN_SLOTS;
}

static int16_t iso_index(const char *folded)
{
    size_t place =
        iso_place((char)(folded[0] - 'a'), (char)(folded[1] - 'a'), (char)(folded[2] - 'a'));

    return iso_places[place] == 0 ? -1 : (int16_t)(ISO_BASE + iso_places[place] - 1);
}

static int16_t sign_index(const char *text, size_t len)
{
    for (size_t slot = sign_slot(text, len); sign_slots[slot] != 0;
         slot = (slot + 1) % SIGN_SLOTS) {
        int16_t i = sign_slots[slot] - 1;

        if (sign_lengths[i] == len && memcmp(signs[i].text, text, len) == 0)
            return i;
    }
    return -1;
}

__attribute__((constructor)) static void index_currencies(void)
{
    const char *code;

    _Static_assert(LENGTH(signs) < 255, "an index of signs is a byte");
    for (size_t n = 0; n < 255 && (code = currency_at(n)) != NULL; n++)
        iso_places[iso_place((char)(code[0] - 'A'), (char)(code[1] - 'A'), (char)(code[2] - 'A'))] =
            (uint8_t)(n + 1);
    for (size_t i = 0; i < LENGTH(signs); i++) {
        size_t len = strlen(signs[i].text), slot = sign_slot(signs[i].text, len);

        while (sign_slots[slot] != 0)
            slot = (slot + 1) % SIGN_SLOTS;
        sign_slots[slot] = (uint8_t)(i + 1);
        sign_lengths[i] = (uint8_t)len;
    }
}

/* The currency written by the folded bytes [start, end). */
static int16_t currency_of(const struct frame *frame, int start, int end,
                           const struct token *number, bool glued)
{
    const char *s = frame->text.fold + start;
    size_t len = (size_t)(end - start);

    if (len == 0 || len > 24)
        return -1;
    if (len == 3 && s[0] >= 'a' && s[0] <= 'z' && s[1] >= 'a' && s[1] <= 'z' && s[2] >= 'a' &&
        s[2] <= 'z') {
        int16_t iso = iso_index(s);
        char raw = frame->text.raw[frame->text.at[start]];

        if (iso >= 0 &&
            !(is_everyday_word(s) && (raw < 'A' || raw > 'Z' || !has_separator(frame, number))))
            return iso;
    }
    int16_t sign = sign_index(s, len);

    if (sign >= 0 && len == 1 && s[0] == 'f' && !has_separator(frame, number))
        return -1;
    if (sign >= 0 && !glued && (len == 1 || (len == 2 && (unsigned char)s[0] >= 0x80)) &&
        ((s[0] >= 'a' && s[0] <= 'z') || (unsigned char)s[0] == 0xD1))
        return -1;
    return sign;
}

/* From token first to last, when they touch or make a name of two words. */
static int16_t currency_span(const struct frame *frame, int first, int last, int number)
{
    const struct token *a = token_at(frame, first), *b = token_at(frame, last);
    bool glued = last < number ? token_glued(frame, number) : token_glued(frame, first);

    for (int i = first; i <= last; i++)
        if (token_at(frame, i)->kind != TOKEN_WORD && token_at(frame, i)->kind != TOKEN_PUNCT)
            return -1;
    return currency_of(frame, a->start, b->end, token_at(frame, number), glued);
}

bool currency_settles(int16_t shared, int16_t code)
{
    return shared >= 0 && shared < (int)LENGTH(signs) && code >= ISO_BASE &&
           strlen(signs[shared].codes) > 3 &&
           strstr(signs[shared].codes, currency_at((size_t)(code - ISO_BASE))) != NULL;
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

        if (first < 0)
            continue;
        *currency = currency_span(frame, first, last, number);
        /* "A/C $" and "for N": a sign of letters must be a word of its own. */
        if (*currency >= 0 && !(tokens > 1 && token_at(frame, first)->kind == TOKEN_PUNCT))
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

static enum currency_certainty settle(const struct frame *frame, const char *codes,
                                      char out[static CURRENCY_SIZE])
{
    if (frame->home != NULL && member(codes, frame->home)) {
        memcpy(out, frame->home, CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    if (member(codes, frame->in->default_currency)) {
        memcpy(out, frame->in->default_currency, CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];
        const char *code = NULL;

        if (token->kind != TOKEN_MONEY || token->currency < 0)
            continue;
        if (token->currency >= ISO_BASE)
            code = currency_at((size_t)(token->currency - ISO_BASE));
        else if (token->currency < (int)LENGTH(signs) && strlen(signs[token->currency].codes) == 3)
            code = signs[token->currency].codes;
        if (code != NULL && member(codes, code)) {
            memcpy(out, code, CURRENCY_SIZE);
            return CURRENCY_TOLD;
        }
    }
    if (frame->network != NULL && member(codes, frame->network)) {
        memcpy(out, frame->network, CURRENCY_SIZE);
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
    return CURRENCY_ASSUMED;
}

enum currency_certainty currency_resolve(const struct frame *frame, int16_t currency,
                                         char out[static CURRENCY_SIZE])
{
    out[0] = '\0';
    if (currency >= ISO_BASE) {
        memcpy(out, currency_at((size_t)(currency - ISO_BASE)), CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
    if (currency >= 0 && currency < (int)LENGTH(signs)) {
        const char *codes = signs[currency].codes;

        if (strlen(codes) > 3)
            return settle(frame, codes, out);
        memcpy(out, codes, CURRENCY_SIZE);
        return CURRENCY_TOLD;
    }
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
    if (frame->network != NULL) {
        memcpy(out, frame->network, CURRENCY_SIZE);
        return CURRENCY_ASSUMED;
    }
    if (currency_is_persian(frame)) {
        memcpy(out, "IRR", CURRENCY_SIZE);
        return CURRENCY_ASSUMED;
    }
    if (frame->home != NULL) {
        memcpy(out, frame->home, CURRENCY_SIZE);
        return CURRENCY_ASSUMED;
    }
    if (currency_exponent(frame->in->default_currency) >= 0) {
        memcpy(out, frame->in->default_currency, CURRENCY_SIZE);
        return CURRENCY_ASSUMED;
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
    if (code[0] != '\0' || token->currency < 0 || token->currency >= (int)LENGTH(signs) ||
        memchr(s, ',', (size_t)len) != NULL)
        return false;
    const char *codes = signs[token->currency].codes;

    return (member(codes, "COP") || member(codes, "XOF")) && len > 4 && s[len - 4] == '.';
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
    if (token->currency >= 0 && token->currency < (int)LENGTH(signs) &&
        (strcmp(signs[token->currency].text, "تومان") == 0 ||
         strcmp(signs[token->currency].text, "toman") == 0)) {
        if (value > MONEY_MAX / 10)
            return false;
        value *= 10;
    }
    *minor = value;
    return true;
}
