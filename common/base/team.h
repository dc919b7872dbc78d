/* team - a piece of work done by several threads at once (fork and join): the caller is one of them
 * and goes on when all have finished.
 * Threads: one caller at a time. What the caller wrote before team_run is seen by the members, what
 * they wrote is seen by the caller after it. */
#pragma once
#include <stddef.h>

struct team;

/* Calls work(arg, member) for each member from 0 to size - 1; 0 is the thread that calls team_run.
 * size at least 1. name: of the other threads, in the log and for debuggers; borrowed. */
struct team *team_new(size_t size, const char *name, void (*work)(void *arg, size_t member),
                      void *arg);
void team_free(struct team *team); /* NULL is allowed; not during team_run */

/* Members from 0 to count - 1 work; count at least 1, at most the team's size. */
void team_run(struct team *team, size_t count);
