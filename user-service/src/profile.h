/* profile - a person as the suite knows them: rules for what changes a profile, and its JSON.
 * No I/O. The person's word stands: a field in chosen is not touched by an event. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "events/cloudevent.h"
#include "identity/identity.h"
#include "preferences.h"

enum { PROFILE_EMAIL_SIZE = 255, PROFILE_NAME_SIZE = 401, PROFILE_NAME_MAX = 400 };

struct profile {
    char user_id[UUID_SIZE];
    char email[PROFILE_EMAIL_SIZE]; /* empty: not known */
    char name[PROFILE_NAME_SIZE];   /* empty: none */
    struct preferences prefs;
    unsigned chosen; /* enum chosen */
    int64_t version, created_us, updated_us;
    int64_t account_sequence; /* of the newest account event in here; 0: none */
    bool deleted;             /* nothing else is set but user_id */
};

/* What auth-service tells of a person, by event or by token claims. Empty strings: not told. */
struct account {
    char user_id[UUID_SIZE];
    char email[PROFILE_EMAIL_SIZE];
    char name[PROFILE_NAME_SIZE];
    int64_t created_us; /* 0: not told */
    int64_t sequence;   /* of the event; 0: none */
};
void account_from_identity(const struct identity *identity, struct account *out);
/* user.registered, user.updated. ERR_INVALID for data that can never be applied. */
must_check bool account_from_event(const struct event *ev, struct account *out, struct err *err);

void profile_init(struct profile *profile, const struct account *account,
                  const struct preferences *defaults, int64_t now_us);
/* Whether anything changed. */
bool profile_apply_account(struct profile *profile, const struct account *account);
/* Merge-patch {name, preferences}; errors go to fields. */
void profile_patch(struct profile *profile, const json_t *body,
                   const struct preferences_rules *rules, struct fields *fields);
bool profile_same(const struct profile *a, const struct profile *b);

json_t *profile_to_json(const struct profile *profile);
/* Data of profile.updated: a full snapshot of what other services follow, without e-mail and name,
 * which none of them needs. */
json_t *profile_event_data(const struct profile *profile);
