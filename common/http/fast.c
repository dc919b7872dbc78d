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
