#include "operator/operator.h"

#include <stdio.h>
#include <time.h>

#include "operator/run.h"

enum { PAUSE_MS = 200 };

void run_pause(int attempt)
{
    nanosleep(&(struct timespec){.tv_nsec = attempt * PAUSE_MS * 1000000L}, NULL);
}

bool operator_applies(const struct operator_args *args)
{
    return args->command == COMMAND_DLQ_REPLAY || args->command == COMMAND_REPLAY;
}

int operator_run(const struct operator_env *env, const struct operator_args *args)
{
    static command_fn *const commands[] = {
        [COMMAND_DLQ_LIST] = run_dlq_list,           [COMMAND_DLQ_SHOW] = run_dlq_show,
        [COMMAND_DLQ_REPLAY] = run_dlq_replay,       [COMMAND_DLQ_DROP] = run_dlq_drop,
        [COMMAND_OUTBOX_STATUS] = run_outbox_status, [COMMAND_OUTBOX_RETRY] = run_outbox_retry,
        [COMMAND_TOPICS_CHECK] = run_topics_check,   [COMMAND_REPLAY] = run_replay,
    };
    struct err err;
    int status = OPERATOR_FAILED;
    if (commands[args->command](env, args, &status, &err))
        return status;
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", env->inbox->consumer, err.text);
    return OPERATOR_FAILED;
}
