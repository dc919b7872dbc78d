#include "exports/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"

struct zip {
    struct zip_conf conf;
    struct archive *archive;
    struct buf out; /* not given to the sink yet; less than a piece between calls */
    struct sha256_stream *whole, *file;
    int64_t bytes, file_bytes;
    struct err err; /* of the sink */
};

/* ok: libarchive is content. */
static bool check(struct zip *zip, bool ok, struct err *err)
{
    if (ok && zip->err.code == ERR_NONE)
        return true;
    if (zip->err.code != ERR_NONE) {
        *err = zip->err;
        return false;
    }
    const char *why = archive_error_string(zip->archive);
    return err_set(err, ERR_INTERNAL, "archive: %.100s", why != NULL ? why : "failed");
}

static bool give(struct zip *zip, size_t len)
{
    if (!zip->conf.sink(zip->conf.arg, zip->out.data, len, &zip->err))
        return false;
    sha256_add(zip->whole, zip->out.data, len);
    zip->bytes += (int64_t)len;
    memmove(zip->out.data, zip->out.data + len, zip->out.len - len);
    zip->out.len -= len;
    return true;
}

/* Never tells libarchive of a failure, which would then leak what it compresses with: what comes
 * after one is thrown away, and zip->err is asked for after each call. */
static la_ssize_t on_write(struct archive *archive, void *arg, const void *bytes, size_t len)
{
    struct zip *zip = arg;
    (void)archive;
    if (zip->err.code != ERR_NONE)
        return (la_ssize_t)len;
    buf_add(&zip->out, bytes, len);
    while (zip->out.len >= zip->conf.piece && give(zip, zip->conf.piece))
        continue;
    return (la_ssize_t)len;
}

bool zip_new(const struct zip_conf *conf, struct zip **out, struct err *err)
{
    struct zip *zip = xcalloc(1, sizeof *zip);
    zip->conf = *conf;
    zip->whole = sha256_new();
    zip->archive = archive_write_new();
    if (zip->archive == NULL)
        panic("no memory for an archive");
    bool ok = archive_write_set_format_zip(zip->archive) == ARCHIVE_OK &&
              archive_write_set_options(zip->archive, "zip:compression=deflate") == ARCHIVE_OK &&
              /* Unbuffered and without padding: pieces are made here. */
              archive_write_set_bytes_per_block(zip->archive, 0) == ARCHIVE_OK &&
              archive_write_open(zip->archive, zip, NULL, on_write, NULL) == ARCHIVE_OK;
    if (!check(zip, ok, err)) {
        zip_drop(&zip);
        return false;
    }
    *out = zip;
    return true;
}

void zip_drop(struct zip **zip_of)
{
    struct zip *zip = *zip_of;
    unsigned char digest[SHA256_SIZE];
    if (zip == NULL)
        return;
    *zip_of = NULL;
    /* Freeing closes, and closing writes, to a sink that nobody expects any more. */
    if (zip->err.code == ERR_NONE)
        err_set(&zip->err, ERR_INTERNAL, "dropped");
    archive_write_free(zip->archive);
    if (zip->whole != NULL)
        sha256_end(zip->whole, digest);
    if (zip->file != NULL)
        sha256_end(zip->file, digest);
    buf_fini(&zip->out);
    free(zip);
}

bool zip_begin(struct zip *zip, const char *name, struct err *err)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, zip->conf.time_us / US_PER_S, 0);
    bool ok = archive_write_header(zip->archive, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    zip->file = sha256_new();
    zip->file_bytes = 0;
    return check(zip, ok, err);
}

bool zip_add(struct zip *zip, const void *bytes, size_t len, struct err *err)
{
    sha256_add(zip->file, bytes, len);
    zip->file_bytes += (int64_t)len;
    return check(zip, archive_write_data(zip->archive, bytes, len) == (la_ssize_t)len, err);
}

static void sum_up(struct sha256_stream **stream, int64_t bytes, struct zip_sum *sum)
{
    unsigned char digest[SHA256_SIZE];
    sha256_end(*stream, digest);
    *stream = NULL;
    sha256_hex(digest, sum->sha256);
    sum->bytes = bytes;
}

bool zip_end(struct zip *zip, struct zip_sum *sum, struct err *err)
{
    sum_up(&zip->file, zip->file_bytes, sum);
    return check(zip, archive_write_finish_entry(zip->archive) == ARCHIVE_OK, err);
}

bool zip_finish(struct zip *zip, struct zip_sum *sum, struct err *err)
{
    bool ok = archive_write_close(zip->archive) == ARCHIVE_OK;
    if (!check(zip, ok, err) || (zip->out.len > 0 && !check(zip, give(zip, zip->out.len), err)))
        return false;
    sum_up(&zip->whole, zip->bytes, sum);
    return true;
}
