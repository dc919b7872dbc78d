#include "events/cloudevent.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/timefmt.h"

enum { NAME_MAX_BYTES = 256, SEQUENCE_DIGITS = 18 };

static bool invalid(struct err *err, const char *attribute)
{
    return err_set_name(err, ERR_INVALID, "event_invalid", "CloudEvent attribute %s is not valid",
                        attribute);
}

/* null and absent are the same; *out stays as it is then. */
static bool read_text(const json_t *json, const char *name, bool required, const char **out,
                      struct err *err)
{
    const json_t *value = json_object_get(json, name);
    if (value == NULL || json_is_null(value))
        return !required || invalid(err, name);
    size_t len = json_string_length(value);
    if (!json_is_string(value) || len == 0 || len > NAME_MAX_BYTES ||
        strlen(json_string_value(value)) != len)
        return invalid(err, name);
    *out = json_string_value(value);
    return true;
}

/* Ids are compared as text everywhere, so they are kept in lower case. */
static bool read_id(const json_t *json, const char *name, bool required, char out[static UUID_SIZE],
                    struct err *err)
{
    const char *text = NULL;
    if (!read_text(json, name, required, &text, err))
        return false;
    if (text == NULL)
        return true;
    if (!uuid_valid(text))
        return invalid(err, name);
    for (size_t i = 0; i < UUID_SIZE; i++)
        out[i] = (char)tolower((unsigned char)text[i]);
    return true;
}

static bool read_time(const json_t *json, int64_t *out, struct err *err)
{
    const char *text = NULL;
    if (!read_text(json, "time", false, &text, err))
        return false;
    return text == NULL || timefmt_parse(text, out) || invalid(err, "time");
}

/* The specification's integers end at 32 bits and its sequence extension is a string, so both forms
 * are read. */
static bool read_sequence(const json_t *json, int64_t *out, struct err *err)
{
    const json_t *value = json_object_get(json, "sequence");
    if (value == NULL || json_is_null(value))
        return true;
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
        return *out >= 0 || invalid(err, "sequence");
    }
    const char *text = json_string_value(value);
    if (text == NULL || *text == '\0' || strlen(text) > SEQUENCE_DIGITS ||
        strspn(text, "0123456789") != strlen(text))
        return invalid(err, "sequence");
    *out = strtoll(text, NULL, 10);
    return true;
}

static bool check_form(const json_t *json, struct err *err)
{
    const char *version = NULL, *media = NULL;
    if (!read_text(json, "specversion", true, &version, err) ||
        !read_text(json, "datacontenttype", false, &media, err))
        return false;
    if (strcmp(version, "1.0") != 0)
        return invalid(err, "specversion");
    if (media != NULL && strncasecmp(media, "application/json", strlen("application/json")) != 0)
        return invalid(err, "datacontenttype");
    return true;
}

static bool read_attributes(struct event *ev, struct err *err)
{
    const json_t *json = ev->json;
    if (!check_form(json, err) || !read_id(json, "id", true, ev->id, err) ||
        !read_text(json, "type", true, &ev->type, err) ||
        !read_text(json, "source", true, &ev->source, err) ||
        !read_text(json, "subject", false, &ev->subject, err) ||
        !read_text(json, "traceparent", false, &ev->traceparent, err) ||
        !read_id(json, "userid", false, ev->user_id, err) ||
        !read_id(json, "correlationid", false, ev->correlation_id, err) ||
        !read_id(json, "causationid", false, ev->causation_id, err) ||
        !read_time(json, &ev->time_us, err) || !read_sequence(json, &ev->sequence, err))
        return false;
    ev->data = json_object_get(json, "data");
    return json_is_object(ev->data) || invalid(err, "data");
}

bool event_parse(const void *value, size_t len, struct event *ev, struct err *err)
{
    memset(ev, 0, sizeof *ev);
    if (!json_parse(value != NULL ? value : "", len, &ev->json, err))
        return false;
    bool ok = json_is_object(ev->json)
                  ? read_attributes(ev, err)
                  : err_set_name(err, ERR_INVALID, "event_invalid", "not a JSON object");
    if (!ok)
        event_fini(ev);
    return ok;
}

void event_fini(struct event *ev)
{
    json_drop(&ev->json);
    memset(ev, 0, sizeof *ev);
}
