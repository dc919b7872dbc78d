#include "categories/categoriser.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"

enum { CLEAN_MAX = 256, WORDS_MAX = 24, PHRASE_WORDS = 3 };

struct word_row {
    const char *words, *key;
};
static const struct word_row word_rows[] = {
#include "categories/categoriser_words.inc"
};

/* What a class says when the merchant says nothing. */
static const struct {
    const char *class, *key;
} class_rows[] = {
    {"cash_withdrawal", "cash"},
    {"cash_deposit", "cash"},
    {"salary", "salary"},
    {"interest", "income"},
    {"fee", "fees"},
    {"investment", "investments"},
    {"transfer", "transfer"},
    {"own_transfer", "transfer"},
};

const char *categoriser_words(unsigned long n, const char **key)
{
    if (n >= LENGTH(word_rows))
        return NULL;
    *key = word_rows[n].key;
    return word_rows[n].words;
}

static int compare(const void *key, const void *row)
{
    return strcmp(key, ((const struct word_row *)row)->words);
}

/* Small letters without accents, as the rows have them: "CAFÉ" is "cafe". NULL: all ASCII, or no
 * UTF-8, and nothing to do but what clean() does. */
static char *fold(const char *text)
{
    utf8proc_uint8_t *out = NULL;
    const char *c = text;

    while (*c != '\0' && (unsigned char)*c < 0x80)
        c++;
    if (*c == '\0' || utf8proc_map((const utf8proc_uint8_t *)text, 0, &out,
                                   UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                       UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD) < 0)
        return NULL;
    return (char *)out;
}

/* Letters and digits in lower case, everything between them as one space. Bytes of other scripts
 * count as letters. starts[] gets where each word begins. */
static size_t clean(const char *text, char out[static CLEAN_MAX], size_t starts[static WORDS_MAX])
{
    size_t len = 0, words = 0;
    bool in_word = false;
    for (; *text != '\0' && len + 2 < CLEAN_MAX; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c - 'A' + 'a');
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (letter && !in_word) {
            if (words == WORDS_MAX)
                break;
            if (len > 0)
                out[len++] = ' ';
            starts[words++] = len;
        }
        if (letter)
            out[len++] = (char)c;
        in_word = letter;
    }
    out[len] = '\0';
    return words;
}

/* The longest phrase wins over shorter ones; of equal length the one that comes first. */
static const char *by_words(const char *merchant)
{
    char text[CLEAN_MAX], phrase[CLEAN_MAX];
    size_t starts[WORDS_MAX + 1];
    scoped(str_drop) char *folded = fold(merchant);
    size_t words = clean(folded != NULL ? folded : merchant, text, starts);
    starts[words] = strlen(text) + 1;
    for (size_t length = PHRASE_WORDS; length > 0; length--) {
        for (size_t first = 0; first + length <= words; first++) {
            size_t bytes = starts[first + length] - 1 - starts[first];
            memcpy(phrase, text + starts[first], bytes);
            phrase[bytes] = '\0';
            const struct word_row *row =
                bsearch(phrase, word_rows, LENGTH(word_rows), sizeof *word_rows, compare);
            if (row != NULL)
                return row->key;
        }
    }
    return NULL;
}

const char *categorise(const char *merchant, const char *class, int is_credit)
{
    /* The class is surer than a word where it names the kind of money itself. */
    bool named =
        class != NULL && (strcmp(class, "salary") == 0 || strcmp(class, "cash_withdrawal") == 0 ||
                          strcmp(class, "fee") == 0 || strcmp(class, "interest") == 0);
    const char *key = merchant != NULL && !named ? by_words(merchant) : NULL;
    for (size_t i = 0; key == NULL && class != NULL && i < LENGTH(class_rows); i++)
        if (strcmp(class, class_rows[i].class) == 0)
            key = class_rows[i].key;
    bool corrects =
        class != NULL && (strcmp(class, "refund") == 0 || strcmp(class, "reversal") == 0 ||
                          strcmp(class, "cashback") == 0 || strcmp(class, "chargeback") == 0);
    if (class != NULL && strcmp(class, "interest") == 0 && !is_credit)
        return "fees";
    /* Money that comes in is not spent at a shop: only a refund belongs where it was spent. */
    if (is_credit && !corrects && (key == NULL || !named) &&
        (key == NULL || (strcmp(key, "transfer") != 0 && strcmp(key, "salary") != 0 &&
                         strcmp(key, "investments") != 0 && strcmp(key, "cash") != 0)))
        return "income";
    return key;
}
