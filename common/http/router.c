#include "http/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"

struct router_row {
    const struct route *route;
    char *text;  /* owned; segments point into it */
    char *label; /* owned */
    const char *segments[URI_SEGMENTS_MAX];
    size_t count;
    unsigned params; /* bit per segment that is {name}; its text is the bare name */
};

struct router {
    struct router_row *rows;
    size_t count;
};

static bool is_param(const struct router_row *row, size_t segment)
{
    return (row->params >> segment) & 1;
}

static void add_segment(struct router_row *row, char *segment)
{
    size_t len = strlen(segment);
    if (len == 0 || row->count == URI_SEGMENTS_MAX)
        panic("route %s: empty or too many segments", row->route->path);
    if (segment[0] == '{') {
        if (len < 3 || segment[len - 1] != '}')
            panic("route %s: malformed {name}", row->route->path);
        segment[len - 1] = '\0';
        segment++;
        for (size_t i = 0; i < row->count; i++)
            if (is_param(row, i) && strcmp(row->segments[i], segment) == 0)
                panic("route %s: {%s} twice", row->route->path, segment);
        row->params |= 1u << row->count;
    }
    row->segments[row->count++] = segment;
}

static void compile(struct router_row *row, const struct route *route)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    bool known = false;
    for (size_t i = 0; i < LENGTH(methods); i++)
        known = known || strcmp(methods[i], route->method) == 0;
    if (!known || route->path[0] != '/' || (route->handler == NULL) == (route->fast == NULL) ||
        (route->fast != NULL) != (route->lane == ROUTE_FAST))
        panic("route %s %s is malformed", route->method, route->path);
    if ((route->flags & ROUTE_UPLOAD) &&
        (route->lane != ROUTE_WORKERS || route->media_type == NULL || route->max_body == 0))
        panic("route %s %s cannot take an upload", route->method, route->path);
    if (route->scope != NULL && route->auth == ROUTE_PUBLIC)
        panic("route %s: a scope without a user", route->path);
    row->route = route;
    row->label = xasprintf("%s %s", route->method, route->path);
    row->text = xstrdup(route->path + 1);
    for (char *next = row->text; next != NULL && row->text[0] != '\0';) {
        char *segment = next;
        next = strchr(segment, '/');
        if (next != NULL)
            *next++ = '\0';
        add_segment(row, segment);
    }
    if (__builtin_popcount(row->params) > HTTP_PARAMS_MAX)
        panic("route %s: more than %d parameters", route->path, HTTP_PARAMS_MAX);
}

/* Whether some path fits both while neither is the more literal one. */
static bool ambiguous(const struct router_row *a, const struct router_row *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!is_param(a, i) && !is_param(b, i) && strcmp(a->segments[i], b->segments[i]) != 0)
            return false;
    if (a->params == b->params)
        return strcmp(a->route->method, b->route->method) == 0;
    return (a->params & b->params) != a->params && (a->params & b->params) != b->params;
}

struct router *router_new(const struct route *routes, size_t count)
{
    struct router *router = xcalloc(1, sizeof *router);
    router->rows = xcalloc(count, sizeof *router->rows);
    router->count = count;
    for (size_t i = 0; i < count; i++) {
        compile(&router->rows[i], &routes[i]);
        for (size_t j = 0; j < i; j++)
            if (ambiguous(&router->rows[i], &router->rows[j]))
                panic("routes %s and %s are ambiguous", router->rows[j].label,
                      router->rows[i].label);
    }
    return router;
}

void router_free(struct router *router)
{
    for (size_t i = 0; i < router->count; i++) {
        free(router->rows[i].text);
        free(router->rows[i].label);
    }
    free(router->rows);
    free(router);
}

static bool fits(const struct router_row *row, const struct uri *uri)
{
    if (row->count != uri->segment_count)
        return false;
    for (size_t i = 0; i < row->count; i++)
        if (is_param(row, i) ? uri->segments[i][0] == '\0'
                             : strcmp(row->segments[i], uri->segments[i]) != 0)
            return false;
    return true;
}

/* The most literal row that fits, of any method. Rows that fit one path are ordered by their sets
 * of parameters, since ambiguous ones were refused. */
static const struct router_row *most_literal(const struct router *router, const struct uri *uri)
{
    const struct router_row *best = NULL;
    for (size_t i = 0; i < router->count; i++) {
        const struct router_row *row = &router->rows[i];
        if (fits(row, uri) && (best == NULL || (row->params & best->params) == row->params))
            best = row;
    }
    return best;
}

static void lower_ids(const struct router_row *row, struct uri *uri)
{
    for (size_t i = 0; i < row->count; i++) {
        char *text = (char *)(uintptr_t)uri->segments[i]; /* of uri->text, which is the uri's own */
        if (is_param(row, i) && uuid_valid(text))
            uuid_lower(text, text);
    }
}

enum router_outcome router_find(const struct router *router, const char *method, struct uri *uri,
                                struct router_match *out)
{
    *out = (struct router_match){0};
    const struct router_row *best = most_literal(router, uri);
    if (best == NULL)
        return ROUTER_NO_PATH;
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    size_t used = 0;
    for (size_t i = 0; i < router->count; i++) {
        const struct router_row *row = &router->rows[i];
        if (row->params != best->params || !fits(row, uri))
            continue;
        const char *name = row->route->method;
        if (strcmp(name, wanted) == 0) {
            out->row = row;
            out->route = row->route;
            out->label = row->label;
        }
        used += (size_t)snprintf(out->allow + used, sizeof out->allow - used, "%s, ",
                                 strcmp(name, "GET") == 0 ? "GET, HEAD" : name);
    }
    snprintf(out->allow + used, sizeof out->allow - used, "OPTIONS");
    if (out->row != NULL) {
        lower_ids(out->row, uri);
        return ROUTER_FOUND;
    }
    return strcmp(method, "OPTIONS") == 0 ? ROUTER_OPTIONS : ROUTER_NO_METHOD;
}

const char *router_param(const struct router_row *row, const struct uri *uri, const char *name)
{
    for (size_t i = 0; i < row->count; i++)
        if (is_param(row, i) && strcmp(row->segments[i], name) == 0)
            return uri->segments[i];
    return NULL;
}
