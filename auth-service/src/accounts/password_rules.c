#include "accounts/password_rules.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "accounts/password_words.h"
#include "base/mem.h"

enum { PIECE_MIN = 3, WORD_MIN = 4, OWN_MIN = 3, YEAR_DIGITS = 4, LOOK_BACK = 64, WORD_MAX = 64 };

/* Code points in lower case; a secret. */
struct text {
    int32_t *at;
    size_t len;
};

/* Room for one more number than there are code points, which re-encoding needs. */
static struct text decomposed(const char *utf8, unsigned options)
{
    const uint8_t *bytes = (const uint8_t *)utf8;
    utf8proc_ssize_t len = (utf8proc_ssize_t)strlen(utf8), count;
    utf8proc_option_t wanted = (utf8proc_option_t)options;
    count = utf8proc_decompose(bytes, len, NULL, 0, wanted);
    if (count < 0)
        panic("decomposing a text that is no UTF-8");
    struct text out = {.at = xcalloc((size_t)count + 1, sizeof *out.at), .len = (size_t)count};
    if (utf8proc_decompose(bytes, len, out.at, count, wanted) != count)
        panic("decomposing a text twice gives two lengths");
    return out;
}

static void text_fini(struct text *text)
{
    if (text->at != NULL)
        explicit_bzero(text->at, (text->len + 1) * sizeof *text->at);
    free(text->at);
    *text = (struct text){.at = NULL};
}

/* utf8proc_NFKC does the same, and leaves copies of the password in memory it gave back. */
char *password_normal(const char *utf8)
{
    enum { NFKC = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE };
    struct text text = decomposed(utf8, NFKC);
    utf8proc_ssize_t bytes =
        utf8proc_reencode(text.at, (utf8proc_ssize_t)text.len, (utf8proc_option_t)NFKC);
    if (bytes < 0)
        panic("re-encoding a text failed");
    char *out = xstrndup((const char *)text.at, (size_t)bytes);
    text_fini(&text);
    return out;
}

static size_t characters(const char *utf8)
{
    size_t count = 0;
    for (; *utf8 != '\0'; utf8++)
        count += (*utf8 & 0xc0) != 0x80;
    return count;
}

/* aaaa, 3456, dcba. */
static size_t run_at(const struct text *text, size_t at)
{
    if (at + 1 >= text->len)
        return 1;
    int32_t step = text->at[at + 1] - text->at[at];
    size_t len = 2;
    if (step < -1 || step > 1)
        return 1;
    while (at + len < text->len && text->at[at + len] - text->at[at + len - 1] == step)
        len++;
    return len;
}

/* How far text from at goes with the path from one of its places, forward or backward. */
static size_t along(const struct text *text, size_t at, const struct text *path, size_t from,
                    bool forward)
{
    size_t len = 0, steps = forward ? path->len - from : from + 1;
    while (len < steps && at + len < text->len &&
           text->at[at + len] == path->at[forward ? from + len : from - len])
        len++;
    return len;
}

static size_t path_at(const struct text *text, size_t at)
{
    size_t longest = 1;
    for (size_t i = 0; i < password_path_count; i++) {
        struct text path = decomposed(password_paths[i], 0);
        for (size_t from = 0; from < path.len; from++) {
            size_t forward = along(text, at, &path, from, true);
            size_t backward = along(text, at, &path, from, false);
            longest = forward > longest ? forward : longest;
            longest = backward > longest ? backward : longest;
        }
        text_fini(&path);
    }
    return longest;
}

static bool stands_for(int32_t sign, int32_t letter)
{
    static const char pairs[] = "@a4a3e1i!i|i1l|l0o5s$s7t+t8b6g9g2z";
    if (sign == letter)
        return true;
    for (const char *pair = pairs; *pair != '\0'; pair += 2)
        if (sign == pair[0] && letter == pair[1])
            return true;
    return false;
}

