#include "bank.h"

#include <ctype.h>
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

const char *bank_currency(const char *sender)
{
    static const char countries[][7] = {
        "AE AED", "AR ARS", "AU AUD", "BD BDT", "BH BHD", "BR BRL", "BW BWP", "CA CAD", "CL CLP",
        "CO COP", "CR CRC", "CZ CZK", "DE EUR", "DO DOP", "EG EGP", "ES EUR", "ET ETB", "FR EUR",
        "GB GBP", "GH GHS", "HK HKD", "ID IDR", "IN INR", "IR IRR", "IT EUR", "JO JOD", "JP JPY",
        "KE KES", "KR KRW", "KW KWD", "KZ KZT", "LK LKR", "MA MAD", "MU MUR", "MX MXN", "MY MYR",
        "MZ MZN", "NG NGN", "NP NPR", "NZ NZD", "OM OMR", "PE PEN", "PH PHP", "PK PKR", "PL PLN",
        "QA QAR", "RO RON", "RU RUB", "RW RWF", "SA SAR", "SG SGD", "SN XOF", "TH THB", "TN TND",
        "TR TRY", "TZ TZS", "UA UAH", "UG UGX", "US USD", "VN VND", "ZA ZAR", "ZM ZMW",
    };
    const struct bank *bank = bank_of_sender(sender);

    for (size_t i = 0; bank != NULL && i < sizeof(countries) / sizeof(countries[0]); i++)
        if (memcmp(countries[i], bank->country, 2) == 0)
            return countries[i] + 3;
    return NULL;
}
