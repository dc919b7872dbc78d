#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv_read.h"

/* Cells joined by |, records by /; ~ is a broken one. window: at most so many bytes at a time. */
static void read_all(const char *text, size_t window, struct buf *out)
{
    struct csv_record record = {0};
    size_t len = strlen(text), at = 0, shown = window;
    out->len = 0;
    while (at < len) {
        size_t used, lines, size = len - at < shown ? len - at : shown;
        switch (csv_read(text + at, size, at + size == len, ',', &record, &used, &lines)) {
        case CSV_MORE:
            shown++;
            continue;
        case CSV_BROKEN:
            buf_addf(out, "~/");
            break;
        case CSV_RECORD:
            for (size_t i = 0; i < record.count; i++)
                buf_addf(out, "%s%s", record.cells[i], i + 1 < record.count ? "|" : "/");
            break;
        }
        at += used;
        shown = window;
    }
    buf_add(out, "", 1);
    csv_record_fini(&record);
}

static void records_whatever_the_window(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"a,b\r\nc,d\r\n", "a|b/c|d/"},
        {"a,b\nc,d", "a|b/c|d/"},
        {"a\rb\r", "a/b/"},
        {"\"a,\"\"x\"\"\",\"two\r\nlines\"\n", "a,\"x\"|two\r\nlines/"},
        {",\n", "|/"},
        {"\na\n", "/a/"},
        {"a,\"open\nb,c\n", "~/b|c/"},
        {"\"a\"b,c\n", "ab|c/"},
    };
    (void)state;
    struct buf got = {0};
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (size_t window = 1; window <= 20; window++) {
            read_all(rows[i].text, window, &got);
            if (strcmp(got.data, rows[i].want) != 0)
                fail_msg("row %zu, window %zu: %s", i, window, got.data);
        }
    buf_fini(&got);
}

static void bounds(void **state)
{
    (void)state;
    struct csv_record record = {0};
    struct buf text = {0};
    size_t used, lines;
    for (int i = 0; i < CSV_CELLS_MAX; i++)
        buf_add(&text, ",", 1);
    buf_add(&text, "\nx\n", 3);
    assert_int_equal(csv_read(text.data, text.len, true, ',', &record, &used, &lines), CSV_BROKEN);
    assert_int_equal(used, CSV_CELLS_MAX + 1);
    text.len = 0;
    for (int i = 0; i <= CSV_RECORD_MAX; i++)
        buf_add(&text, "y", 1);
    buf_add(&text, "\n", 1);
    assert_int_equal(csv_read(text.data, text.len, false, ',', &record, &used, &lines), CSV_BROKEN);
    assert_int_equal(csv_read("a\0b\n", 4, true, ',', &record, &used, &lines), CSV_BROKEN);
    assert_int_equal(used, 4);
    buf_fini(&text);
    csv_record_fini(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_whatever_the_window),
        cmocka_unit_test(bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
