/* alias - a shop's name as banks write it, and as people call it: deserialize-service/merchants/.
 * No I/O, no heap. Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ALIAS_WORDS_MAX = 4 };

struct alias {
    const char *words, *name; /* words: folded, single blanks */
};

/* What a word at the end of a name may be. */
enum alias_noise { ALIAS_NOISE = 1, ALIAS_CITY = 2, ALIAS_COUNTRY = 4 };
struct alias_word {
    const char *word;
    uint8_t noise; /* set of enum alias_noise */
};

/* Made from the data; aliases and words sorted, prefixes with their '*'. */
extern const struct alias aliases[];
extern const size_t alias_count;
extern const struct alias_word alias_words[];
extern const size_t alias_word_count;
extern const char *const alias_prefixes[];
extern const size_t alias_prefix_count;

/* Drops the payment processor before a name, the store's number and its town after it, and gives a
 * chain the one name that it has. In place; size is that of the buffer. */
void alias_apply(char *name, size_t size);
