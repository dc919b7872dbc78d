#include "http/media.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *skip_space(const char *s)
{
    return s + strspn(s, " \t");
}

/* Length of the part before any parameters. */
static size_t bare_len(const char *type)
{
    size_t len = strcspn(type, ";, \t");
    return len;
}

static bool utf8_value(const char *value, size_t len)
{
    if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
        value++;
        len -= 2;
    }
    return (len == 5 && strncasecmp(value, "utf-8", 5) == 0) ||
           (len == 4 && strncasecmp(value, "utf8", 4) == 0);
}

bool media_is(const char *content_type, const char *type)
{
    const char *s = skip_space(content_type);
    size_t len = bare_len(s);
    if (len != bare_len(type) || strncasecmp(s, type, len) != 0)
        return false;
    s = skip_space(s + len);
    while (*s == ';') {
        s = skip_space(s + 1);
        size_t name = strcspn(s, "=;");
        const char *value = s + name + (s[name] == '=');
        size_t n = strcspn(value, "; \t");
        if (name == 7 && strncasecmp(s, "charset", 7) == 0 && !utf8_value(value, n))
            return false;
        s = value + strcspn(value, ";");
    }
    return *s == '\0';
}

/* 0 does not fit, 1 any type, 2 any subtype, 3 this type. */
static int specificity(const char *range, size_t len, const char *type)
{
    size_t type_len = bare_len(type), major = strcspn(type, "/") + 1;
    if (len == 3 && strncmp(range, "*/*", 3) == 0)
        return 1;
    if (len == major + 1 && range[len - 1] == '*' && strncasecmp(range, type, major) == 0)
        return 2;
    return len == type_len && strncasecmp(range, type, len) == 0 ? 3 : 0;
}

/* Whether the parameters up to the next comma hold a q of zero. */
static bool refused(const char *s, const char *end)
{
    for (const char *p = memchr(s, ';', (size_t)(end - s)); p != NULL;
         p = memchr(p, ';', (size_t)(end - p))) {
        p = skip_space(p + 1);
        if (end - p >= 3 && (p[0] == 'q' || p[0] == 'Q') && p[1] == '=')
            return p[2] == '0' && strspn(p + 2, "0.") == strcspn(p + 2, ";, \t");
    }
    return false;
}

bool media_accepts(const char *accept, const char *type)
{
    if (accept == NULL || *skip_space(accept) == '\0')
        return true;
    int best = 0;
    bool yes = false, formed = true;
    for (const char *s = accept; *s != '\0';) {
        s = skip_space(s);
        const char *end = s + strcspn(s, ",");
        size_t len = bare_len(s);
        formed = formed && (len == 0 || memchr(s, '/', len) != NULL);
        int fit = specificity(s, len, type);
        if (fit > best) {
            best = fit;
            yes = !refused(s, end);
        }
        s = *end == ',' ? end + 1 : end;
    }
    return yes || !formed;
}
