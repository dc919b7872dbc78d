#include "http/fast.h"

#include "base/mem.h"

bool fast_ask(struct call *call)
{
    const struct fast *fast = call->match.route->fast;
    if (call->state == NULL && fast->state_size > 0)
        call->state = xcalloc(1, fast->state_size);
    call->ask.statement = fast->statement;
    return fast->ask(call->conf->svc, &call->req, call->state, &call->ask, &call->resp, &call->err);
}

bool fast_answer(struct call *call)
{
    if (!call->ask.ok) {
        call->err = call->ask.err;
        return false;
    }
    return call->match.route->fast->answer(call->conf->svc, &call->req, call->state, &call->ask,
                                           &call->resp, &call->err);
}

bool fast_answer_again(struct call *call)
{
    call->resp.again = false;
    if (!call->ask.ok)
        return true;
    return call->match.route->fast->again->answer(call->conf->svc, &call->req, call->state,
                                                  &call->ask, &call->resp, &call->err);
}

int fast_ask_again(struct call *call)
{
    const struct fast_again *again = call->match.route->fast->again;
    pg_result_drop(&call->ask.result);
    call->ask = (struct pg_ask){.statement = again->statement};
    again->ask(&call->req, call->state, &call->ask);
    return again->after_ms;
}
