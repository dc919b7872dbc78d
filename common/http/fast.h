/* fast - requests of the fast lane: handed to the pipeline or the coalescer, or run one by one.
 * Internal to http/. */
#pragma once
#include <stdbool.h>

#include "http/call.h"

/* On the HTTP thread: checks the request and fills call->ask. false: refused, to be answered. */
must_check bool fast_ask(struct call *call);
/* The statement has been run: the answer. */
must_check bool fast_answer(struct call *call);
/* The same of a call that asked again. Where that failed the answer of before holds. */
must_check bool fast_answer_again(struct call *call);
/* Fills call->ask anew; after how many ms it is to be asked. */
int fast_ask_again(struct call *call);
/* On a worker, with connection and transaction of its own: a write with an Idempotency-Key, whose
 * first answer is kept in the same transaction. */
must_check bool fast_alone(struct call *call);
