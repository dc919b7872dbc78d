#include "templates/taught_json.h"

#include "base/json_util.h"
#include "base/timefmt.h"
#include "templates/taught_store.h"
#include "workers/reading_event.h"

void template_meaning_to_json(const struct template_meaning *means, json_t *json)
{
    json_set_text(json, "class", reading_class_name((enum reading_class)means->class));
    json_set_text(json, "direction",
                  reading_direction_name((enum reading_direction)means->direction));
    if (means->tells_kind)
        json_set_text(json, "kind", reading_kind_name((enum reading_kind)means->kind));
    json_set_text(json, "channel", reading_channel_name((enum reading_channel)means->channel));
    json_set_text(json, "account_type",
                  reading_account_type_name((enum reading_account_type)means->account_type));
    json_set_text(json, "currency", means->currency);
    if (means->overrules)
        json_object_set_new(json, "overrules", json_true());
}

static json_t *to_json(const struct taught *taught)
{
    struct template_meaning means;
    struct template_fault fault;
    json_t *json = json_pack("{s:s, s:s}", "id", taught->id, "pattern", taught->pattern);
    json_set_text(json, "name", taught->name);
    if (template_meaning_parse(taught->says, &means, &fault))
        template_meaning_to_json(&means, json);
    json_set_text(json, "merchant", taught->merchant);
    return json;
}

json_t *taught_to_json(const struct pg_result *rows, size_t row)
{
    struct taught taught;
    taught_store_row(rows, row, &taught);
    json_t *json = to_json(&taught);
    json_object_set_new(json, "offered", json_boolean(pg_bool(rows, row, TAUGHT_OFFERED)));
    json_object_set_new(json, "created_at", json_time(pg_int(rows, row, TAUGHT_CREATED_AT)));
    return json;
}

json_t *lesson_to_json(const struct lesson *lesson)
{
    json_t *json = to_json(&lesson->taught);
    json_object_set_new(json, "offered", json_false());
    json_object_set_new(json, "created_at", json_time(time_now_us()));
    json_object_set_new(json, "reads", reading_fields(&lesson->reading));
    return json;
}