static bool starts_with(const struct text *text, size_t at, const int32_t *word, size_t len)
{
    if (at + len > text->len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!stands_for(text->at[at + i], word[i]))
            return false;
    return true;
}

static size_t word_at(const struct text *text, size_t at)
{
    int32_t word[WORD_MAX];
    size_t longest = 1;
    for (size_t i = 0; i < password_word_count; i++) {
        size_t len = strlen(password_words[i]);
        for (size_t c = 0; c < len && c < WORD_MAX; c++)
            word[c] = password_words[i][c];
        if (len > longest && starts_with(text, at, word, len))
            longest = len;
    }
    return longest >= WORD_MIN ? longest : 1;
}

static bool in_word(int32_t point)
{
    return point > 127 || (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z');
}

/* The longest word of what is known of the person that stands here. */
static size_t own_at(const struct text *text, size_t at, const struct text *own)
{
    size_t longest = 1;
    for (size_t from = 0; from < own->len;) {
        size_t len = 0;
        while (from + len < own->len && in_word(own->at[from + len]))
            len++;
        if (len >= OWN_MIN && len > longest && starts_with(text, at, own->at + from, len))
            longest = len;
        from += len + 1;
    }
    return longest;
}

static size_t year_at(const struct text *text, size_t at)
{
    if (at + YEAR_DIGITS > text->len)
        return 1;
    for (size_t i = 0; i < YEAR_DIGITS; i++)
        if (text->at[at + i] < '0' || text->at[at + i] > '9')
            return 1;
    bool near = (text->at[at] == '1' && text->at[at + 1] == '9') ||
                (text->at[at] == '2' && text->at[at + 1] == '0');
    return near ? YEAR_DIGITS : 1;
}

/* What came before, once more; it may begin a little before and go on into itself. */
static size_t repeat_at(const struct text *text, size_t at)
{
    size_t longest = 1;
    for (size_t from = at > LOOK_BACK ? at - LOOK_BACK : 0; from < at; from++) {
        size_t len = 0;
        while (at + len < text->len && text->at[from + len] == text->at[at + len])
            len++;
        longest = len > longest ? len : longest;
    }
    return longest;
}

static size_t piece_at(const struct text *text, size_t at, const struct text own[], size_t count)
{
    size_t lengths[] = {run_at(text, at), path_at(text, at), word_at(text, at), year_at(text, at),
                        repeat_at(text, at)};
    size_t longest = 1;
    for (size_t i = 0; i < LENGTH(lengths); i++)
        if (lengths[i] >= PIECE_MIN && lengths[i] > longest)
            longest = lengths[i];
    for (size_t i = 0; i < count; i++) {
        size_t len = own_at(text, at, &own[i]);
        longest = len > longest ? len : longest;
    }
    return longest;
}

/* Ends at the number that is enough, so that a long text costs no more than a short one. */
static bool has_pieces(const struct text *text, const struct text own[], size_t count)
{
    size_t pieces = 0;
    for (size_t at = 0; at < text->len && pieces < PASSWORD_PIECES; pieces++)
        at += piece_at(text, at, own, count);
    return pieces >= PASSWORD_PIECES;
}

enum password_verdict password_judge(const char *normal, const char *const own[], size_t count)
{
    enum { FOLDED = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD };
    if (characters(normal) < PASSWORD_MIN)
        return PASSWORD_TOO_SHORT;
    struct text text = decomposed(normal, FOLDED);
    struct text *known = xcalloc(count + 1, sizeof *known);
    for (size_t i = 0; i < count; i++)
        known[i] = decomposed(own[i] != NULL ? own[i] : "", FOLDED);
    bool good = has_pieces(&text, known, count);
    for (size_t i = 0; i < count; i++)
        text_fini(&known[i]);
    free(known);
    text_fini(&text);
    return good ? PASSWORD_GOOD : PASSWORD_COMMON;
}
