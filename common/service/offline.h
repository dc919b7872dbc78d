/* offline - commands that need the configuration and the database but run no part of the daemon:
 * the operator's (operator/operator.h) and the service's own (struct service_command). */
#pragma once
#include <stdbool.h>

struct daemon;

/* Whether word begins such a command. */
bool offline_knows(const struct daemon *daemon, const char *word);
/* The exit status, an enum operator_exit. */
int offline_main(struct daemon *daemon, int argc, char **argv);
