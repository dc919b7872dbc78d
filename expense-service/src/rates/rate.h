/* rate - exchange rates: what clients and the European Central Bank's files say. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/json_util.h"
#include "base/money.h"

enum { RATE_TEXT_SIZE = 32 };

/* A decimal above zero of at most 12 digits before and 12 after the point. */
bool rate_ok(const char *text);
/* What one unit of base is in quote on a day. Borrowed text; all of it as the database takes it. */
struct rate {
    const char *base, *quote, *day, *rate;
};
/* {"base", "quote", "date", "rate": "1.0834"} */
void rate_read(const json_t *body, struct rate *out, struct fields *fields);

/* One of the ECB's eurofxref files (www.ecb.europa.eu, "Euro foreign exchange reference rates"):
 * <Cube time='2026-11-25'> holds <Cube currency='USD' rate='1.0485'/>; one euro is that much. see
 * is called with each. false: it is none, or no rate was in it. */
bool rate_read_ecb(const char *text, size_t len,
                   bool (*see)(void *arg, const char *day, const char *currency, const char *rate),
                   void *arg);
