/* uri - a request target (RFC 9112, 3.2) taken apart: decoded path segments and query parameters.
 * The path is split before it is decoded, so %2F never makes a segment. Refused as malformed: bad
 * percent-encoding, control characters, bytes that are not UTF-8, empty and dot segments; these are
 * what two parsers in a row would read differently. Pure; fuzzed by tests/uri_fuzz.c. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { URI_BYTES_MAX = 4096, URI_SEGMENTS_MAX = 16, QUERY_PARAMS_MAX = 32, QUERY_NAME_MAX = 64 };

struct uri_param {
    const char *name, *value;
};
struct uri {
    char *path; /* owned; as received, without the query */
    char *text; /* owned; what the rest points into */
    const char *segments[URI_SEGMENTS_MAX];
    size_t segment_count; /* 0 for "/" */
    struct uri_param query[QUERY_PARAMS_MAX];
    size_t query_count;
    const char *duplicate; /* name of a parameter given twice, else NULL */
};

/* ERR_MALFORMED, or ERR_TOO_LARGE with name uri_too_long. out is safe to fini either way. */
must_check bool uri_parse(const char *target, struct uri *out, struct err *err);
void uri_fini(struct uri *uri);
const char *uri_query(const struct uri *uri, const char *name);
/* Appends text percent-encoded to at most size bytes; false when it does not fit. */
must_check bool uri_encode(const char *text, char *out, size_t size, size_t *used);
