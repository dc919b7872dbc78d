#include "locale.h"

#include <string.h>

/* Subtags are told apart by length and content alone; stages only go forward. */
enum stage { LANGUAGE, EXTLANG, SCRIPT, REGION, VARIANT, EXTENSION, PRIVATE };

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all(const char *text, size_t len, bool (*is)(char))
{
    for (size_t i = 0; i < len; i++)
        if (!is(text[i]))
            return false;
    return true;
}

static bool is_alnum(char c)
{
    return is_alpha(c) || is_digit(c);
}

static void set_case(char *text, size_t len, size_t upper)
{
    for (size_t i = 0; i < len; i++) {
        if (i < upper && text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 'a' + 'A');
        else if (i >= upper && text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] - 'A' + 'a');
    }
}

/* The stage that a subtag belongs to, when it may follow the stage before it. */
static bool classify(const char *at, size_t len, enum stage *stage)
{
    bool alpha = all(at, len, is_alpha);
    if (len == 1) {
        *stage = at[0] == 'x' || at[0] == 'X' ? PRIVATE : EXTENSION;
        return true;
    }
    if (*stage == EXTENSION)
        return true;
    if (*stage <= EXTLANG && alpha && len == 3)
        *stage = EXTLANG;
    else if (*stage <= EXTLANG && alpha && len == 4)
        *stage = SCRIPT;
    else if (*stage <= SCRIPT && ((alpha && len == 2) || (len == 3 && all(at, 3, is_digit))))
        *stage = REGION;
    else if (len >= 5 || (len == 4 && is_digit(at[0])))
        *stage = VARIANT;
    else
        return false;
    return true;
}

bool locale_parse(const char *text, char out[static LOCALE_SIZE])
{
    size_t total = strlen(text);
    if (total < 2 || total >= LOCALE_SIZE)
        return false;
    memcpy(out, text, total + 1);
    enum stage stage = LANGUAGE;
    size_t last_len = 0, extlangs = 0;
    for (char *at = out; at != NULL;) {
        char *end = strchr(at, '-');
        size_t len = end != NULL ? (size_t)(end - at) : strlen(at);
        if (len < 1 || len > 8 || !all(at, len, is_alnum))
            return false;
        if (at == out) {
            if (!all(at, len, is_alpha) || len < 2 || len == 4)
                return false;
        } else if (last_len == 1 && len == 1 && stage != PRIVATE) {
            return false; /* an extension needs a subtag */
        } else if (stage != PRIVATE && !classify(at, len, &stage)) {
            return false;
        }
        if (stage == EXTLANG && (++extlangs > 3 || strcspn(out, "-") > 3))
            return false;
        set_case(at, len, stage == REGION ? len : stage == SCRIPT ? 1 : 0);
        last_len = len;
        at = end != NULL ? end + 1 : NULL;
    }
    return last_len > 1 || stage == PRIVATE;
}
