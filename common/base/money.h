/* money - exact amounts: int64 minor units of an ISO 4217 currency, decimal strings on the wire.
 * Never a float. The exponents are those of ISO 4217 list one (0, 2, 3 or 4 decimals). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CURRENCY_SIZE 4
#define MONEY_SIZE 48
/* About 92 trillion of a two-decimal currency; sums of such amounts still fit PostgreSQL numeric.
 */
#define MONEY_MAX INT64_C(9000000000000000)

struct money {
    int64_t minor;
    char currency[CURRENCY_SIZE]; /* upper case, NUL-terminated */
};

/* Decimals of a currency in use, or -1 when the code is unknown. */
int currency_exponent(const char *code);
/* The nth known code in alphabetical order, NULL past the end. */
const char *currency_at(size_t n);

/* "450.00", "-12.5", "450": digits, at most the currency's decimals, |value| <= MONEY_MAX.
 * ERR_INVALID with name amount_invalid, amount_too_precise, amount_too_large, currency_unknown. */
must_check bool money_parse(const char *amount, const char *currency, struct money *out,
                            struct err *err);
/* Always with all decimals of the currency: "450.00". */
void money_format(const struct money *money, char out[static MONEY_SIZE]);
void money_format_minor(int64_t minor, const char *currency, char out[static MONEY_SIZE]);
