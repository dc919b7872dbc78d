/* conf - configuration: one table a service, read from the environment once at boot.
 * The table drives parsing, --help, --print-config (secrets masked) and the README's block.
 * A missing or malformed value ends the boot with one line (ERR_INVALID; service.c dies). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

enum conf_type {
    CONF_STR,  /* const char *, owned by the conf struct until conf_fini */
    CONF_INT,  /* int, within min..max */
    CONF_BOOL, /* bool: true, false, 1, 0 */
};
enum conf_flag {
    CONF_REQUIRED = 1, /* no default: must be set */
    CONF_SECRET = 2,   /* masked when shown */
};

struct conf_key {
    const char *env;
    enum conf_type type;
    size_t offset;
    const char *fallback; /* through the same parser as the environment; NULL: empty / 0 / false */
    int min, max;
    unsigned flags;
    const char *help;
};

/* Tables are given together: common keys and the service's. Each list is alphabetical. */
struct conf_table {
    const struct conf_key *keys;
    size_t count;
    void *target;
};

must_check bool conf_load(const struct conf_table *tables, size_t count, struct err *err);
void conf_fini(const struct conf_table *tables, size_t count);
/* Warns in the log of variables that begin with prefix but are in no table (typing mistakes). */
void conf_warn_unknown(const struct conf_table *tables, size_t count, const char *prefix);
void conf_print_help(const struct conf_table *tables, size_t count, FILE *out);
void conf_print(const struct conf_table *tables, size_t count, FILE *out);
/* The README's table in Markdown. */
void conf_print_md(const struct conf_table *tables, size_t count, FILE *out);
