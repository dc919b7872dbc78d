/* run - what each command does. Private to operator/. Each prints on stdout and sets *status to an
 * enum operator_exit; false: it failed, for the reason in err. */
#pragma once
#include "operator/operator.h"

typedef bool command_fn(const struct operator_env *env, const struct operator_args *args,
                        int *status, struct err *err);

command_fn run_dlq_list, run_dlq_show, run_dlq_replay, run_dlq_drop;
command_fn run_outbox_status, run_outbox_retry;
command_fn run_topics_check;
command_fn run_replay;

/* How often, and with which pause, a database that is away for a moment (a deadlock with the
 * running consumer, a failover) is asked again. */
enum { RUN_TRIES = 5 };
void run_pause(int attempt);
