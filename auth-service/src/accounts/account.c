#include "accounts/account.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "accounts/password_rules.h"
#include "base/mem.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63 };

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

/* The local part is case-sensitive by its standard and nowhere in practice; treating "Asha@" and
 * "asha@" as two people would only let one pose as the other. */
static bool set_email(const char *text, struct credentials *out)
{
    while (*text == ' ')
        text++;
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ')
        len--;
    if (len == 0 || len >= sizeof out->email)
        return false;
    memcpy(out->email, text, len);
    out->email[len] = '\0';
    for (size_t i = 0; i <= len; i++)
        out->email_key[i] = (char)tolower((unsigned char)out->email[i]);
    return email_valid(out->email);
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

static void read_email(const struct json_reader *reader, struct credentials *out)
{
    const char *email = NULL;
    if (json_read_str(reader, "email", JSON_REQUIRED, 1, EMAIL_SIZE + 20, &email) &&
        !set_email(email, out))
        field_error(reader->fields, "/email", "email_invalid", "must be an e-mail address");
}

static bool only_spaces(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

bool signup_parse(const json_t *body, struct credentials *out, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    *out = (struct credentials){.password = NULL};
    json_read_known(&reader, (const char *const[]){"email", "name", "password", NULL});
    if (json_read_str(&reader, "name", JSON_OPTIONAL, 1, NAME_MAX_BYTES, &out->name) &&
        only_spaces(out->name))
        field_error(fields, "/name", "blank", "must not be blank");
    read_email(&reader, out);
    const char *own[] = {out->email, out->name};
    out->password = password_read_new(&reader, "password", own, LENGTH(own));
    return fields_ok(fields);
}

bool login_parse(const json_t *body, struct credentials *out, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    *out = (struct credentials){.password = NULL};
    json_read_known(&reader, (const char *const[]){"email", "password", NULL});
    read_email(&reader, out);
    out->password = password_read(&reader, "password");
    return fields_ok(fields);
}

json_t *account_json(const struct account *account)
{
    return json_pack("{s:s, s:s, s:s?, s:o}", "id", account->user_id, "email", account->email,
                     "name", account->name[0] ? account->name : NULL, "created_at",
                     json_time(account->created_at_us));
}

json_t *account_event(const struct account *account)
{
    return json_pack("{s:s, s:s, s:s*, s:o}", "user_id", account->user_id, "email", account->email,
                     "name", account->name[0] ? account->name : NULL, "created_at",
                     json_time(account->created_at_us));
}
