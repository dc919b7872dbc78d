/* key_memory - keys of people's texts by user id, in a table of fixed size; each for ten minutes,
 * so that a key erased from the database is soon in no memory either. Four slots share a set; a
 * full set gives up the key that was added first.   Threads: any. */
#pragma once
#include <stdbool.h>

#include "texts/text.h"

struct key_memory;
struct key_memory *key_memory_new(void);
void key_memory_free(struct key_memory *memory); /* wipes */
bool key_memory_find(struct key_memory *memory, const char *user_id, struct text_key *out);
void key_memory_add(struct key_memory *memory, const char *user_id, const struct text_key *key);
void key_memory_drop(struct key_memory *memory, const char *user_id);
