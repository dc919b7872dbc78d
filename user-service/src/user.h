/* user - the service's own state and tables. */
#pragma once
#include "events/inbox.h"
#include "http/http.h"
#include "preferences.h"
#include "service/service.h"

struct user_conf {
    const char *default_currency, *default_locale, *default_time_zone, *zone_list;
    int default_retention_days;
};

struct svc {
    struct svc_base base;
    struct user_conf conf;
    /* Set before listening, read-only afterwards. */
    struct preferences defaults;
    struct zones zones;
};

extern const struct route user_routes[];
extern const size_t user_route_count;
extern const struct topic_row user_topics[];
extern const size_t user_topic_count;

/* Adds profile.updated with the profile's snapshot to tx. */
struct profile;
must_check bool user_publish(struct pg_tx *tx, const struct profile *profile,
                             const struct event *cause, struct err *err);
