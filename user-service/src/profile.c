#include "profile.h"

#include <stdio.h>
#include <string.h>

#include "base/json_util.h"

void account_from_identity(const struct identity *identity, struct account *out)
{
    *out = (struct account){0};
    snprintf(out->user_id, sizeof out->user_id, "%s", identity->user_id);
    snprintf(out->email, sizeof out->email, "%s", identity->email);
    snprintf(out->name, sizeof out->name, "%s", identity->name);
}

bool account_from_event(const struct event *ev, struct account *out, struct err *err)
{
    struct fields fields = {0};
    struct json_reader reader = {.object = ev->data, .prefix = "", .fields = &fields};
    const char *user_id = NULL, *email = "", *name = "";
    *out = (struct account){0};
    json_read_uuid(&reader, "user_id", JSON_REQUIRED, &user_id);
    json_read_str(&reader, "email", JSON_OPTIONAL, 1, PROFILE_EMAIL_SIZE - 1, &email);
    json_read_str(&reader, "name", JSON_OPTIONAL, 0, PROFILE_NAME_MAX, &name);
    json_read_time(&reader, "created_at", JSON_OPTIONAL, &out->created_us);
    bool ok = fields_check(&fields, err);
    fields_fini(&fields);
    if (!ok)
        return err_wrap(err, "account event: ");
    /* The envelope decides whose record this is: its user is the one the order is kept for. */
    if (strcasecmp(user_id, ev->user_id) != 0)
        return err_set(err, ERR_INVALID, "account event: user_id is not the event's user");
    snprintf(out->user_id, sizeof out->user_id, "%s", ev->user_id);
    snprintf(out->email, sizeof out->email, "%s", email);
    snprintf(out->name, sizeof out->name, "%s", name);
    out->sequence = ev->sequence;
    return true;
}

void profile_init(struct profile *profile, const struct account *account,
                  const struct preferences *defaults, int64_t now_us)
{
    *profile = (struct profile){.prefs = *defaults, .version = 1, .updated_us = now_us};
    memcpy(profile->user_id, account->user_id, sizeof profile->user_id);
    memcpy(profile->email, account->email, sizeof profile->email);
    memcpy(profile->name, account->name, sizeof profile->name);
    profile->created_us = account->created_us != 0 ? account->created_us : now_us;
    profile->account_sequence = account->sequence;
}

bool profile_apply_account(struct profile *profile, const struct account *account)
{
    struct profile before = *profile;
    if (account->email[0] != '\0')
        memcpy(profile->email, account->email, sizeof profile->email);
    if (account->name[0] != '\0' && !(profile->chosen & CHOSEN_NAME))
        memcpy(profile->name, account->name, sizeof profile->name);
    if (account->created_us != 0)
        profile->created_us = account->created_us;
    profile->account_sequence = account->sequence;
    return !profile_same(&before, profile);
}

void profile_patch(struct profile *profile, const json_t *body,
                   const struct preferences_rules *rules, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    json_read_known(&reader, (const char *const[]){"name", "preferences", NULL});
    const json_t *prefs = json_object_get(body, "preferences");
    const char *name;
    if (json_is_null(json_object_get(body, "name"))) {
        profile->name[0] = '\0';
        profile->chosen |= CHOSEN_NAME;
    } else if (json_read_str(&reader, "name", JSON_OPTIONAL, 1, PROFILE_NAME_MAX, &name)) {
        snprintf(profile->name, sizeof profile->name, "%s", name);
        profile->chosen |= CHOSEN_NAME;
    }
    if (json_is_null(prefs)) { /* removing the object removes each of its members */
        profile->prefs = *rules->defaults;
        profile->chosen &= CHOSEN_NAME;
    } else if (json_read_object(&reader, "preferences", JSON_OPTIONAL, &prefs)) {
        preferences_patch(&profile->prefs, &profile->chosen, prefs, "/preferences", rules, fields);
    }
}

bool profile_same(const struct profile *a, const struct profile *b)
{
    return strcmp(a->email, b->email) == 0 && strcmp(a->name, b->name) == 0 &&
           preferences_same(&a->prefs, &b->prefs) && a->chosen == b->chosen &&
           a->created_us == b->created_us;
}

static json_t *text_or_null(const char *text)
{
    return json_str_or_null(text[0] != '\0' ? text : NULL);
}

json_t *profile_to_json(const struct profile *profile)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id", profile->user_id, "email",
                     text_or_null(profile->email), "name", text_or_null(profile->name),
                     "preferences", preferences_to_json(&profile->prefs), "defaulted",
                     preferences_defaulted(profile->chosen), "created_at",
                     json_time(profile->created_us), "updated_at", json_time(profile->updated_us));
}

json_t *profile_event_data(const struct profile *profile)
{
    json_t *data = preferences_to_json(&profile->prefs);
    json_object_set_new(data, "user_id", json_string(profile->user_id));
    json_object_set_new(data, "version", json_integer(profile->version));
    json_object_set_new(data, "defaulted", preferences_defaulted(profile->chosen));
    json_object_set_new(data, "updated_at", json_time(profile->updated_us));
    return data;
}
