/* waits - requests that ask the database again after a pause, on one thread for all of them.
 * Bounded: WAITS_MAX at once. Internal to http/.   Threads: waits_add from any. */
#pragma once
#include <stdbool.h>

#include "pg/ask.h"
#include "pg/pipeline.h"

enum { WAITS_MAX = 1000 };

struct waits;
struct waits *waits_new(struct pg_pipeline *reads);
/* Asks after the pause. false: too many wait, or waits_hurry was called; ask is untouched. */
must_check bool waits_add(struct waits *waits, struct pg_ask *ask, int after_ms);
/* The service stops: what waits is asked now, and nothing waits any more. */
void waits_hurry(struct waits *waits);
/* After waits_hurry, once all were asked. NULL is allowed. */
void waits_free(struct waits *waits);
