/* preferences - what a person sets once and every part of the suite follows: base currency, time
 * zone, locale, first day of month and week, days that raw texts are kept, notifications. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/json_util.h"
#include "base/money.h"
#include "locale.h"
#include "notifications.h"
#include "zones.h"

enum { MONTH_START_MAX = 28, RETENTION_DAYS_MAX = 3650, WEEK_START_MAX = 7 };

/* What a person may set, as a set of bits: which of a profile's fields are the person's word. */
enum chosen {
    CHOSEN_NAME = 1,
    CHOSEN_BASE_CURRENCY = 2,
    CHOSEN_TIME_ZONE = 4,
    CHOSEN_LOCALE = 8,
    CHOSEN_MONTH_START = 16,
    CHOSEN_RETENTION_DAYS = 32,
    CHOSEN_WEEK_START = 64,
    CHOSEN_NOTIFICATIONS = 128,
};
enum { CHOSEN_TEXT_SIZE = 128 };
/* "name base_currency": as stored. */
void chosen_format(unsigned chosen, char out[static CHOSEN_TEXT_SIZE]);
unsigned chosen_parse(const char *text);

struct preferences {
    char base_currency[CURRENCY_SIZE];
    char time_zone[ZONE_SIZE];
    char locale[LOCALE_SIZE];
    int month_start;        /* 1..28 */
    int retention_days;     /* 1..3650 */
    int week_start;         /* 1 Monday .. 7 Sunday */
    unsigned notifications; /* enum notification */
};

/* Applies a merge-patch under prefix: null sets the default again, what is absent stays. All that
 * is wrong is told to fields, and then nothing is to be used. */
struct preferences_rules {
    const struct preferences *defaults;
    const struct zones *zones;
};
void preferences_patch(struct preferences *prefs, unsigned *chosen, const json_t *object,
                       const char *prefix, const struct preferences_rules *rules,
                       struct fields *fields);
/* Checks the operator's defaults; ERR_INVALID names the first that is wrong. */
must_check bool preferences_check(const struct preferences *prefs, const struct zones *zones,
                                  struct err *err);
bool preferences_same(const struct preferences *a, const struct preferences *b);
json_t *preferences_to_json(const struct preferences *prefs);
/* Names of the preferences that hold a default: nobody set them. */
json_t *preferences_defaulted(unsigned chosen);
