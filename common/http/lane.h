/* lane - a bounded queue and the threads that work it off, in the order things came.
 * A place is reserved before an item is handed over, so that the caller can do what must happen
 * first (suspending its connection) and never has to undo it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct lane;

struct lane_conf {
    int threads, queue; /* at least 1 */
    /* Of its threads, as nice(1) counts it: work that takes a processor for long gives way to what
     * is over in a moment. */
    int niceness;
    void (*run)(void *item); /* called on one of the threads with each item */
};
struct lane *lane_new(const struct lane_conf *conf);
/* Works off what waits, then ends the threads. NULL is allowed. */
void lane_free(struct lane *lane);
/* false: full. true: one lane_push() must follow, which always succeeds. */
bool lane_reserve(struct lane *lane);
void lane_push(struct lane *lane, void *item);
/* Items waiting for a thread. */
size_t lane_depth(const struct lane *lane);
