/* backoff - when a lost server may be tried again: pauses that grow from 50 ms to 1 s, half of each
 * left to chance so that many processes do not come back in step. Not thread-safe. init is { 0 }.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct backoff {
    int pause_ms;     /* 0 while the last attempt succeeded */
    int64_t retry_us; /* no attempt before; monotonic */
};
/* Whether the caller may try now; a second caller is refused until the pause has passed again, so
 * that one at a time finds out. */
bool backoff_may_try(struct backoff *backoff);
void backoff_note(struct backoff *backoff, bool ok);
