#include "api_tokens/api_token.h"

#include <stdio.h>
#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "identity/scopes.h"

#define PREFIX "ett_"

enum { ID_BYTES = 16, SECRET_AT = 32, SECRET_BYTES = 32, DAY_S = 86400 };
enum { DAYS_DEFAULT = 365, DAYS_MAX = 1825 };

/* Not the account itself: who holds such a token must not be able to make another one. */
static const char *const grantable[] = {
    SCOPE_EXPENSES_READ,  SCOPE_EXPENSES_WRITE, SCOPE_MESSAGES_READ,
    SCOPE_MESSAGES_WRITE, SCOPE_PROFILE_READ,   SCOPE_PROFILE_WRITE,
};

void api_token_make(struct api_token *token, char text[static API_TOKEN_TEXT_SIZE])
{
    unsigned char bytes[API_TOKEN_BYTES];
    uuid_new(token->token_id);
    uuid_to_bytes(token->user_id, bytes);
    uuid_to_bytes(token->token_id, bytes + ID_BYTES);
    random_bytes(bytes + SECRET_AT, SECRET_BYTES);
    sha256(bytes, sizeof bytes, token->hash);
    scoped(secret_drop) char *encoded = base64url_encode(bytes, sizeof bytes);
    snprintf(text, API_TOKEN_TEXT_SIZE, PREFIX "%s", encoded);
    explicit_bzero(bytes, sizeof bytes);
}

bool api_token_parse(const char *text, struct api_token *out)
{
    unsigned char bytes[API_TOKEN_BYTES];
    size_t len;
    *out = (struct api_token){.created_at_us = 0};
    if (strncmp(text, PREFIX, strlen(PREFIX)) != 0)
        return false;
    text += strlen(PREFIX);
    if (!base64url_decode(text, strlen(text), bytes, sizeof bytes, &len) || len != sizeof bytes)
        return false;
    uuid_from_bytes(bytes, out->user_id);
    uuid_from_bytes(bytes + ID_BYTES, out->token_id);
    sha256(bytes, sizeof bytes, out->hash);
    explicit_bzero(bytes, sizeof bytes);
    return true;
}

static bool is_grantable(const char *scope)
{
    for (size_t i = 0; scope != NULL && i < LENGTH(grantable); i++)
        if (strcmp(grantable[i], scope) == 0)
            return true;
    return false;
}

/* In the order of grantable, each once. */
static void write_scope(const json_t *scopes, char out[static API_TOKEN_SCOPE_SIZE])
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < LENGTH(grantable); i++) {
        size_t at;
        const json_t *scope;
        bool wanted = false;
        json_array_foreach((json_t *)scopes, at, scope)
        {
            wanted |= strcmp(json_string_value(scope), grantable[i]) == 0;
        }
        if (wanted)
            len += (size_t)snprintf(out + len, API_TOKEN_SCOPE_SIZE - len, "%s%s",
                                    len > 0 ? " " : "", grantable[i]);
    }
}

static void read_scopes(const struct json_reader *reader, struct api_token *out)
{
    const json_t *scopes, *scope;
    size_t i;
    bool good = true;
    if (!json_read_array(reader, "scopes", JSON_REQUIRED, LENGTH(grantable), &scopes))
        return;
    if (json_array_size(scopes) == 0)
        field_error(reader->fields, "/scopes", "required", "at least one scope is needed");
    json_array_foreach((json_t *)scopes, i, scope)
    {
        char pointer[32];
        snprintf(pointer, sizeof pointer, "/scopes/%zu", i);
        if (is_grantable(json_string_value(scope)))
            continue;
        good = false;
        field_error(reader->fields, pointer, "scope_unknown", "no scope that a token can have");
    }
    if (good)
        write_scope(scopes, out->scope);
}

bool api_token_read(const json_t *body, int64_t now_us, struct api_token *out,
                    struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    const char *name = NULL;
    int64_t days = DAYS_DEFAULT;
    json_read_known(&reader, (const char *const[]){"name", "scopes", "expires_in_days", NULL});
    if (json_read_str(&reader, "name", JSON_REQUIRED, 1, API_TOKEN_NAME_MAX, &name) && name != NULL)
        snprintf(out->name, sizeof out->name, "%s", name);
    read_scopes(&reader, out);
    json_read_int(&reader, "expires_in_days", JSON_OPTIONAL, 1, DAYS_MAX, &days);
    out->created_at_us = now_us;
    out->expires_at_us = now_us + days * DAY_S * US_PER_S;
    return fields_ok(fields);
}

static json_t *scopes_json(const char *scope)
{
    json_t *list = json_array();
    for (size_t len; *scope != '\0'; scope += len + strspn(scope + len, " ")) {
        len = strcspn(scope, " ");
        json_array_append_new(list, json_stringn(scope, len));
    }
    return list;
}

json_t *api_token_json(const struct api_token *token)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "id", token->token_id, "name", token->name,
                     "scopes", scopes_json(token->scope), "created_at",
                     json_time(token->created_at_us), "expires_at", json_time(token->expires_at_us),
                     "last_used_at",
                     token->last_used_at_us > 0 ? json_time(token->last_used_at_us) : json_null());
}
