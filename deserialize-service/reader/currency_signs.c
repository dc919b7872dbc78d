/* Signs and names of currencies, in every script, found by hash. */
#include "currency_signs.h"

#include <string.h>

#include "base/mem.h"

static const struct currency_sign signs[] = {
    {"$", "USD CAD AUD NZD SGD HKD MXN TWD COP CLP ARS JMD NAD"},
    {"us$", "USD"},
    {"u$s", "USD"},
    {"usd$", "USD"},
    {"c$", "CAD"},
    {"ca$", "CAD"},
    {"$ ca", "CAD"},
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
    {"日元", "JPY"},
    {"日圓", "JPY"},
    {"圓", "- JPY TWD HKD"},
    {"人民币", "CNY"},
    {"人民幣", "CNY"},
    {"港币", "HKD"},
    {"港幣", "HKD"},
    {"港元", "HKD"},
    {"新台币", "TWD"},
    {"新臺幣", "TWD"},
    {"新台幣", "TWD"},
    {"台幣", "TWD"},
    {"美元", "USD"},
    {"美金", "USD"},
    {"달러", "USD"},
    {"欧元", "EUR"},
    {"歐元", "EUR"},
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
    {"ש\"ח", "ILS"},
    {"שח", "ILS"},
    {"שקל", "ILS"},
    {"שקלים", "ILS"},
    {"ευρω", "EUR"},
    {"रुपये", "INR NPR"},
    {"रुपए", "INR NPR"},
    {"ლარი", "GEL"},
    {"դրամ", "AMD"},
    {"টাকায়", "BDT"},
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
    {"/-", "INR PKR LKR NPR"},
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
    {"akz", "AOA"},
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
    {"د.ا", "AED JOD"}, /* what stands on the alif is folded away; see currency.c */
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
    {"dt", "TND"},
    {"د.ع", "IQD"},
    {"төгрөг", "MNT"},
    {"төгрөгийн", "MNT"},
    {"₮", "MNT"},
    {"colones", "CRC"},
    {"د.ج", "DZD"},
    {"تومان", "IRR"},
    {"toman", "IRR"},
};

#define SIGN_SLOTS 512 /* more than twice the signs */

/* Looked up for signs beside a number; made before main() and never changed. */
static uint8_t sign_slots[SIGN_SLOTS]; /* index into signs plus 1 */
static uint8_t sign_lengths[LENGTH(signs)];

static size_t sign_slot(const char *text, size_t len)
{
    size_t first = (unsigned char)text[0], last = (unsigned char)text[len - 1];

    return (first * 31 + last * 7 + len * 97) % SIGN_SLOTS;
}

int16_t currency_sign_index(const char *text, size_t len)
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
    _Static_assert(LENGTH(signs) < 255, "an index of signs is a byte");
    for (size_t i = 0; i < LENGTH(signs); i++) {
        size_t len = strlen(signs[i].text), slot = sign_slot(signs[i].text, len);

        while (sign_slots[slot] != 0)
            slot = (slot + 1) % SIGN_SLOTS;
        sign_slots[slot] = (uint8_t)(i + 1);
        sign_lengths[i] = (uint8_t)len;
    }
}

const struct currency_sign *currency_sign_at(int16_t index)
{
    return index >= 0 && index < (int16_t)LENGTH(signs) ? &signs[index] : NULL;
}
