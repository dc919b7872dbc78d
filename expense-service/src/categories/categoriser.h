/* categoriser - the first guess of a category for what a bank text tells, by words of the merchant
 * and by the class of the transaction. Its word is the parser's: the user, a rule or what was
 * learned goes before it. No I/O. */
#pragma once

/* Key of category_defaults, or NULL when nothing speaks for any: no category is better than a wrong
 * one. merchant and class may be NULL. Whole words only: "Barclays" is no bar. */
const char *categorise(const char *merchant, const char *class, int is_credit);
/* Rows of the word list in order, for its test; NULL past the end. */
const char *categoriser_words(unsigned long n, const char **key);
