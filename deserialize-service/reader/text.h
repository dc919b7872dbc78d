/* text - one message folded for matching: lower case, ASCII digits, plain spaces, one form of each
 * letter. Every folded byte knows its place in the message, so that names keep their spelling.
 * The letters are folded as follows, and the vocabulary is written in that form:
 *   Arabic and Persian  no vowel signs or tatweel; alef, yeh, kaf, teh marbuta each in one form
 *   Latin               accents dropped, and the apostrophe inside a word; fullwidth made plain
 *   Cyrillic, Greek     lower case */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"

/* Bytes after the end of a fold that may be read, though not used: words are taken by eights. */
#define TEXT_SLACK 8

struct text {
    const char *raw;
    size_t raw_len;
    size_t len;
    char fold[READER_TEXT_MAX + 1 + TEXT_SLACK];
    uint16_t at[READER_TEXT_MAX + 1]; /* at[i]: byte of raw where fold[i] came from */
};

enum script {
    SCRIPT_NONE,
    SCRIPT_LATIN,
    SCRIPT_ARABIC,
    SCRIPT_CYRILLIC,
    SCRIPT_THAI,
    SCRIPT_HAN, /* and kana */
    SCRIPT_HANGUL,
    SCRIPT_OTHER
};

void text_fold(struct text *text, const char *raw, size_t raw_len);
/* One code point; returns its length in bytes, 1 with *cp = 0xFFFD for an invalid byte. */
size_t text_decode(const char *bytes, size_t len, uint32_t *cp);
/* The script of a folded code point when it is a letter, else SCRIPT_NONE. */
enum script text_script(uint32_t cp);
