/* operator - the commands of a daemon for the person who runs it: dead letters, the outbox, topics
 * and derived rows. Each works beside a running service and without one.
 * Exit status: 0 good, 1 failed, 2 wrong usage, 3 something differs (args.c has the help). */
#pragma once
#include <stdbool.h>

#include "events/inbox.h"
#include "kafka/kafka.h"
#include "operator/args.h"

enum operator_exit {
    OPERATOR_GOOD = 0,
    OPERATOR_FAILED = 1,
    OPERATOR_USAGE = 2,
    OPERATOR_DIFFERS = 3,
};

struct operator_env {
    const struct inbox *inbox; /* of the service: its rows, database and name */
    const struct kafka_conf *kafka;
};

/* To be prepared by the pool of the inbox. */
extern const struct pg_statements operator_statements;

/* Whether it calls the service's own functions, so that the service must be made ready for them. */
bool operator_applies(const struct operator_args *args);
/* Prints on stdout what it found, on stderr why it failed; an enum operator_exit. */
int operator_run(const struct operator_env *env, const struct operator_args *args);
