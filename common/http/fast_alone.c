#include "http/fast.h"
#include "http/idempotency.h"
#include "pg/coalesce.h"

static bool read_alone(struct call *call)
{
    struct pg_ask *ask = &call->ask;
    ask->ok =
        pg_query(call->conf->db, ask->statement, ask->params, ask->count, &ask->result, &ask->err);
    return fast_answer(call);
}

static bool write_alone(struct call *call)
{
    bool replayed = false;
    struct err *err = &call->err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(call->conf->db, &tx, err) ||
        !idempotency_begin(tx, &call->req, &call->resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    call->ask.ok = pg_coalesce_alone(tx, &call->ask, &call->ask.err);
    return fast_answer(call) && idempotency_finish(tx, &call->req, &call->resp, err) &&
           pg_commit(&tx, err);
}

bool fast_alone(struct call *call)
{
    const struct fast *fast = call->match.route->fast;
    if (fast->prepare != NULL && !fast->prepare(call->conf->svc, &call->req, &call->err))
        return false;
    if (!fast_ask(call))
        return false;
    return fast->kind == FAST_READ ? read_alone(call) : write_alone(call);
}
