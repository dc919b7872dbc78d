/* password - argon2id with its parameters in the hash, computed on a few threads of its own: at
 * most so many at once, whoever asks, and they give way to all that is over in a moment. The caller
 * waits, tens of milliseconds and its turn, so only the lane for that may call. Threads: any. */
#pragma once
#include <stdbool.h>

#include "base/err.h"

enum { PASSWORD_HASH_SIZE = 160 };

struct password_cost {
    unsigned memory_kib, passes, lanes;
};
/* Starts the threads; until then, and after password_stop, a caller computes by itself. callers:
 * that wait at most. Not while passwords are being hashed. */
void password_start(int threads, int callers);
void password_stop(void);

must_check bool password_hash(const char *password, const struct password_cost *cost,
                              char out[static PASSWORD_HASH_SIZE], struct err *err);
must_check bool password_matches(const char *password, const char *hash);
/* Whether the hash was made at a lower cost than wanted today. */
bool password_is_cheaper(const char *hash, const struct password_cost *cost);
