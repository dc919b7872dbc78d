#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/mem.h"
#include "exports/zip.h"

enum { PIECE = 1000 };
struct sink {
    struct buf all;
    size_t last; /* length of the last piece */
    int pieces, fail_at;
};

static bool take(void *arg, const void *bytes, size_t len, struct err *err)
{
    struct sink *sink = arg;
    assert_true(sink->pieces == 0 || sink->last == PIECE); /* only the last one is shorter */
    if (++sink->pieces == sink->fail_at)
        return err_set(err, ERR_UNAVAILABLE, "full");
    buf_add(&sink->all, bytes, len);
    sink->last = len;
    return true;
}

static struct zip *start(struct sink *sink)
{
    struct err err;
    struct zip *zip;
    const struct zip_conf conf = {.sink = take, .arg = sink, .piece = PIECE, .time_us = 1000000};
    assert_true(zip_new(&conf, &zip, &err));
    return zip;
}

static void add_noise(struct zip *zip, size_t len)
{
    struct err err;
    unsigned seed = 7;
    for (size_t i = 0; i < len; i++) {
        char c = (char)((seed = seed * 1103515245 + 12345) >> 16);
        assert_true(zip_add(zip, &c, 1, &err));
    }
}

static void is_read_back_by_others(void **state)
{
    (void)state;
    struct err err;
    struct sink sink = {0};
    struct zip_sum file, whole;
    scoped(zip_drop) struct zip *zip = start(&sink);
    assert_true(zip_begin(zip, "a/first.json", &err) && zip_add(zip, "abc", 3, &err) &&
                zip_end(zip, &file, &err));
    assert_string_equal(file.sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(file.bytes, 3);
    assert_true(zip_begin(zip, "b.csv", &err));
    add_noise(zip, 5000);
    assert_true(zip_end(zip, &file, &err));
    assert_true(zip_begin(zip, "empty", &err) && zip_end(zip, &file, &err));
    assert_true(zip_finish(zip, &whole, &err));
    assert_int_equal(whole.bytes, sink.all.len);
    assert_true(sink.pieces > 5);
    unsigned char digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256(sink.all.data, sink.all.len, digest);
    sha256_hex(digest, hex);
    assert_string_equal(hex, whole.sha256);

    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_format_zip(archive);
    assert_int_equal(archive_read_open_memory(archive, sink.all.data, sink.all.len), ARCHIVE_OK);
    static const struct {
        const char *name;
        la_ssize_t len;
    } want[] = {{"a/first.json", 3}, {"b.csv", 5000}, {"empty", 0}};
    for (size_t i = 0; i < LENGTH(want); i++) {
        char out[8192];
        assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
        assert_string_equal(archive_entry_pathname(entry), want[i].name);
        assert_int_equal(archive_read_data(archive, out, sizeof out), want[i].len);
    }
    assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_EOF);
    archive_read_free(archive);
    buf_fini(&sink.all);
}

static void a_full_sink_is_told(void **state)
{
    (void)state;
    struct err err = {0};
    struct zip_sum sum;
    struct sink sink = {.fail_at = 2};
    scoped(zip_drop) struct zip *zip = start(&sink);
    assert_true(zip_begin(zip, "x", &err));
    char noise[64];
    bool ok = true;
    unsigned seed = 7;
    for (int i = 0; ok && i < 100000; i++) {
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (char)((seed = seed * 1103515245 + 12345) >> 16);
        ok = zip_add(zip, noise, sizeof noise, &err);
    }
    assert_false(ok && zip_end(zip, &sum, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_string_equal(err.text, "full");
    assert_int_equal(sink.pieces, 2); /* nothing more is asked of it, also not by the drop */
    buf_fini(&sink.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_read_back_by_others),
        cmocka_unit_test(a_full_sink_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
