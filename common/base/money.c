#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

static int compare_codes(const void *key, const void *row)
{
    return strcmp(key, row);
}

int currency_exponent(const char *code)
{
    if (strlen(code) != 3 ||
        bsearch(code, codes, sizeof codes / sizeof *codes, sizeof *codes, compare_codes) == NULL)
        return -1;
    if (strstr(no_decimals, code) != NULL)
        return 0;
    return strstr(three_decimals, code) != NULL ? 3 : 2;
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
    uint64_t value = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor, unit = 1;
    for (int i = 0; i < exponent; i++)
        unit *= 10;
    const char *sign = minor < 0 ? "-" : "";
    if (exponent == 0)
        snprintf(out, MONEY_SIZE, "%s%" PRIu64, sign, value);
    else
        snprintf(out, MONEY_SIZE, "%s%" PRIu64 ".%0*" PRIu64, sign, value / unit, exponent,
                 value % unit);
}

void money_format(const struct money *money, char out[static MONEY_SIZE])
{
    money_format_minor(money->minor, money->currency, out);
}
