#include "users/person_topics.h"

#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/money.h"
#include "deserialize.h"
#include "people/erasure.h"
#include "people/erasure_steps.h"
#include "users/person_store.h"

bool person_on_profile(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        const char *currency = json_string_value(json_object_get(evs[i]->data, "base_currency"));
        const char *zone = json_string_value(json_object_get(evs[i]->data, "time_zone"));
        if (zone == NULL || (currency != NULL && currency_exponent(currency) < 0))
            return err_set(err, ERR_INVALID, "profile without time_zone or with unknown currency");
        if (!person_store_set(tx, evs[i]->user_id, currency, zone, evs[i]->sequence, err))
            return false;
    }
    return true;
}

static const struct erasure_steps steps = {.next = person_store_next_to_erase,
                                           .erase = person_store_erase};

bool person_on_deleted(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++)
        if (!person_store_delete(tx, evs[i]->user_id, err) ||
            !erasure_begin(tx, evs[i]->user_id, err) ||
            !erasure_step(tx, &steps, evs[i]->user_id, evs[i], err))
            return false;
    return true;
}

enum step person_erase_rest(struct svc *svc)
{
    return erasure_rest(svc->base.db, &steps);
}

void person_erase_stragglers(struct svc *svc)
{
    struct err err;
    if (!person_store_erase_stragglers(svc->base.db, &err))
        log_warn("erasing_postponed", L_STR("reason", err.text));
}
