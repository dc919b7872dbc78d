#include "preferences.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const char *const names[] = {"name",        "base_currency",  "time_zone",  "locale",
                                    "month_start", "retention_days", "week_start", "notifications"};

void chosen_format(unsigned chosen, char out[static CHOSEN_TEXT_SIZE])
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < LENGTH(names); i++)
        if (chosen & (1u << i))
            n +=
                (size_t)snprintf(out + n, CHOSEN_TEXT_SIZE - n, "%s%s", n > 0 ? " " : "", names[i]);
}

unsigned chosen_parse(const char *text)
{
    unsigned chosen = 0;
    for (const char *at = text; *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        for (size_t i = 0; i < LENGTH(names); i++)
            if (strlen(names[i]) == len && memcmp(at, names[i], len) == 0)
                chosen |= 1u << i;
        at += len;
    }
    return chosen;
}

static void complain(const struct json_reader *reader, const char *name, const char *code,
                     const char *detail)
{
    char pointer[64];
    snprintf(pointer, sizeof pointer, "%s/%s", reader->prefix, name);
    field_error(reader->fields, pointer, code, detail);
}

/* Whether the member is there as null, which in a merge-patch means: remove. */
static bool removed(const struct json_reader *reader, const char *name)
{
    return json_is_null(json_object_get(reader->object, name));
}

static void patch_currency(struct preferences *prefs, unsigned *chosen,
                           const struct json_reader *reader, const struct preferences *defaults)
{
    const char *text;
    if (removed(reader, "base_currency")) {
        memcpy(prefs->base_currency, defaults->base_currency, sizeof prefs->base_currency);
        *chosen &= ~(unsigned)CHOSEN_BASE_CURRENCY;
    } else if (json_read_str(reader, "base_currency", JSON_OPTIONAL, 3, 3, &text)) {
        if (currency_exponent(text) < 0) {
            complain(reader, "base_currency", "currency_unknown", "must be a code of ISO 4217");
            return;
        }
        memcpy(prefs->base_currency, text, sizeof prefs->base_currency);
        *chosen |= CHOSEN_BASE_CURRENCY;
    }
}

static void patch_zone(struct preferences *prefs, unsigned *chosen,
                       const struct json_reader *reader, const struct preferences_rules *rules)
{
    const char *text;
    if (removed(reader, "time_zone")) {
        memcpy(prefs->time_zone, rules->defaults->time_zone, sizeof prefs->time_zone);
        *chosen &= ~(unsigned)CHOSEN_TIME_ZONE;
    } else if (json_read_str(reader, "time_zone", JSON_OPTIONAL, 1, ZONE_SIZE - 1, &text)) {
        if (!zones_has(rules->zones, text)) {
            complain(reader, "time_zone", "time_zone_unknown",
                     "must be a name of the tz database such as Asia/Kolkata");
            return;
        }
        snprintf(prefs->time_zone, sizeof prefs->time_zone, "%s", text);
        *chosen |= CHOSEN_TIME_ZONE;
    }
}

static void patch_locale(struct preferences *prefs, unsigned *chosen,
                         const struct json_reader *reader, const struct preferences *defaults)
{
    const char *text;
    char locale[LOCALE_SIZE];
    if (removed(reader, "locale")) {
        memcpy(prefs->locale, defaults->locale, sizeof prefs->locale);
        *chosen &= ~(unsigned)CHOSEN_LOCALE;
    } else if (json_read_str(reader, "locale", JSON_OPTIONAL, 2, LOCALE_SIZE - 1, &text)) {
        if (!locale_parse(text, locale)) {
            complain(reader, "locale", "locale_invalid",
                     "must be a language tag of BCP 47 such as en-IN");
            return;
        }
        memcpy(prefs->locale, locale, sizeof prefs->locale);
        *chosen |= CHOSEN_LOCALE;
    }
}

struct number {
    const char *name;
    int *value;
    int max, fallback;
    unsigned bit;
};

