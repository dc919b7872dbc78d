#include "bank.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define SENDER_MAX 32

static const struct bank *find(const char *sender)
{
    size_t low = 0, high = bank_sender_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(bank_senders[middle].sender, sender);

        if (order == 0)
            return &banks[bank_senders[middle].bank];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Letters and digits of the sender, in capitals: how bank_senders has it. Returns the length. */
static size_t key_of(const char *sender, size_t len, char out[static SENDER_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)sender[i];

        if (isalnum(c) || c >= 0x80)
            out[n++] = (char)toupper(c);
    }
    out[n] = '\0';
    return n;
}

/* "EXBANK SMS", "Example Bank", "EX_Alert": what senders add to the bank's name. */
static const struct bank *without_ending(char *key, size_t len)
{
    static const char *const endings[] = {"ALERTS", "ALERT", "BANKA", "BANK", "SMS", "INFO", "APP"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t n = strlen(endings[i]);

        if (len >= n + 2 && memcmp(key + len - n, endings[i], n) == 0) {
            key[len - n] = '\0';
            return find(key);
        }
    }
    return NULL;
}

const struct bank *bank_of_sender(const char *sender)
{
    char key[SENDER_MAX];
    size_t len = sender != NULL ? strlen(sender) : 0;

    if (len == 0 || len >= sizeof(key))
        return NULL;
    size_t key_len = key_of(sender, len, key);
    const struct bank *bank = find(key);

    if (bank == NULL)
        bank = without_ending(key, key_len);
    /* "VM-EXBANK", "VM-EXBANK-S": operator and circle before, the kind of traffic after. */
    if (bank == NULL && len > 3 && sender[2] == '-') {
        key_of(sender + 3, len - 3 - (len > 5 && sender[len - 2] == '-' ? 2 : 0), key);
        bank = find(key);
    }
    return bank;
}

/* "VM-EXBANK", "JD-EXBNKS-S": what India's networks make of a sender's name, and nobody else. */
static bool is_indian(const char *sender)
{
    size_t name = 0;

    if (sender == NULL || !isalpha((unsigned char)sender[0]) ||
        !isalpha((unsigned char)sender[1]) || sender[2] != '-')
        return false;
    while (isalnum((unsigned char)sender[3 + name]))
        name++;
    const char *end = sender + 3 + name;

    return name >= 3 && name <= 9 &&
           (end[0] == '\0' || (end[0] == '-' && isalpha((unsigned char)end[1]) && end[2] == '\0'));
}

/* "Example AR", "Example_UG": banks of several countries add whose they are. */
static const char *country_behind(const char *sender)
{
    size_t len = sender != NULL ? strlen(sender) : 0;

    if (len < 6 || (sender[len - 3] != ' ' && sender[len - 3] != '_') ||
        !isupper((unsigned char)sender[len - 2]) || !isupper((unsigned char)sender[len - 1]))
        return NULL;
    return sender + len - 2;
}

const char *bank_currency(const char *sender)
{
    static const char countries[][7] = {
        "AE AED", "AF AFN", "AL ALL", "AM AMD", "AO AOA", "AR ARS", "AT EUR", "AU AUD", "AZ AZN",
        "BA BAM", "BD BDT", "BE EUR", "BF XOF", "BG BGN", "BH BHD", "BI BIF", "BJ XOF", "BO BOB",
        "BR BRL", "BT BTN", "BW BWP", "BY BYN", "CA CAD", "CH CHF", "CI XOF", "CL CLP", "CM XAF",
        "CN CNY", "CO COP", "CR CRC", "CZ CZK", "DE EUR", "DJ DJF", "DK DKK", "DO DOP", "DZ DZD",
        "EC USD", "EE EUR", "EG EGP", "ES EUR", "ET ETB", "FI EUR", "FR EUR", "GA XAF", "GB GBP",
        "GE GEL", "GH GHS", "GM GMD", "GN GNF", "GR EUR", "GT GTQ", "HK HKD", "HN HNL", "HR EUR",
        "HU HUF", "ID IDR", "IE EUR", "IL ILS", "IN INR", "IQ IQD", "IR IRR", "IT EUR", "JM JMD",
        "JO JOD", "JP JPY", "KE KES", "KG KGS", "KH KHR", "KR KRW", "KW KWD", "KZ KZT", "LA LAK",
        "LB LBP", "LK LKR", "LT EUR", "LV EUR", "LY LYD", "MA MAD", "MD MDL", "MG MGA", "MK MKD",
        "ML XOF", "MM MMK", "MN MNT", "MO MOP", "MU MUR", "MV MVR", "MW MWK", "MX MXN", "MY MYR",
        "MZ MZN", "NA NAD", "NG NGN", "NL EUR", "NO NOK", "NP NPR", "NZ NZD", "OM OMR", "PA USD",
        "PE PEN", "PH PHP", "PK PKR", "PL PLN", "PT EUR", "PY PYG", "QA QAR", "RO RON", "RS RSD",
        "RU RUB", "RW RWF", "SA SAR", "SC SCR", "SD SDG", "SE SEK", "SG SGD", "SI EUR", "SK EUR",
        "SL SLE", "SN XOF", "SV USD", "SY SYP", "TG XOF", "TH THB", "TJ TJS", "TN TND", "TR TRY",
        "TT TTD", "TW TWD", "TZ TZS", "UA UAH", "UG UGX", "US USD", "UY UYU", "UZ UZS", "VE VES",
        "VN VND", "YE YER", "ZA ZAR", "ZM ZMW",
    };
    const struct bank *bank = bank_of_sender(sender);
    const char *country = bank != NULL ? bank->country : country_behind(sender);

    for (size_t i = 0; country != NULL && i < sizeof(countries) / sizeof(countries[0]); i++)
        if (memcmp(countries[i], country, 2) == 0)
            return countries[i] + 3;
    return bank == NULL && is_indian(sender) ? "INR" : NULL;
}
