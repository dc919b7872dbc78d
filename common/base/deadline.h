/* deadline - waiting on a condition for at most so long, by the monotonic clock, which no setting
 * of the wall clock moves. */
#pragma once
#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* For pthread_cond_timedwait with a time of deadline_in_ms. */
void deadline_cond_init(pthread_cond_t *cond);
struct timespec deadline_in_ms(int64_t ms);
