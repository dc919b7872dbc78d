#include "exports/export.h"

#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"

enum { ROWS_MAX = 5000, PARTS_MAX = 10000000 };

const char *const export_services[] = {"auth-service", "deserialize-service", "expense-service",
                                       "user-service", NULL};

bool export_service_known(const char *source)
{
    for (size_t i = 0; source != NULL && export_services[i] != NULL; i++)
        if (strcmp(export_services[i], source) == 0)
            return true;
    return false;
}

void export_fini(struct export *export)
{
    json_drop(&export->sources);
}

bool export_expired(const struct export *export, int64_t now_us)
{
    return strcmp(export->state, "expired") == 0 ||
           (strcmp(export->state, "ready") == 0 && export->expires_us <= now_us);
}

/* What each service has told, and the names of those that have not told all. */
static void add_sources(json_t *json, const struct export *export)
{
    json_t *services = json_array(), *missing = json_array(), *source;
    size_t i;
    json_array_foreach(export->sources, i, source)
    {
        json_t *name = json_object_get(source, "service");
        bool complete = json_is_true(json_object_get(source, "complete"));
        bool begun = json_is_string(json_object_get(source, "updated_at"));
        json_array_append_new(services,
                              json_pack("{s:O, s:s, s:O, s:O}", "service", name, "status",
                                        complete ? "complete"
                                        : begun  ? "telling"
                                                 : "waiting",
                                        "rows", json_object_get(source, "rows"), "updated_at",
                                        json_object_get(source, "updated_at")));
        if (!complete)
            json_array_append(missing, name);
    }
    json_object_set_new(json, "services", services);
    json_object_set_new(json, "missing", missing);
}

static json_t *time_or_null(int64_t us)
{
    return us != 0 ? json_time(us) : json_null();
}

json_t *export_to_json(const struct export *export, int64_t now_us)
{
    bool expired = export_expired(export, now_us);
    bool ready = !expired && strcmp(export->state, "ready") == 0;
    json_t *json = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "id", export->id, "state",
        expired ? "expired" : export->state, "requested_at", json_time(export->requested_us),
        "ready_at", time_or_null(export->ready_us), "expires_at", time_or_null(export->expires_us),
        "size", ready ? json_integer(export->size) : json_null(), "sha256",
        json_str_or_null(ready ? export->sha256 : NULL));
    scoped(str_drop) char *path =
        ready ? xasprintf("/api/v1/users/me/exports/%s/download", export->id) : NULL;
    json_object_set_new(json, "download", json_str_or_null(path));
    add_sources(json, export);
    return json;
}

/* Names become names of files: letters and underscores, nothing that could be a path. */
static bool table_valid(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len < EXPORT_TABLE_SIZE && strspn(name, "abcdefghijklmnopqrstuvwxyz_") == len;
}

static bool rows_valid(const json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) if (!json_is_object(row)) return false;
    return true;
}

static bool known(const struct event *ev, const char **service, struct err *err)
{
    *service = ev->source;
    return export_service_known(ev->source) ||
           err_set(err, ERR_INVALID, "%s: its source tells no exports", ev->type);
}

bool export_part_read(const struct event *ev, struct export_part *out, struct err *err)
{
    struct fields fields = {0};
    struct json_reader reader = {.object = ev->data, .prefix = "", .fields = &fields};
    *out = (struct export_part){0};
    json_read_uuid(&reader, "export_id", JSON_REQUIRED, &out->export_id);
    json_read_int(&reader, "number", JSON_REQUIRED, 1, PARTS_MAX, &out->number);
    if (json_read_str(&reader, "table", JSON_REQUIRED, 1, EXPORT_TABLE_SIZE - 1, &out->table) &&
        !table_valid(out->table))
        field_error(&fields, "/table", "table_invalid", "must be lower-case letters");
    if (json_read_array(&reader, "rows", JSON_REQUIRED, ROWS_MAX, &out->rows) &&
        !rows_valid(out->rows))
        field_error(&fields, "/rows", "rows_invalid", "must be objects");
    bool ok = fields_check(&fields, err) || err_wrap(err, "export.part: ");
    fields_fini(&fields);
    return ok && known(ev, &out->service, err);
}

bool export_end_read(const struct event *ev, struct export_end *out, struct err *err)
{
    struct fields fields = {0};
    struct json_reader reader = {.object = ev->data, .prefix = "", .fields = &fields};
    size_t i;
    json_t *name;
    *out = (struct export_end){0};
    json_read_uuid(&reader, "export_id", JSON_REQUIRED, &out->export_id);
    json_read_int(&reader, "parts", JSON_REQUIRED, 0, PARTS_MAX, &out->parts);
    json_read_array(&reader, "tables", JSON_REQUIRED, EXPORT_TABLES_MAX, &out->tables);
    json_array_foreach(out->tables, i, name)
    {
        const char *text = json_string_value(name);
        if (text == NULL || !table_valid(text))
            field_error(&fields, "/tables", "table_invalid", "must be lower-case letters");
    }
    bool ok = fields_check(&fields, err) || err_wrap(err, "export.completed: ");
    fields_fini(&fields);
    return ok && known(ev, &out->service, err);
}
