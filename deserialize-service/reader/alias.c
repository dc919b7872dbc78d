#include "alias.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "text.h"

#define WORDS_MAX 16

/* A name's words, folded, and where each begins in the name as written. */
struct words {
    struct text text;
    char folded[READER_NAME_SIZE];
    size_t count;
    struct {
        size_t from, end; /* in folded */
        size_t at;        /* in the name */
    } word[WORDS_MAX];
};

static bool is_word_byte(char c)
{
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c);
}

/* "McDonald's" is one word, "AMAZON.COM" two. False when there are more than WORDS_MAX. */
static bool split(const char *name, struct words *out)
{
    size_t n = 0;

    text_fold(&out->text, name, strlen(name));
    out->count = 0;
    for (size_t i = 0; i < out->text.len && n + 2 < sizeof(out->folded); i++) {
        bool begins =
            is_word_byte(out->text.fold[i]) && (i == 0 || !is_word_byte(out->text.fold[i - 1]));

        if (begins) {
            if (out->count == WORDS_MAX)
                return false;
            if (n > 0)
                out->folded[n++] = ' ';
            out->word[out->count].from = n;
            out->word[out->count++].at = out->text.at[i];
        }
        if (is_word_byte(out->text.fold[i])) {
            out->folded[n++] = out->text.fold[i];
            out->word[out->count - 1].end = n;
        }
    }
    out->folded[n] = '\0';
    return true;
}

/* Order of a table's text against the first len bytes of another. */
static int compare(const char *row, const char *text, size_t len)
{
    int order = strncmp(row, text, len);

    return order != 0 ? order : row[len] != '\0';
}

static const struct alias *find_alias(const char *words, size_t len)
{
    size_t low = 0, high = alias_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(aliases[middle].words, words, len);

        if (order == 0)
            return &aliases[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The row of a word, or with cut the first row that begins with it. */
static const struct alias_word *find_word(const char *word, size_t len, bool cut)
{
    size_t low = 0, high = alias_word_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strncmp(alias_words[middle].word, word, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < alias_word_count && strncmp(alias_words[low].word, word, len) == 0 &&
        (cut || alias_words[low].word[len] == '\0'))
        return &alias_words[low];
    return NULL;
}

static unsigned noise_of(const struct words *words, size_t i)
{
    const char *word = words->folded + words->word[i].from;
    size_t len = words->word[i].end - words->word[i].from;
    const struct alias_word *row = find_word(word, len, false);

    return row != NULL ? row->noise : 0;
}

/* Nothing that tells one shop from another: a number, two letters, a word of the tables, or, at the
 * end, the beginning of one that the bank cut. */
static bool is_noise(const struct words *words, size_t i)
{
    const char *word = words->folded + words->word[i].from;
    size_t len = words->word[i].end - words->word[i].from;

    for (size_t k = 0; k < len; k++)
        if (isdigit((unsigned char)word[k]))
            return true;
    return len <= 2 || noise_of(words, i) != 0 ||
           (i + 1 == words->count && len >= 4 && find_word(word, len, true) != NULL);
}

/* The longest alias that the name begins with, when the rest says nothing. */
static const struct alias *find_name(const struct words *words)
{
    size_t most = words->count < ALIAS_WORDS_MAX ? words->count : ALIAS_WORDS_MAX;

    for (size_t n = most; n > 0; n--) {
        const struct alias *alias = find_alias(words->folded, words->word[n - 1].end);
        size_t rest = n;

        while (alias != NULL && rest < words->count && is_noise(words, rest))
            rest++;
        if (alias != NULL && rest == words->count)
            return alias;
    }
    return NULL;
}

/* "SQ *CORNER CAFE", "PAYPAL *CORNER". */
static void drop_prefix(char *name)
{
    if (strchr(name, '*') == NULL)
        return;
    for (size_t i = 0; i < alias_prefix_count; i++) {
        const char *prefix = alias_prefixes[i], *at = name;

        /* A blank before the star is as good as none. */
        for (; *prefix != '\0' && *prefix != '*'; prefix++) {
            if (*prefix == ' ')
                continue;
            if (toupper((unsigned char)*at) != *prefix)
                break;
            at++;
        }
        at += strspn(at, " ");
        if (*prefix != '*' || *at != '*')
            continue;
        at += strspn(at, "* ");
        if (strlen(at) >= 2)
            memmove(name, at, strlen(at) + 1);
        return;
    }
}

static void cut(char *name, size_t at)
{
    while (at > 0 && strchr(" ,.-#*/", name[at - 1]) != NULL)
        at--;
    name[at] = '\0';
}

/* "CORNER CAFE #1234", "CORNER CAFE STORE 0123" */
static bool drop_number(char *name, const struct words *words)
{
    size_t last = words->count - 1;
    const char *folded = words->folded;

    if (words->count < 2 || strspn(folded + words->word[last].from, "0123456789") !=
                                words->word[last].end - words->word[last].from)
        return false;
    size_t at = words->word[last].at;
    bool labelled = words->count > 2 && (noise_of(words, last - 1) & ALIAS_NOISE) != 0;

    if (name[at - 1] != '#' && !labelled)
        return false;
    cut(name, labelled ? words->word[last - 1].at : at);
    return true;
}

/* "CORNER CAFE PARIS FR", "CORNER CAFE, DUBAI": a town before its country, or after a comma. */
static bool drop_town(char *name, const struct words *words)
{
    size_t left = words->count;
    bool country = left > 1 && (noise_of(words, left - 1) & ALIAS_COUNTRY) != 0;

    if (country)
        left--;
    size_t end = left;

    while (left > 1 && (noise_of(words, left - 1) & ALIAS_CITY) != 0)
        left--;
    /* "TR DUBAI ARE": initials alone are not a name. */
    if (left == end || words->word[left - 1].end < 3)
        return false;
    size_t at = words->word[left].at, comma = at;

    while (comma > 0 && name[comma - 1] == ' ')
        comma--;
    if (!country && (comma == 0 || name[comma - 1] != ','))
        return false;
    cut(name, at);
    return true;
}

void alias_apply(char *name, size_t size)
{
    struct words words;

    drop_prefix(name);
    if (!split(name, &words) || words.count == 0)
        return;
    const struct alias *alias = find_name(&words);

    if (alias != NULL)
        snprintf(name, size, "%s", alias->name);
    else if (!drop_number(name, &words))
        drop_town(name, &words);
}
