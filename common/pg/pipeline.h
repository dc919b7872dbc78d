/* pipeline - single-statement reads of many callers over one connection, many under way at once.
 * Statements that wait together are sent together with one Sync behind them, which costs one write
 * and one transaction for all; when one of them fails, those behind it, which the server skipped,
 * are sent again, each with a Sync of its own. So a failing read harms no other.
 * Only for statements that change nothing: when the connection is lost, what it carried is asked
 * once more on the next one. ERR_UNAVAILABLE when that is lost too, when there is none to be had,
 * or when the statement did not end in time.
 * A slow statement delays those behind it: only point reads belong here.
 * Threads: one of its own; pipeline_ask from any. */
#pragma once
#include <stdbool.h>

#include "pg/ask.h"

struct pg_pipeline;
/* Of conf, connections and wait_ms are not used. Connects at the first ask. */
struct pg_pipeline *pg_pipeline_new(const struct pg_conf *conf);
/* Answers what was asked, then ends the thread. NULL is allowed. */
void pg_pipeline_free(struct pg_pipeline *pipeline);
/* Never blocks. The number waiting is the caller's to bound. */
void pg_pipeline_ask(struct pg_pipeline *pipeline, struct pg_ask *ask);
