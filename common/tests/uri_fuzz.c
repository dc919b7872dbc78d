/* Paths and queries of any bytes: no crash, and what was decoded keeps to its limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uri uri;
    struct err err;
    char *target = xstrndup((const char *)data, size);
    if (uri_parse(target, &uri, &err)) {
        for (size_t i = 0; i < uri.segment_count; i++)
            if (strcmp(uri.segments[i], "..") == 0)
                abort();
        for (size_t i = 0; i < uri.query_count; i++) {
            char again[3 * URI_BYTES_MAX + 8];
            size_t used = 0;
            if (!uri_encode(uri.query[i].value, again, sizeof again, &used) ||
                strlen(again) != used)
                abort();
        }
    }
    uri_fini(&uri);
    free(target);
    return 0;
}
