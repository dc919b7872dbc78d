/* router - which row of a route table a path and method mean.
 * Literal segments win over {name}, whatever the method: with POST /messages/batch and
 * GET /messages/{id}, GET /messages/batch is 405, not a message called "batch". Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "http/http.h"
#include "http/uri.h"

enum { ROUTER_ALLOW_SIZE = 80 };

struct router;
struct router_row;

enum router_outcome { ROUTER_FOUND, ROUTER_OPTIONS, ROUTER_NO_METHOD, ROUTER_NO_PATH };
struct router_match {
    const struct router_row *row; /* NULL unless found */
    const struct route *route;
    const char *label;             /* "GET /api/v1/expenses/{id}", for logs and metrics */
    char allow[ROUTER_ALLOW_SIZE]; /* methods of the path; set except for ROUTER_NO_PATH */
};

/* Panics on a malformed row, and on two rows that could both be meant. */
struct router *router_new(const struct route *routes, size_t count);
void router_free(struct router *router);
/* HEAD finds the GET row. An id in a parameter is in small letters afterwards, as the database
 * writes it: what is told of it elsewhere must not depend on how it was typed. */
enum router_outcome router_find(const struct router *router, const char *method, struct uri *uri,
                                struct router_match *out);
/* The {name} segment of a path the row matches; NULL when the row has none of that name. */
const char *router_param(const struct router_row *row, const struct uri *uri, const char *name);
