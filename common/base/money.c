#include "base/money.h"

#include <string.h>

/* ISO 4217 list one, currencies of countries and the euro; without funds codes, metals and test
 * codes. Sorted; exponents other than 2 are marked by the lists below. */
static const char codes[][CURRENCY_SIZE] = {
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
    "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD",
    "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD",
    "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ",
    "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD",
    "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR",
    "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR",
    "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN",
    "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR",
    "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB",
    "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS",
    "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW",
    "ZWG",
};
static const char no_decimals[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
static const char three_decimals[] = "BHD IQD JOD KWD LYD OMR TND";

/* By the letters of a code its exponent plus 1; 0: no currency. Asked for with every sum that is
 * read or written, so it is laid out before main() and never changes. */
static uint8_t exponents[26 * 26 * 26];

static bool place_of(const char *code, size_t *place)
{
    *place = 0;
    for (int i = 0; i < 3; i++) {
        if (code[i] < 'A' || code[i] > 'Z')
            return false;
        *place = *place * 26 + (size_t)(code[i] - 'A');
    }
    return code[3] == '\0';
}

__attribute__((constructor)) static void lay_out_exponents(void)
{
    for (size_t n = 0, place; n < sizeof codes / sizeof *codes; n++) {
        bool none = strstr(no_decimals, codes[n]) != NULL;
        bool three = strstr(three_decimals, codes[n]) != NULL;

        if (place_of(codes[n], &place))
            exponents[place] = (uint8_t)(1 + (none ? 0 : three ? 3 : 2));
    }
}

int currency_exponent(const char *code)
{
    size_t place;

    return place_of(code, &place) ? exponents[place] - 1 : -1;
}

const char *currency_at(size_t n)
{
    return n < sizeof codes / sizeof *codes ? codes[n] : NULL;
}

static bool parse_minor(const char *text, int exponent, int64_t *minor, struct err *err)
{
    const char *at = text;
    bool negative = *at == '-';
    if (negative)
        at++;
    if (*at < '0' || *at > '9')
        return err_set_name(err, ERR_INVALID, "amount_invalid", "not a decimal number");
    int64_t value = 0;
    int decimals = -1; /* digits seen after the point, -1 before it */
    for (; *at != '\0'; at++) {
        if (*at == '.' && decimals < 0 && at[1] != '\0') {
            decimals = 0;
            continue;
        }
        if (*at < '0' || *at > '9')
            return err_set_name(err, ERR_INVALID, "amount_invalid", "not a decimal number");
        if (decimals >= 0 && ++decimals > exponent) {
            if (*at == '0') { /* 12.500 of a two-decimal currency is exact */
                decimals--;
                continue;
            }
            return err_set_name(err, ERR_INVALID, "amount_too_precise",
                                "more decimals than the currency has");
        }
        value = value * 10 + (*at - '0');
        if (value > MONEY_MAX)
            return err_set_name(err, ERR_INVALID, "amount_too_large", "amount too large");
    }
    for (int i = decimals < 0 ? 0 : decimals; i < exponent; i++) {
        value *= 10;
        if (value > MONEY_MAX)
            return err_set_name(err, ERR_INVALID, "amount_too_large", "amount too large");
    }
    *minor = negative ? -value : value;
    return true;
}

bool money_parse(const char *amount, const char *currency, struct money *out, struct err *err)
{
    int exponent = currency_exponent(currency);
    if (exponent < 0)
        return err_set_name(err, ERR_INVALID, "currency_unknown", "not a currency of ISO 4217");
    if (!parse_minor(amount, exponent, &out->minor, err))
        return false;
    memcpy(out->currency, currency, CURRENCY_SIZE);
    return true;
}

void money_format_minor(int64_t minor, const char *currency, char out[static MONEY_SIZE])
{
    int exponent = currency_exponent(currency);
    if (exponent < 0 || exponent > 4)
        panic("currency %s", currency);
    uint64_t value = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    char digits[MONEY_SIZE], *at = digits + sizeof(digits);

    *--at = '\0';
    for (int n = 0; n <= exponent || value > 0; n++, value /= 10) {
        if (n == exponent && n > 0)
            *--at = '.';
        *--at = (char)('0' + value % 10);
    }
    if (minor < 0)
        *--at = '-';
    memcpy(out, at, (size_t)(digits + sizeof(digits) - at));
}

void money_format(const struct money *money, char out[static MONEY_SIZE])
{
    money_format_minor(money->minor, money->currency, out);
}
