/* coalesce - hot writes of many callers over one connection: those that wait together for the same
 * statement are run as one, committed together and answered after the commit.
 * The statement takes each parameter as an array, one item a caller, and answers rows whose first
 * column is the caller's place in it from 1:
 *     … FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS i (user_id, name, n) … SELECT n, …
 * There is no timer: while one batch commits, the next one gathers. A batch that fails is run again
 * in halves, so in the end only those whose own row is at fault are refused. A lost connection
 * answers ERR_UNAVAILABLE to exactly those it carried: whether they were committed is not known, so
 * the caller's retry must be recognised as a repeat.
 * Threads: one of its own; pg_coalesce_ask from any. */
#pragma once
#include "pg/ask.h"

struct pg_coalesce;
/* Of conf, connections and wait_ms are not used; on_commit is called after each batch. */
struct pg_coalesce *pg_coalesce_new(const struct pg_conf *conf);
/* Answers what was asked, then ends the thread. NULL is allowed. */
void pg_coalesce_free(struct pg_coalesce *coalesce);
/* Never blocks. The number waiting is the caller's to bound. */
void pg_coalesce_ask(struct pg_coalesce *coalesce, struct pg_ask *ask);
/* One ask alone in the caller's transaction, as the batch would run it. result and row are set. */
must_check bool pg_coalesce_alone(struct pg_tx *tx, struct pg_ask *ask, struct err *err);
