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

/* One step of what waits: an archive to make, rows to purge, an erasure to tell. */
enum step user_background(struct svc *svc);
void user_housekeeping(struct svc *svc);

extern const struct route user_routes[];
extern const size_t user_route_count;
extern const struct topic_row user_topics[];
extern const size_t user_topic_count;

struct profile;
/* The caller's profile, locked; made from the token's claims when the event about the person has
 * not come yet, so that a valid token never meets a 404. 401 account_deleted of a deleted person.
 */
must_check bool user_enter(struct svc *svc, const struct identity *identity, struct pg_tx *tx,
                           struct profile *profile, struct err *err);
/* Adds profile.updated with the profile's snapshot to tx. */
must_check bool user_publish(struct pg_tx *tx, const struct profile *profile,
                             const struct event *cause, struct err *err);
