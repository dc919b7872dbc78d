/* zip - a zip archive written as a stream: no file is held whole, the bytes go to a sink in pieces
 * of one size (the last may be shorter). The only part that includes libarchive. After a failure
 * the archive can only be freed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sha256.h"

typedef bool zip_sink_fn(void *arg, const void *bytes, size_t len, struct err *err);

struct zip_conf {
    zip_sink_fn *sink;
    void *arg;
    size_t piece;    /* bytes */
    int64_t time_us; /* of its files */
};
struct zip;
must_check bool zip_new(const struct zip_conf *conf, struct zip **out, struct err *err);
void zip_drop(struct zip **zip);

/* Of a file, or of the whole archive. */
struct zip_sum {
    int64_t bytes;
    char sha256[SHA256_HEX_SIZE];
};
must_check bool zip_begin(struct zip *zip, const char *name, struct err *err);
must_check bool zip_add(struct zip *zip, const void *bytes, size_t len, struct err *err);
must_check bool zip_end(struct zip *zip, struct zip_sum *sum, struct err *err);
/* Writes the directory and what is left. */
must_check bool zip_finish(struct zip *zip, struct zip_sum *sum, struct err *err);
