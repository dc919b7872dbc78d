#include <string.h>
#include <strings.h>

#include "http/http.h"

/* The seconds in text, up to most; 0 when it is no plain number. */
static int seconds_of(const char *text, int most)
{
    int seconds = 0;
    bool quoted = *text == '"';
    text += quoted;
    if (*text < '0' || *text > '9')
        return 0;
    for (; *text >= '0' && *text <= '9'; text++)
        seconds = seconds > most ? seconds : seconds * 10 + (*text - '0');
    text += quoted && *text == '"';
    if (*text != '\0' && strchr(" \t,;", *text) == NULL)
        return 0;
    return seconds < most ? seconds : most;
}

int req_prefer_wait(const struct req *req, int most)
{
    const char *at = req_header(req, "Prefer");
    while (at != NULL && *at != '\0') {
        at += strspn(at, " \t,");
        if (strncasecmp(at, "wait", 4) == 0) {
            const char *value = at + 4 + strspn(at + 4, " \t");
            if (*value == '=')
                return seconds_of(value + 1 + strspn(value + 1, " \t"), most);
        }
        at = strchr(at, ',');
    }
    return 0;
}
