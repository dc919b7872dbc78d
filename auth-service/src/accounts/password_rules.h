/* password_rules - which passwords are taken (NIST SP 800-63B, 5.1.1.2): long enough, not one that
 * guessers try first; nothing is asked of their composition. No I/O.
 * What is common is computed, not looked up in a leak of millions: the text is cut into pieces that
 * a guesser has ready (a well-known word, also with 0 for o and the like; the person's own name or
 * address; a run such as 3456, dcba, qwerty or aaaa; a year; what came before in the same
 * text), and every other character is a piece of its own. Fewer than PASSWORD_PIECES pieces are
 * few guesses. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Characters after normalising, at least; bytes as they come, at most. All of them are hashed. */
enum { PASSWORD_MIN = 8, PASSWORD_MAX = 1024, PASSWORD_PIECES = 6 };

/* The text in Unicode's NFKC, so that the same password typed on another keyboard is the same
 * bytes. The caller's, a secret. text must be valid UTF-8. */
char *password_normal(const char *text);

enum password_verdict { PASSWORD_GOOD, PASSWORD_TOO_SHORT, PASSWORD_COMMON };
/* normal: of password_normal. own: what is known of the person, each may be NULL or empty. */
enum password_verdict password_judge(const char *normal, const char *const own[], size_t count);
