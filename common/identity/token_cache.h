/* token_cache - verified tokens under the SHA-256 of their text, in a table of fixed size.
 * Four slots share a set and each set belongs to one of some read-write locks, so that readers on
 * several threads seldom meet. A full set gives up the token that expires first.
 * Whoever clears raises the generation first; what was verified under an older one is not taken in,
 * so a token checked with a key just dropped cannot slip back. Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity/identity.h"

enum { TOKEN_DIGEST_SIZE = 32 };

struct token_cache;
/* slots is rounded up to a power of two, at least 64. */
struct token_cache *token_cache_new(size_t slots);
void token_cache_free(struct token_cache *cache);

uint64_t token_cache_generation(struct token_cache *cache);
bool token_cache_find(struct token_cache *cache, const unsigned char digest[TOKEN_DIGEST_SIZE],
                      struct identity *out);
void token_cache_add(struct token_cache *cache, const unsigned char digest[TOKEN_DIGEST_SIZE],
                     const struct identity *identity, uint64_t generation);
void token_cache_clear(struct token_cache *cache);
