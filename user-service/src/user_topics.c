#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "exports/export_store.h"
#include "exports/export_topics.h"
#include "people/erasure.h"
#include "profile_store.h"
#include "receipts/receipt.h"
#include "receipts/receipt_store.h"
#include "user.h"

bool user_publish(struct pg_tx *tx, const struct profile *profile, const struct event *cause,
                  struct err *err)
{
    scoped(json_drop) json_t *data = profile_event_data(profile);
    struct outbox_event ev = {.topic = TOPIC_PROFILE,
                              .type = EVENT_PROFILE_UPDATED,
                              .user_id = profile->user_id,
                              .subject = profile->user_id,
                              .data = data,
                              .cause = cause};
    return outbox_add(tx, &ev, err);
}

/* A person is made here or by their first request; who comes second only adds what is new. */
static bool apply_account(struct svc *svc, struct pg_tx *tx, const struct event *ev,
                          struct err *err)
{
    struct account account;
    struct profile profile;
    bool found, added = false;
    if (!account_from_event(ev, &account, err))
        return false;
    profile_init(&profile, &account, &svc->defaults, time_now_us());
    if (!profile_store_add(tx, &profile, &added, err))
        return false;
    if (added)
        return user_publish(tx, &profile, ev, err);
    if (!profile_store_lock(tx, ev->user_id, &profile, &found, err))
        return false;
    if (!found || profile.deleted) {
        metric_add("user_events_skipped_total", LABEL("reason", "user_deleted"), 1);
        return true;
    }
    if (account.sequence < profile.account_sequence) {
        metric_add("user_events_skipped_total", LABEL("reason", "older"), 1);
        return true;
    }
    bool newer = account.sequence > profile.account_sequence;
    if (!profile_apply_account(&profile, &account))
        return !newer || profile_store_note_account(tx, &profile, err);
    return profile_store_save(tx, &profile, err) && user_publish(tx, &profile, ev, err);
}

static bool on_account(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!apply_account(svc, tx, evs[i], err))
            return false;
    return true;
}

/* The topic of profiles is compacted: profile.erased takes the place of the last snapshot. */
static bool tell_erased(struct pg_tx *tx, const struct event *ev, struct err *err)
{
    scoped(json_drop) json_t *data = json_pack("{s:s}", "user_id", ev->user_id);
    struct outbox_event erased = {.topic = TOPIC_PROFILE,
                                  .type = EVENT_PROFILE_ERASED,
                                  .user_id = ev->user_id,
                                  .subject = ev->user_id,
                                  .data = data,
                                  .cause = ev};
    return outbox_add(tx, &erased, err);
}

/* Exports are large, so their rows go in steps (user_background), after which the erasure is told.
 */
static bool on_deleted(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        if (evs[i]->user_id[0] == '\0')
            return err_set(err, ERR_INVALID, "user.deleted without a user");
        bool changed;
        if (!profile_store_erase(tx, evs[i]->user_id, &changed, err) ||
            (changed && !tell_erased(tx, evs[i], err)) ||
            !export_store_erase(tx, evs[i]->user_id, err) ||
            !erasure_begin(tx, evs[i]->user_id, err) ||
            !receipt_store_add(tx, evs[i]->user_id, err))
            return false;
    }
    return true;
}

// clang-format off
const struct topic_row user_topics[] = {
    {TOPIC_USER,        EVENT_USER_REGISTERED,  on_account,          "make the profile and publish it", true},
    {TOPIC_USER,        EVENT_USER_UPDATED,     on_account,          "follow e-mail and name, unless the person set the name here", true},
    {TOPIC_USER,        EVENT_USER_DELETED,     on_deleted,          "erase profile and exports, remember that the person is gone", true},
    {TOPIC_EXPORT,      EVENT_EXPORT_REQUESTED, export_on_requested, "tell all that is held of the person", false},
    {TOPIC_EXPORT_PART, EVENT_EXPORT_PART,      export_on_part,      "keep what a service tells for an export", false},
    {TOPIC_EXPORT_PART, EVENT_EXPORT_COMPLETED, export_on_completed, "note that a service has told everything", false},
    {TOPIC_ERASURE,     EVENT_USER_ERASED,      receipt_on_erased,   "note that a service holds nothing of a deleted person", true},
};
// clang-format on
const size_t user_topic_count = LENGTH(user_topics);
