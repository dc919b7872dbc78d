#include "http/precondition.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void etag_text(int64_t version, char out[static ETAG_SIZE])
{
    snprintf(out, ETAG_SIZE, "\"%" PRId64 "\"", version);
}

void etag_set(struct resp *resp, int64_t version)
{
    etag_text(version, resp->etag);
}

/* Takes one tag off the list; NULL when what stands there is none. */
static const char *next_tag(const char *s, const char **tag, size_t *len, bool *is_weak)
{
    *is_weak = strncmp(s, "W/", 2) == 0;
    s += *is_weak ? 2 : 0;
    if (*s != '"')
        return NULL;
    const char *end = strchr(s + 1, '"');
    if (end == NULL)
        return NULL;
    *tag = s;
    *len = (size_t)(end + 1 - s);
    s = end + 1 + strspn(end + 1, " \t");
    if (*s != ',' && *s != '\0')
        return NULL;
    return s;
}

enum list_outcome { LIST_MALFORMED, LIST_ABSENT, LIST_HOLDS };

static enum list_outcome look_up(const char *list, const char *etag, bool weak)
{
    bool holds = false, any = false;
    const char *s = list + strspn(list, " \t");
    if (*s == '*')
        return s[1 + strspn(s + 1, " \t")] == '\0' ? LIST_HOLDS : LIST_MALFORMED;
    s += strspn(s, " \t,");
    while (*s != '\0') {
        const char *tag;
        size_t len;
        bool is_weak;
        s = next_tag(s, &tag, &len, &is_weak);
        if (s == NULL)
            return LIST_MALFORMED;
        any = true;
        if (len == strlen(etag) && memcmp(tag, etag, len) == 0 && (weak || !is_weak))
            holds = true;
        s += strspn(s, " \t,");
    }
    if (!any)
        return LIST_MALFORMED;
    return holds ? LIST_HOLDS : LIST_ABSENT;
}

bool etag_listed(const char *list, const char *etag, bool weak)
{
    return look_up(list, etag, weak) == LIST_HOLDS;
}

bool precondition_present(const struct req *req, struct err *err)
{
    const char *list = req_header(req, "If-Match");
    if (list == NULL)
        return err_set(err, ERR_PRECONDITION_REQUIRED,
                       "changing this needs If-Match with the ETag last read");
    if (look_up(list, "", false) == LIST_MALFORMED)
        return err_set_name(err, ERR_MALFORMED, "if_match_malformed",
                            "If-Match is not a list of entity tags");
    return true;
}

bool precondition_check(const struct req *req, int64_t version, struct resp *resp, struct err *err)
{
    char now[ETAG_SIZE];
    if (!precondition_present(req, err))
        return false;
    etag_text(version, now);
    if (etag_listed(req_header(req, "If-Match"), now, false))
        return true;
    etag_set(resp, version);
    return err_set(err, ERR_PRECONDITION, "it has changed since; read it again");
}
