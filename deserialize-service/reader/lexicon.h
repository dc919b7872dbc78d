/* lexicon - every word that means something, found once for each word of a text: the phrases that
 * it begins, the month or currency it names, the lists it is in.
 * Owns: its index, made before main() from the tables. Threads: any. */
#pragma once
#include "vocabulary.h"

/* The tables of phrases by script; Latin letters have two. */
enum {
    LEXICON_LATIN,
    LEXICON_WORLD,
    LEXICON_ARABIC,
    LEXICON_CYRILLIC,
    LEXICON_EAST,
    LEXICON_SCRIPTS,
    LEXICON_TABLES
};

struct lexicon_entry {
    uint64_t head; /* word_head() */
    const char *word;
    uint16_t len;
    uint8_t month;     /* 1..12 of a word in Latin letters, else 0 */
    int16_t sign, iso; /* as currency indexes, -1: none */
    uint32_t lists;
    struct {
        uint16_t first, count; /* rows of the table that begin with the word */
    } rows[LEXICON_TABLES];
};

/* Place 0 is of no word. */
extern const struct lexicon_entry *const lexicon_entries;
extern const struct phrase_table *const lexicon_tables[LEXICON_TABLES];

/* For each row of a table the head of its second word, 0: it has one word. */
extern const uint64_t *lexicon_second[LEXICON_TABLES];

/* The place of a folded word among the entries; 0: it means nothing. */
uint16_t lexicon_find(uint64_t head, const char *word, size_t len);
