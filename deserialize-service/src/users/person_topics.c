#include "users/person_topics.h"

#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/money.h"
#include "deserialize.h"
#include "people/erasure.h"
#include "users/person_store.h"

enum { ERASE_AT_ONCE = 2000 };

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

/* One step, and the report when it was the last one. */
static bool erase(struct pg_tx *tx, const char *user_id, const struct event *cause, struct err *err)
{
    bool done;
    return person_store_erase(tx, user_id, ERASE_AT_ONCE, &done, err) &&
           (!done || erasure_report(tx, user_id, cause, err));
}

bool person_on_deleted(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++)
        if (!person_store_delete(tx, evs[i]->user_id, err) ||
            !erasure_begin(tx, evs[i]->user_id, err) || !erase(tx, evs[i]->user_id, evs[i], err))
            return false;
    return true;
}

static bool erase_step(struct svc *svc, bool *found, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    char user_id[UUID_SIZE];
    if (!pg_begin(svc->base.db, &tx, err) || !person_store_next_to_erase(tx, user_id, found, err))
        return false;
    return !*found || (erase(tx, user_id, NULL, err) && pg_commit(&tx, err));
}

enum step person_erase_rest(struct svc *svc)
{
    struct err err;
    bool found = false;
    if (erase_step(svc, &found, &err))
        return found ? STEP_MORE : STEP_IDLE;
    log_warn("erasing_postponed", L_STR("reason", err.text));
    return STEP_FAILED;
}

void person_erase_stragglers(struct svc *svc)
{
    struct err err;
    if (!person_store_erase_stragglers(svc->base.db, &err))
        log_warn("erasing_postponed", L_STR("reason", err.text));
}
