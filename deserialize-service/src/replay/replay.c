#include "replay/replay.h"

#include <string.h>

#include "base/mem.h"

const char *const replay_statuses[] = {"parsed", "needs_review", "rejected", "unrecognised", NULL};

void replay_read(const json_t *body, struct replay_ask *out, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    size_t status;
    json_read_known(&reader, (const char *const[]){"status", "sender", "from", "to", "outdated",
                                                   "dry_run", NULL});
    if (json_read_enum(&reader, "status", JSON_OPTIONAL, replay_statuses, &status))
        out->status = replay_statuses[status];
    json_read_str(&reader, "sender", JSON_OPTIONAL, 1, MESSAGE_SENDER_MAX, &out->sender);
    json_read_time(&reader, "from", JSON_OPTIONAL, &out->from_us);
    json_read_time(&reader, "to", JSON_OPTIONAL, &out->to_us);
    if (out->from_us != 0 && out->to_us != 0 && out->to_us <= out->from_us)
        field_error(fields, "/to", "before_from", "must be after from");
    json_read_bool(&reader, "outdated", JSON_OPTIONAL, &out->outdated);
    json_read_bool(&reader, "dry_run", JSON_OPTIONAL, &out->dry_run);
}

static bool is_booked(const char *status)
{
    return strcmp(status, "parsed") == 0 || strcmp(status, "needs_review") == 0;
}

bool replay_was_booked(const struct replay_before *before)
{
    return is_booked(before->status);
}

/* null and absent are the same. */
static void compare(json_t *differences, const char *field, json_t *before, json_t *after)
{
    bool none_before = before == NULL || json_is_null(before);
    bool none_after = after == NULL || json_is_null(after);
    if ((none_before && none_after) ||
        (before != NULL && after != NULL && json_equal(before, after)))
        return;
    json_array_append_new(differences, json_pack("{s:s, s:O?, s:O?}", "field", field, "before",
                                                 before, "after", after));
}

static void compare_text(json_t *differences, const char *field, const char *before,
                         const char *after)
{
    scoped(json_drop) json_t *was = json_str_or_null(before);
    scoped(json_drop) json_t *is = json_str_or_null(after);
    compare(differences, field, was, is);
}

json_t *replay_differences(const struct replay_before *before, const struct reading_job *job)
{
    json_t *differences = json_array();
    const char *field;
    json_t *value;
    compare_text(differences, "status", before->status, job->outcome.status);
    compare_text(differences, "reason", before->reason, job->outcome.reason);
    /* What was said of a text that is booked neither then nor now is of no consequence. */
    if (!is_booked(before->status) && !is_booked(job->outcome.status))
        return differences;
    json_object_foreach(job->fields, field, value) if (strcmp(field, "template") != 0)
        compare(differences, field, json_object_get(before->fields, field), value);
    json_object_foreach((json_t *)before->fields, field,
                        value) if (strcmp(field, "template") != 0 &&
                                   json_object_get(job->fields, field) == NULL)
        compare(differences, field, value, NULL);
    return differences;
}
