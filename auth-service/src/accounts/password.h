/* password - argon2id with its parameters in the hash. Blocks for tens of milliseconds and takes
 * the cost's memory, so it runs on the hashing lane only. Threads: any. */
#pragma once
#include <stdbool.h>

#include "base/err.h"

enum { PASSWORD_HASH_SIZE = 160 };

struct password_cost {
    unsigned memory_kib, passes, lanes;
};
must_check bool password_hash(const char *password, const struct password_cost *cost,
                              char out[static PASSWORD_HASH_SIZE], struct err *err);
must_check bool password_matches(const char *password, const char *hash);
/* Whether the hash was made at a lower cost than wanted today. */
bool password_is_cheaper(const char *hash, const struct password_cost *cost);