static void patch_number(const struct number *number, unsigned *chosen,
                         const struct json_reader *reader)
{
    int64_t value;
    if (removed(reader, number->name)) {
        *number->value = number->fallback;
        *chosen &= ~number->bit;
    } else if (json_read_int(reader, number->name, JSON_OPTIONAL, 1, number->max, &value)) {
        *number->value = (int)value;
        *chosen |= number->bit;
    }
}

static void patch_numbers(struct preferences *prefs, unsigned *chosen,
                          const struct json_reader *reader, const struct preferences *defaults)
{
    const struct number numbers[] = {
        {"month_start", &prefs->month_start, MONTH_START_MAX, defaults->month_start,
         CHOSEN_MONTH_START},
        {"retention_days", &prefs->retention_days, RETENTION_DAYS_MAX, defaults->retention_days,
         CHOSEN_RETENTION_DAYS},
        {"week_start", &prefs->week_start, WEEK_START_MAX, defaults->week_start, CHOSEN_WEEK_START},
    };
    for (size_t i = 0; i < LENGTH(numbers); i++)
        patch_number(&numbers[i], chosen, reader);
}

static void patch_notifications(struct preferences *prefs, unsigned *chosen,
                                const struct json_reader *reader,
                                const struct preferences *defaults)
{
    char prefix[64];
    const json_t *switches;
    if (removed(reader, "notifications")) {
        prefs->notifications = defaults->notifications;
        *chosen &= ~(unsigned)CHOSEN_NOTIFICATIONS;
    } else if (json_read_object(reader, "notifications", JSON_OPTIONAL, &switches)) {
        snprintf(prefix, sizeof prefix, "%s/notifications", reader->prefix);
        notifications_patch(&prefs->notifications, switches, prefix, reader->fields);
        *chosen |= CHOSEN_NOTIFICATIONS;
    }
}

void preferences_patch(struct preferences *prefs, unsigned *chosen, const json_t *object,
                       const char *prefix, const struct preferences_rules *rules,
                       struct fields *fields)
{
    struct json_reader reader = {.object = object, .prefix = prefix, .fields = fields};
    json_read_known(&reader,
                    (const char *const[]){"base_currency", "time_zone", "locale", "month_start",
                                          "retention_days", "week_start", "notifications", NULL});
    patch_currency(prefs, chosen, &reader, rules->defaults);
    patch_zone(prefs, chosen, &reader, rules);
    patch_locale(prefs, chosen, &reader, rules->defaults);
    patch_numbers(prefs, chosen, &reader, rules->defaults);
    patch_notifications(prefs, chosen, &reader, rules->defaults);
}

bool preferences_same(const struct preferences *a, const struct preferences *b)
{
    return strcmp(a->base_currency, b->base_currency) == 0 &&
           strcmp(a->time_zone, b->time_zone) == 0 && strcmp(a->locale, b->locale) == 0 &&
           a->month_start == b->month_start && a->retention_days == b->retention_days &&
           a->week_start == b->week_start && a->notifications == b->notifications;
}

bool preferences_check(const struct preferences *prefs, const struct zones *zones, struct err *err)
{
    char locale[LOCALE_SIZE];
    if (currency_exponent(prefs->base_currency) < 0)
        return err_set(err, ERR_INVALID, "USER_DEFAULT_CURRENCY: not a code of ISO 4217");
    if (!zones_has(zones, prefs->time_zone))
        return err_set(err, ERR_INVALID, "USER_DEFAULT_TIME_ZONE: not in the tz database");
    if (!locale_parse(prefs->locale, locale))
        return err_set(err, ERR_INVALID, "USER_DEFAULT_LOCALE: not a language tag of BCP 47");
    return true;
}

json_t *preferences_to_json(const struct preferences *prefs)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:o}", "base_currency", prefs->base_currency,
                     "time_zone", prefs->time_zone, "locale", prefs->locale, "month_start",
                     prefs->month_start, "week_start", prefs->week_start, "retention_days",
                     prefs->retention_days, "notifications",
                     notifications_to_json(prefs->notifications));
}

json_t *preferences_defaulted(unsigned chosen)
{
    json_t *list = json_array();
    for (size_t i = 1; i < LENGTH(names); i++)
        if (!(chosen & (1u << i)))
            json_array_append_new(list, json_string(names[i]));
    return list;
}
