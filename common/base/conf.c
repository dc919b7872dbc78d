#include "base/conf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

extern char **environ;

static bool parse_int(const struct conf_key *key, const char *text, int *out, struct err *err)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < key->min || value > key->max)
        return err_set(err, ERR_INVALID, "%s must be a whole number from %d to %d", key->env,
                       key->min, key->max);
    *out = (int)value;
    return true;
}

static bool parse_bool(const struct conf_key *key, const char *text, bool *out, struct err *err)
{
    if (strcmp(text, "true") == 0 || strcmp(text, "1") == 0)
        *out = true;
    else if (strcmp(text, "false") == 0 || strcmp(text, "0") == 0)
        *out = false;
    else
        return err_set(err, ERR_INVALID, "%s must be true or false", key->env);
    return true;
}

static bool load_key(const struct conf_key *key, void *target, struct err *err)
{
    const char *text = getenv(key->env);
    if (text == NULL || *text == '\0') {
        if (key->flags & CONF_REQUIRED)
            return err_set(err, ERR_INVALID, "%s is not set: %s", key->env, key->help);
        text = key->fallback;
    }
    void *at = (char *)target + key->offset;
    switch (key->type) {
    case CONF_STR:
        *(const char **)at = xstrdup(text != NULL ? text : "");
        return true;
    case CONF_INT:
        return parse_int(key, text != NULL ? text : "0", at, err);
    case CONF_BOOL:
        return parse_bool(key, text != NULL ? text : "false", at, err);
    }
    panic("configuration type of %s", key->env);
}

bool conf_load(const struct conf_table *tables, size_t count, struct err *err)
{
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t].count; i++)
            if (!load_key(&tables[t].keys[i], tables[t].target, err))
                return false;
    return true;
}

void conf_fini(const struct conf_table *tables, size_t count)
{
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct conf_key *key = &tables[t].keys[i];
            if (key->type != CONF_STR)
                continue;
            char **at = (char **)((char *)tables[t].target + key->offset);
            if (key->flags & CONF_SECRET)
                secret_drop(at);
            else
                str_drop(at);
        }
}

static bool known(const struct conf_table *tables, size_t count, const char *name, size_t len)
{
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t].count; i++) {
            const char *env = tables[t].keys[i].env;
            if (strlen(env) == len && memcmp(env, name, len) == 0)
                return true;
        }
    return false;
}

void conf_warn_unknown(const struct conf_table *tables, size_t count, const char *prefix)
{
    for (char **entry = environ; *entry != NULL; entry++) {
        size_t len = strcspn(*entry, "=");
        if (strncmp(*entry, prefix, strlen(prefix)) != 0 || known(tables, count, *entry, len))
            continue;
        scoped(str_drop) char *name = xstrndup(*entry, len);
        log_warn("unknown_variable", L_STR("name", name));
    }
}

static const char *shown_default(const struct conf_key *key)
{
    if (key->flags & CONF_REQUIRED)
        return "required";
    return key->fallback != NULL && *key->fallback != '\0' ? key->fallback : "empty";
}

void conf_print_help(const struct conf_table *tables, size_t count, FILE *out)
{
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct conf_key *key = &tables[t].keys[i];
            fprintf(out, "  %-32s %s (%s", key->env, key->help, shown_default(key));
            if (key->type == CONF_INT)
                fprintf(out, "; %d to %d", key->min, key->max);
            fputs(")\n", out);
        }
}

/* A password inside a connection string is as secret as one alone: the whole value is masked. */
void conf_print(const struct conf_table *tables, size_t count, FILE *out)
{
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct conf_key *key = &tables[t].keys[i];
            const void *at = (const char *)tables[t].target + key->offset;
            const char *text = key->type == CONF_STR ? *(char *const *)at : "";
            if (key->flags & CONF_SECRET)
                fprintf(out, "%s=%s\n", key->env, *text != '\0' ? "********" : "");
            else if (key->type == CONF_INT)
                fprintf(out, "%s=%d\n", key->env, *(const int *)at);
            else if (key->type == CONF_BOOL)
                fprintf(out, "%s=%s\n", key->env, *(const bool *)at ? "true" : "false");
            else
                fprintf(out, "%s=%s\n", key->env, text);
        }
}

void conf_print_md(const struct conf_table *tables, size_t count, FILE *out)
{
    fputs("| variable | default | meaning |\n|---|---|---|\n", out);
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct conf_key *key = &tables[t].keys[i];
            fprintf(out, "| `%s` | %s | %s", key->env, shown_default(key), key->help);
            if (key->type == CONF_INT)
                fprintf(out, " (%d to %d)", key->min, key->max);
            fputs(key->flags & CONF_SECRET ? "; secret |\n" : " |\n", out);
        }
}
