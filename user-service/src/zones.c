#include "zones.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "Z name offset …" defines a zone, "L target name" a link to one; other lines are rules. */
static char *name_of(char *line)
{
    char *rest = line;
    char *kind = strsep(&rest, " ");
    if (rest == NULL || (strcmp(kind, "Z") != 0 && strcmp(kind, "L") != 0))
        return NULL;
    char *name = strsep(&rest, " ");
    if (kind[0] == 'L')
        name = strsep(&rest, " ");
    if (name == NULL || *name == '\0' || strlen(name) >= ZONE_SIZE || strcmp(name, "Factory") == 0)
        return NULL;
    return name;
}

bool zones_parse(struct zones *zones, const char *text, size_t len, struct err *err)
{
    *zones = (struct zones){.text = xstrndup(text, len)};
    size_t room = 0;
    char *rest = zones->text;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        const char *name = name_of(line);
        if (name == NULL)
            continue;
        if (zones->count == room)
            zones->names =
                xrealloc(zones->names, (room = room ? 2 * room : 512) * sizeof *zones->names);
        zones->names[zones->count++] = name;
    }
    if (zones->count == 0) {
        zones_fini(zones);
        return err_set(err, ERR_UNAVAILABLE, "no time zone in the list");
    }
    qsort(zones->names, zones->count, sizeof *zones->names, compare);
    return true;
}

bool zones_load(struct zones *zones, const char *path, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return err_set(err, ERR_UNAVAILABLE, "cannot read %.100s: %s (install tzdata)", path,
                       strerror(errno));
    char *text = xmalloc(FILE_MAX);
    size_t len = fread(text, 1, FILE_MAX, file);
    fclose(file);
    bool ok = zones_parse(zones, text, len, err);
    free(text);
    return ok;
}

void zones_fini(struct zones *zones)
{
    free(zones->names);
    free(zones->text);
    *zones = (struct zones){0};
}

bool zones_has(const struct zones *zones, const char *name)
{
    return zones->count > 0 &&
           bsearch(&name, zones->names, zones->count, sizeof *zones->names, compare) != NULL;
}
