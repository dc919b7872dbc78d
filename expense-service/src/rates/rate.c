#include "rates/rate.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"

bool rate_ok(const char *text)
{
    size_t whole = strspn(text, "0123456789"), rest = 0;
    if (text[whole] == '.')
        rest = strspn(text + whole + 1, "0123456789");
    bool pointed = text[whole] == '.';
    return whole >= 1 && whole <= 12 && rest <= 12 && pointed == (rest > 0) &&
           text[whole + pointed + rest] == '\0' && text[strspn(text, "0.")] != '\0';
}

static void read_currency(const struct json_reader *reader, const char *name, const char *pointer,
                          const char **out)
{
    if (json_read_str(reader, name, JSON_REQUIRED, 3, 3, out) && currency_exponent(*out) < 0)
        field_error(reader->fields, pointer, "currency_unknown", "must be a code of ISO 4217");
}

void rate_read(const json_t *body, struct rate *out, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    int64_t us;
    *out = (struct rate){.base = "", .quote = "", .day = "", .rate = "1"};
    json_read_known(&reader, (const char *const[]){"base", "quote", "date", "rate", NULL});
    read_currency(&reader, "base", "/base", &out->base);
    read_currency(&reader, "quote", "/quote", &out->quote);
    if (out->base[0] != '\0' && strcmp(out->base, out->quote) == 0)
        field_error(fields, "/quote", "same", "must be another currency");
    if (json_read_str(&reader, "date", JSON_REQUIRED, 1, 10, &out->day) &&
        !timefmt_parse_date(out->day, &us))
        field_error(fields, "/date", "date_invalid", "must be a date such as 2026-03-21");
    if (json_read_str(&reader, "rate", JSON_REQUIRED, 1, 25, &out->rate) && !rate_ok(out->rate))
        field_error(fields, "/rate", "rate_invalid", "must be a decimal above zero such as 1.0834");
}

/* name='value' or with double quotes within the tag at s; false: it has none. */
static bool attribute(const char *s, const char *end, const char *name, char *out, size_t size)
{
    size_t len = strlen(name);
    for (; s + len + 2 < end; s++) {
        if (strncmp(s, name, len) != 0 || s[len] != '=' || s[-1] != ' ')
            continue;
        char quote = s[len + 1];
        const char *value = s + len + 2, *close = memchr(value, quote, (size_t)(end - value));
        if ((quote != '\'' && quote != '"') || close == NULL || (size_t)(close - value) >= size)
            return false;
        snprintf(out, size, "%.*s", (int)(close - value), value);
        return true;
    }
    return false;
}

bool rate_read_ecb(const char *text, size_t len,
                   bool (*see)(void *arg, const char *day, const char *currency, const char *rate),
                   void *arg)
{
    char day[16] = "", currency[8], rate[RATE_TEXT_SIZE];
    int64_t us;
    size_t found = 0;
    const char *end = text + len;
    for (const char *s = text; (s = memmem(s, (size_t)(end - s), "<Cube ", 6)) != NULL; s += 6) {
        const char *close = memchr(s, '>', (size_t)(end - s));
        if (close == NULL)
            return false;
        if (attribute(s + 6, close, "time", day, sizeof day)) {
            if (!timefmt_parse_date(day, &us))
                return false;
            continue;
        }
        if (!attribute(s + 6, close, "currency", currency, sizeof currency))
            continue;
        if (day[0] == '\0' || !attribute(s + 6, close, "rate", rate, sizeof rate) || !rate_ok(rate))
            return false;
        if (currency_exponent(currency) < 0) /* of a currency that is no more */
            continue;
        if (!see(arg, day, currency, rate))
            return false;
        found++;
    }
    return found > 0;
}
