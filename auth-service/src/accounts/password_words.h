/* password_words - what many people choose, as lists for password_rules. */
#pragma once
#include <stddef.h>

/* Lower case; found in a text also with the digits and signs that usually stand for letters. */
extern const char *const password_words[];
extern const size_t password_word_count;
/* Paths of a finger over usual keyboards, walked in either direction. */
extern const char *const password_paths[];
extern const size_t password_path_count;
