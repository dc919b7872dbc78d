#include "replay/replay_step.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "deserialize.h"
#include "events/outbox.h"
#include "replay/replay_page.h"

/* While so many events wait for the broker, those of live texts go first. */
enum { OUTBOX_ENOUGH = 5000 };

/* The place moves in the transaction that writes what was read: a crash repeats nothing. */
static bool work(struct svc *svc, enum step *step, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *job = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    bool waiting, room = true;
    if (!pg_begin(svc->base.db, &tx, err) || !replay_store_next(tx, &job, &waiting, err))
        return false;
    *step = waiting ? STEP_WAIT : STEP_IDLE;
    if (pg_rows(job) > 0 && !outbox_has_room(tx, OUTBOX_ENOUGH, &room, err))
        return false;
    if (pg_rows(job) == 0 || !room) {
        *step = room ? *step : STEP_WAIT;
        return pg_commit(&tx, err);
    }
    const char *id = pg_str(job, 0, 0);
    struct replay_run run = {.dry = pg_bool(job, 0, 1), .note = id};
    if (!replay_store_page(tx, id, &rows, err) || !replay_page(svc, tx, rows, &run, err) ||
        !replay_store_move(tx, id, rows, &run.progress, err) || !pg_commit(&tx, err))
        return false;
    metric_add("texts_reread_total", NO_LABELS, run.progress.read);
    *step = STEP_MORE;
    return true;
}

enum step replay_step(struct svc *svc)
{
    enum step step;
    struct err err;
    if (work(svc, &step, &err))
        return step;
    log_warn("replay_postponed", L_STR("reason", err.text));
    return STEP_FAILED;
}
