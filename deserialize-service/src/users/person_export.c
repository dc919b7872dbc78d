#include "users/person_export.h"

#include <stdio.h>
#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"
#include "deserialize.h"

/* Of bytes in a row of JSON, for base64url_decode. */
#define IN_BASE64URL(bytes) "translate(encode(" bytes ", 'base64'), E'+/=\n', '-_')"
/* Without the fingerprint, which only repeats the text as a hash. sealed and secret become body. */
/* clang-format off */
#define MESSAGE                                                                                    \
    "channel, sender, body, " IN_BASE64URL("sealed") " AS sealed,"                                 \
    " (SELECT " IN_BASE64URL("secret") " FROM text_key k WHERE k.user_id = message.user_id)"       \
    " AS secret, received_at, device_message_id, status, reason, duplicate_of,"                    \
    " possible_duplicate_of, expense_id, created_at"
/* clang-format on */
#define ATTEMPT "message_id, number, parser, outcome, reason, class, confidence, fields, created_at"
#define ATTEMPT_KEY "(split_part($2::text, ' ', 1)::uuid, split_part($2::text, ' ', 2)::int)"

static bool decode(const char *text, unsigned char *out, size_t cap, size_t *len, struct err *err)
{
    return (text != NULL && base64url_decode(text, strlen(text), out, cap, len)) ||
           err_set(err, ERR_INTERNAL, "a sealed text without its owner's key");
}

static bool open_sealed(struct svc *svc, const char *user_id, json_t *row, struct err *err)
{
    struct text_key_row key_row = {.secret_len = 0};
    struct text_key key;
    const char *text = json_string_value(json_object_get(row, "sealed"));
    size_t len = strlen(text);
    scoped(str_drop) char *sealed = xmalloc(len + 1);
    scoped(secret_drop) char *body = NULL;
    snprintf(key_row.user_id, sizeof key_row.user_id, "%s", user_id);
    if (!decode(json_string_value(json_object_get(row, "secret")), key_row.secret,
                sizeof key_row.secret, &key_row.secret_len, err) ||
        !decode(text, (unsigned char *)sealed, len, &len, err) ||
        !text_keys_of_row(svc->texts, &key_row, &key, err) ||
        !text_open(&key, json_string_value(json_object_get(row, "id")),
                   (const unsigned char *)sealed, len, &body, err))
        return false;
    json_object_set_new(row, "body", json_string(body));
    return true;
}

bool person_export_mend(struct svc *svc, const char *table, const char *user_id, json_t *row,
                        struct err *err)
{
    if (strcmp(table, "messages") != 0)
        return true;
    if (json_is_string(json_object_get(row, "sealed")) && !open_sealed(svc, user_id, row, err))
        return false;
    json_object_del(row, "sealed");
    json_object_del(row, "secret");
    return true;
}

static const struct export_table rows[] = {
    {"settings", "", EXPORT_ONE("base_currency, time_zone, retention_days", "person")},
    {"messages", EXPORT_FIRST_UUID, EXPORT_BY_ID(MESSAGE, "message")},
    {"attempts", EXPORT_FIRST_UUID " 0",
     EXPORT_ROWS(ATTEMPT, "attempt", "user_id = $1::uuid AND (message_id, number) > " ATTEMPT_KEY,
                 "message_id, number", "r.message_id || ' ' || r.number")},
    {"replays", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("dry_run, status, sender, outdated, state, looked, read, changed, gone,"
                  " created_at, finished_at",
                  "replay")},
    {"uploads", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("format, state, size, items, received, duplicate, skipped, failed, created_at,"
                  " changed_at",
                  "upload")},
    {"templates", EXPORT_FIRST_UUID,
     EXPORT_BY_ID("name, pattern, says, merchant, offered_at, created_at", "template")},
};
const struct export_tables person_exports = {TABLE(rows)};
