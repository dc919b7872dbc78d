#include <stddef.h>
#include <stdio.h>

#include "base/mem.h"
#include "events/events.h"
#include "exports/assembly.h"
#include "exports/export_store.h"
#include "exports/export_topics.h"
#include "profile_store.h"
#include "receipts/receipt_store.h"
#include "user.h"

extern const char openapi_yaml[];

// clang-format off
static const struct conf_key keys[] = {
    {"USER_DEFAULT_CURRENCY", CONF_STR, offsetof(struct user_conf, default_currency), "USD", 0, 0, 0, "base currency of a person who has set none (ISO 4217)"},
    {"USER_DEFAULT_LOCALE", CONF_STR, offsetof(struct user_conf, default_locale), "en", 0, 0, 0, "locale of a person who has set none (BCP 47)"},
    {"USER_DEFAULT_RETENTION_DAYS", CONF_INT, offsetof(struct user_conf, default_retention_days), "365", 1, RETENTION_DAYS_MAX, 0, "days that raw bank texts are kept, for a person who has set none"},
    {"USER_DEFAULT_TIME_ZONE", CONF_STR, offsetof(struct user_conf, default_time_zone), "UTC", 0, 0, 0, "time zone of a person who has set none (tz database)"},
    {"USER_ZONE_LIST", CONF_STR, offsetof(struct user_conf, zone_list), "/usr/share/zoneinfo/tzdata.zi", 0, 0, 0, "tzdata's list of time zones"},
};
// clang-format on

/* A text that does not fit is left empty, which no check accepts. */
static void set_default(char *out, size_t size, const char *text)
{
    if (snprintf(out, size, "%s", text) >= (int)size)
        out[0] = '\0';
}

static bool prepare(struct svc *svc, struct err *err)
{
    struct preferences *defaults = &svc->defaults;
    set_default(defaults->base_currency, sizeof defaults->base_currency,
                svc->conf.default_currency);
    set_default(defaults->time_zone, sizeof defaults->time_zone, svc->conf.default_time_zone);
    set_default(defaults->locale, sizeof defaults->locale, svc->conf.default_locale);
    defaults->month_start = defaults->week_start = 1;
    defaults->notifications = NOTIFY_DEFAULT;
    defaults->retention_days = svc->conf.default_retention_days;
    return zones_load(&svc->zones, svc->conf.zone_list, err) &&
           preferences_check(defaults, &svc->zones, err);
}

static void finish(struct svc *svc)
{
    zones_fini(&svc->zones);
}

static void *conf_of(struct svc *svc)
{
    return &svc->conf;
}

static enum step (*const background[])(struct svc *svc) = {user_background, NULL};

int main(int argc, char **argv)
{
    static const char *const produces[] = {TOPIC_PROFILE, TOPIC_EXPORT, TOPIC_EXPORT_PART,
                                           TOPIC_ERASURE, NULL};
    const struct pg_statements statements[] = {profile_statements, export_store_statements,
                                               assembly_statements, receipt_statements};
    const struct service service = {
        .name = "user-service",
        .schema = "users",
        .env_prefix = "USER_",
        .keys = keys,
        .key_count = LENGTH(keys),
        .routes = user_routes,
        .route_count = user_route_count,
        .topics = user_topics,
        .topic_count = user_topic_count,
        .produces = produces,
        .statements = statements,
        .statement_count = LENGTH(statements),
        .openapi = openapi_yaml,
        .openapi_path = "/api/v1/users/openapi.yaml",
        .svc_size = sizeof(struct svc),
        .conf_of = conf_of,
        .before_listen = prepare,
        .after_drain = finish,
        .housekeeping = user_housekeeping,
        .background = background,
        .exports = user_exports,
    };
    return service_main(argc, argv, &service);
}
