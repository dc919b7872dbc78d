#include "users/person_topics.h"

#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/money.h"
#include "deserialize.h"
#include "people/erasure.h"
#include "people/erasure_steps.h"
#include "users/person_store.h"

enum { DAYS_MAX = 36500 };

bool person_on_profile(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        const json_t *data = evs[i]->data;
        const json_t *days = json_object_get(data, "retention_days");
        const struct person person = {
            .base_currency = json_string_value(json_object_get(data, "base_currency")),
            .time_zone = json_string_value(json_object_get(data, "time_zone")),
            .retention_days = (int)json_integer_value(days),
            .version = evs[i]->sequence};
        if (person.time_zone == NULL ||
            (person.base_currency != NULL && currency_exponent(person.base_currency) < 0))
            return err_set(err, ERR_INVALID, "profile without time_zone or with unknown currency");
        if (days != NULL && (json_integer_value(days) < 1 || json_integer_value(days) > DAYS_MAX))
            return err_set(err, ERR_INVALID, "profile with retention_days out of range");
        if (!person_store_set(tx, evs[i]->user_id, &person, err))
            return false;
    }
    return true;
}

static const struct erasure_steps steps = {.next = person_store_next_to_erase,
                                           .erase = person_store_erase};

bool person_on_deleted(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        text_keys_forget(svc->texts, evs[i]->user_id);
        if (!person_store_delete(tx, evs[i]->user_id, err) ||
            !text_key_store_delete(tx, evs[i]->user_id, err) ||
            !erasure_begin(tx, evs[i]->user_id, err) ||
            !erasure_step(tx, &steps, evs[i]->user_id, evs[i], err))
            return false;
    }
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
