#include "budgets/watching.h"

#include "base/log.h"
#include "base/mem.h"
#include "events/events.h"
#include "events/outbox.h"
#include "ledger.h"

enum { PEOPLE_AT_ONCE = 200 };

bool budget_state_of(struct pg_tx *tx, const char *user_id, const struct budget *budget, int64_t n,
                     int64_t today, struct budget_state *out, json_t **others, struct err *err)
{
    struct period periods[BUDGET_CARRY_MAX + 1];
    int64_t spent[BUDGET_CARRY_MAX + 1];
    int64_t back = budget->rollover == ROLLOVER_NONE ? 0 : n;
    size_t before = (size_t)(back < 0 ? 0 : back < BUDGET_CARRY_MAX ? back : BUDGET_CARRY_MAX);
    for (size_t i = 0; i <= before; i++)
        periods[i] = period_nth(budget->period, budget->starts_on, n - (int64_t)(before - i));
    if (!budget_store_spent(tx, user_id, budget, periods, before + 1, spent, others, err))
        return false;
    *out =
        (struct budget_state){.period = periods[before],
                              .now = today >= periods[before].from && today <= periods[before].to,
                              .today = today,
                              .spent = spent[before],
                              .carried = budget_carry(budget, spent, before)};
    return true;
}

bool budget_show_now(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                     int64_t today, json_t **out, struct err *err)
{
    struct budget_state state;
    json_t *others = NULL;
    bool runs = today >= budget->starts_on && today <= budget->ends_on;
    int64_t n = period_of(budget->period, budget->starts_on, today);
    if (runs && !budget_state_of(tx, user_id, budget, n, today, &state, &others, err))
        return false;
    *out = budget_to_json(budget, runs ? &state : NULL, others != NULL ? others : json_array());
    return true;
}

static bool tell(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                 const struct budget_state *state, int threshold, struct err *err)
{
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "user_id", user_id, "budget_id", budget->id,
                  "name", budget->name, "threshold", threshold, "amount",
                  json_money(&budget->amount), "period", budget_state_json(budget, state));
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_EXPENSE,
                                             .type = EVENT_BUDGET_CROSSED,
                                             .user_id = user_id,
                                             .subject = budget->id,
                                             .data = data},
                      err);
}

static bool look_at(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                    int64_t today, struct err *err)
{
    struct budget_state state;
    int64_t n = period_of(budget->period, budget->starts_on, today);
    if (today < budget->starts_on || today > budget->ends_on)
        return true;
    if (!budget_state_of(tx, user_id, budget, n, today, &state, NULL, err))
        return false;
    int64_t percent = budget_percent(budget, &state);
    if (!budget_store_rearm(tx, user_id, budget->id, state.period.from, percent, err))
        return false;
    for (size_t i = 0; i < budget->threshold_count && budget->thresholds[i] <= percent; i++) {
        bool fresh;
        if (!budget_store_cross(tx, user_id, budget->id, state.period.from, budget->thresholds[i],
                                &fresh, err) ||
            (fresh && !tell(tx, user_id, budget, &state, budget->thresholds[i], err)))
            return false;
    }
    return true;
}

static bool look_at_all(struct pg_tx *tx, const char *user_id, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *budgets = NULL;
    if (!budget_store_lock_all(tx, user_id, &budgets, err))
        return false;
    for (size_t i = 0; i < pg_rows(budgets); i++) {
        struct budget budget;
        int64_t today;
        budget_from_row(budgets, i, &budget, &today);
        if (!look_at(tx, user_id, &budget, today, err))
            return false;
    }
    return true;
}

/* What is due goes in the transaction that tells: a crash tells again what was not told. */
enum step budgets_watch(struct svc *svc)
{
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *people = NULL;
    bool ok =
        pg_begin(svc->base.db, &tx, &err) && budget_store_due(tx, PEOPLE_AT_ONCE, &people, &err);
    size_t count = ok ? pg_rows(people) : 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = look_at_all(tx, pg_str(people, i, 0), &err);
    if (!ok || !pg_commit(&tx, &err)) {
        log_warn("budgets_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    return count > 0 ? STEP_MORE : STEP_IDLE;
}
