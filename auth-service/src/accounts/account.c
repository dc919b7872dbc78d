#include "accounts/account.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "accounts/password_rules.h"
#include "base/mem.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, USERNAME_MIN = 3 };

static bool host_valid(const char *host)
{
    int labels = 0;
    for (const char *at = host;; at++) {
        size_t len = strcspn(at, ".");
        if (len == 0 || len > LABEL_MAX || at[0] == '-' || at[len - 1] == '-')
            return false;
        for (size_t i = 0; i < len; i++)
            if (!isalnum((unsigned char)at[i]) && at[i] != '-')
                return false;
        labels++;
        at += len;
        if (*at == '\0')
            return labels >= 2;
    }
}

bool email_valid(const char *email)
{
    const char *host = strrchr(email, '@');
    if (host == NULL || host == email || host - email > LOCAL_MAX || strlen(email) >= EMAIL_SIZE)
        return false;
    for (const char *at = email; at < host; at++)
        if (*at <= ' ' || *at > '~' || strchr("@\"(),:;<>[\\]", *at) != NULL)
            return false;
    if (email[0] == '.' || host[-1] == '.' || strstr(email, "..") != NULL)
        return false;
    return host_valid(host + 1);
}

bool username_valid(const char *username)
{
    size_t len = strlen(username);
    if (len < USERNAME_MIN || len >= USERNAME_SIZE || !isalpha((unsigned char)username[0]))
        return false;
    for (const char *at = username; *at != '\0'; at++)
        if ((unsigned char)*at > '~' ||
            (!isalnum((unsigned char)*at) && strchr("._-", *at) == NULL))
            return false;
    return true;
}

/* Without surrounding spaces into out, in lower case into key; both hold size bytes.
 * The local part of an address is case-sensitive by its standard and nowhere in practice; treating
 * "Asha@" and "asha@" as two people would only let one pose as the other. */
static bool set_key(const char *text, char *out, char *key, size_t size)
{
    while (*text == ' ')
        text++;
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ')
        len--;
    if (len == 0 || len >= size)
        return false;
    memcpy(out, text, len);
    out[len] = '\0';
    for (size_t i = 0; i <= len; i++)
        key[i] = (char)tolower((unsigned char)out[i]);
    return true;
}

char *password_read(const struct json_reader *reader, const char *name)
{
    const char *text = NULL;
    if (!json_read_str(reader, name, JSON_REQUIRED, 1, PASSWORD_MAX, &text))
        return NULL;
    return password_normal(text);
}

char *password_read_new(const struct json_reader *reader, const char *name, const char *const own[],
                        size_t count)
{
    char *password = password_read(reader, name);
    char pointer[40];
    snprintf(pointer, sizeof pointer, "%s/%s", reader->prefix, name);
    if (password == NULL)
        return NULL;
    switch (password_judge(password, own, count)) {
    case PASSWORD_GOOD:
        break;
    case PASSWORD_TOO_SHORT:
        field_error(reader->fields, pointer, "too_short", "must be 8 characters long or longer");
        break;
    case PASSWORD_COMMON:
        field_error(
            reader->fields, pointer, "password_common",
            "is among the first that a guesser tries: use more words, or less of a pattern, "
            "and nothing of your name or address");
        break;
    }
    return password;
}

void credentials_fini(struct credentials *given)
{
    secret_drop(&given->password);
}

static bool has_member(const struct json_reader *reader, const char *name)
{
    const json_t *value = json_object_get(reader->object, name);
    return value != NULL && !json_is_null(value);
}

static void take_email(const struct json_reader *reader, const char *email, struct credentials *out)
{
    if (!set_key(email, out->email, out->email_key, sizeof out->email) || !email_valid(out->email))
        field_error(reader->fields, "/email", "email_invalid", "must be an e-mail address");
}

/* At least one of both; who signs in gives exactly one, so that nobody asks which of them counts.
 */
static void read_names(const struct json_reader *reader, bool one, struct credentials *out)
{
    const char *email = NULL, *username = NULL;
    bool has_email = has_member(reader, "email"), has_username = has_member(reader, "username");
    if (!has_email && !has_username)
        field_error(reader->fields, "/email", "required", "an e-mail address or a username");
    if (one && has_email && has_username)
        field_error(reader->fields, "/username", "one_of",
                    "either an e-mail address or a username");
    if (has_email && json_read_str(reader, "email", JSON_REQUIRED, 1, EMAIL_SIZE + 20, &email))
        take_email(reader, email, out);
    if (has_username &&
        json_read_str(reader, "username", JSON_REQUIRED, 1, USERNAME_SIZE + 20, &username) &&
        (!set_key(username, out->username, out->username_key, sizeof out->username) ||
         !username_valid(out->username)))
        field_error(reader->fields, "/username", "username_invalid",
                    "3 to 32 letters, digits, dots, hyphens and underscores; a letter first");
}

const char *login_key(const struct credentials *given)
{
    return given->email_key[0] ? given->email_key : given->username_key;
}

static bool only_spaces(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

void email_key_of(const char *email, char out[static EMAIL_SIZE])
{
    size_t len = strlen(email);
    for (size_t i = 0; i <= len; i++)
        out[i] = (char)tolower((unsigned char)email[i]);
}

bool address_parse(const json_t *body, struct credentials *out, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    const char *email = NULL;
    *out = (struct credentials){.password = NULL};
    json_read_known(&reader, (const char *const[]){"email", NULL});
    if (json_read_str(&reader, "email", JSON_REQUIRED, 1, EMAIL_SIZE + 20, &email))
        take_email(&reader, email, out);
    return fields_ok(fields);
}

bool signup_parse(const json_t *body, struct credentials *out, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    *out = (struct credentials){.password = NULL};
    json_read_known(&reader, (const char *const[]){"email", "name", "password", "username", NULL});
    if (json_read_str(&reader, "name", JSON_OPTIONAL, 1, NAME_MAX_BYTES, &out->name) &&
        only_spaces(out->name))
        field_error(fields, "/name", "blank", "must not be blank");
    read_names(&reader, false, out);
    const char *own[] = {out->email, out->username, out->name};
    out->password = password_read_new(&reader, "password", own, LENGTH(own));
    return fields_ok(fields);
}

bool login_parse(const json_t *body, struct credentials *out, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    *out = (struct credentials){.password = NULL};
    json_read_known(&reader, (const char *const[]){"email", "password", "username", NULL});
    read_names(&reader, true, out);
    out->password = password_read(&reader, "password");
    return fields_ok(fields);
}

static const char *given(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

json_t *account_json(const struct account *account)
{
    return json_pack("{s:s, s:s?, s:b, s:s?, s:s?, s:s, s:o}", "id", account->user_id, "email",
                     given(account->email), "email_verified", account->email_verified, "username",
                     given(account->username), "name", given(account->name), "role",
                     account->admin ? "admin" : "user", "created_at",
                     json_time(account->created_at_us));
}

json_t *account_event(const struct account *account)
{
    return json_pack("{s:s, s:s*, s:s*, s:o}", "user_id", account->user_id, "email",
                     given(account->email), "name", given(account->name), "created_at",
                     json_time(account->created_at_us));
}

json_t *password_changed_event(const char *user_id, const char *reason, int64_t now_us)
{
    return json_pack("{s:s, s:s, s:o}", "user_id", user_id, "reason", reason, "changed_at",
                     json_time(now_us));
}
