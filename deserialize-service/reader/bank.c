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

const struct bank *bank_of_sender(const char *sender)
{
    char name[SENDER_MAX];
    size_t len = sender != NULL ? strlen(sender) : 0;

    if (len == 0 || len >= sizeof(name))
        return NULL;
    for (size_t i = 0; i <= len; i++)
        name[i] = (char)toupper((unsigned char)sender[i]);
    const struct bank *bank = find(name);

    /* "VM-EXBANK", "VM-EXBANK-S": operator and circle before, the kind of traffic after. */
    if (bank == NULL && len > 3 && name[2] == '-') {
        if (name[len - 2] == '-')
            name[len - 2] = '\0';
        bank = find(name + 3);
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

const char *bank_currency(const char *sender)
{
    static const char countries[][7] = {
        "AE AED", "AM AMD", "AO AOA", "AR ARS", "AT EUR", "AU AUD", "AZ AZN", "BD BDT", "BE EUR",
        "BF XOF", "BG BGN", "BH BHD", "BJ XOF", "BO BOB", "BR BRL", "BW BWP", "BY BYN", "CA CAD",
        "CH CHF", "CI XOF", "CL CLP", "CM XAF", "CN CNY", "CO COP", "CR CRC", "CZ CZK", "DE EUR",
        "DK DKK", "DO DOP", "DZ DZD", "EC USD", "EE EUR", "EG EGP", "ES EUR", "ET ETB", "FI EUR",
        "FR EUR", "GB GBP", "GE GEL", "GH GHS", "GR EUR", "GT GTQ", "HK HKD", "HN HNL", "HR EUR",
        "HU HUF", "ID IDR", "IE EUR", "IL ILS", "IN INR", "IQ IQD", "IR IRR", "IT EUR", "JO JOD",
        "JP JPY", "KE KES", "KH KHR", "KR KRW", "KW KWD", "KZ KZT", "LB LBP", "LK LKR", "LT EUR",
        "LV EUR", "LY LYD", "MA MAD", "ML XOF", "MM MMK", "MN MNT", "MU MUR", "MV MVR", "MW MWK",
        "MX MXN", "MY MYR", "MZ MZN", "NA NAD", "NG NGN", "NL EUR", "NO NOK", "NP NPR", "NZ NZD",
        "OM OMR", "PA USD", "PE PEN", "PH PHP", "PK PKR", "PL PLN", "PT EUR", "PY PYG", "QA QAR",
        "RO RON", "RS RSD", "RU RUB", "RW RWF", "SA SAR", "SE SEK", "SG SGD", "SI EUR", "SK EUR",
        "SN XOF", "SV USD", "TG XOF", "TH THB", "TN TND", "TR TRY", "TW TWD", "TZ TZS", "UA UAH",
        "UG UGX", "US USD", "UY UYU", "UZ UZS", "VN VND", "ZA ZAR", "ZM ZMW",
    };
    const struct bank *bank = bank_of_sender(sender);

    for (size_t i = 0; bank != NULL && i < sizeof(countries) / sizeof(countries[0]); i++)
        if (memcmp(countries[i], bank->country, 2) == 0)
            return countries[i] + 3;
    return bank == NULL && is_indian(sender) ? "INR" : NULL;
}
