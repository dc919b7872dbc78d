#include "owners/owner_topics.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/money.h"
#include "base/uuid.h"
#include "ledger.h"
#include "owners/owner_store.h"
#include "people/erasure.h"
#include "people/erasure_steps.h"

static bool has_user(const struct event *ev, struct err *err)
{
    return ev->user_id[0] != '\0' || err_set(err, ERR_INVALID, "%s without a user", ev->type);
}

bool owner_on_registered(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                         size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        const char *id = evs[i]->user_id;
        bool deleted;
        if (!has_user(evs[i], err) || !owners_enter(tx, &id, 1, &deleted, err))
            return false;
    }
    return true;
}

static bool read_profile(const struct event *ev, struct owner_profile *out, struct err *err)
{
    struct fields fields = {0};
    struct json_reader reader = {.object = ev->data, .prefix = "", .fields = &fields};
    *out = (struct owner_profile){.month_start = 1, .sequence = ev->sequence};
    if (json_read_str(&reader, "base_currency", JSON_REQUIRED, 3, 3, &out->base_currency) &&
        currency_exponent(out->base_currency) < 0)
        field_error(&fields, "/base_currency", "currency_unknown", "not a currency of ISO 4217");
    json_read_str(&reader, "time_zone", JSON_REQUIRED, 1, 64, &out->time_zone);
    json_read_str(&reader, "locale", JSON_OPTIONAL, 1, 64, &out->locale);
    json_read_int(&reader, "month_start", JSON_OPTIONAL, 1, 28, &out->month_start);
    bool ok = fields_check(&fields, err);
    fields_fini(&fields);
    return ok || err_wrap(err, "profile.updated: ");
}

bool owner_on_profile(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                      size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        const char *id = evs[i]->user_id;
        struct owner_profile profile;
        bool deleted;
        if (!has_user(evs[i], err) || !read_profile(evs[i], &profile, err) ||
            !owners_enter(tx, &id, 1, &deleted, err))
            return false;
        if (deleted)
            metric_add("ledger_events_skipped_total", LABEL("reason", "user_deleted"), 1);
        else if (!owner_set_profile(tx, id, &profile, err))
            return false;
    }
    return true;
}

static const struct erasure_steps steps = {.next = owner_next_to_erase, .erase = owner_erase};

bool owner_on_deleted(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                      size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++)
        if (!has_user(evs[i], err) || !owner_mark_deleted(tx, evs[i]->user_id, err) ||
            !erasure_begin(tx, evs[i]->user_id, err) ||
            !erasure_step(tx, &steps, evs[i]->user_id, evs[i], err))
            return false;
    return true;
}

enum step owner_erase_rest(struct svc *svc)
{
    return erasure_rest(svc->base.db, &steps);
}
