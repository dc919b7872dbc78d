#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "exports/export.h"
#include "exports/rows.h"

#define ID "01a20b38-7d30-7a8b-8ed3-0000000000e1"

static bool read_part(const char *source, const char *text, struct export_part *out,
                      struct err *err)
{
    static json_t *data;
    json_drop(&data);
    data = json_loads(text, 0, NULL);
    struct event ev = {.type = "export.part", .source = source, .data = data};
    return export_part_read(&ev, out, err);
}

static void parts_are_checked(void **state)
{
    (void)state;
    struct err err;
    struct export_part part;
    const char *good = "{\"export_id\":\"" ID "\",\"number\":7,\"table\":\"expenses\","
                       "\"rows\":[{\"id\":1},{\"id\":2}]}";
    assert_true(read_part("expense-service", good, &part, &err));
    assert_int_equal(part.number, 7);
    assert_string_equal(part.table, "expenses");
    assert_string_equal(part.service, "expense-service");
    assert_false(read_part("/forwarder", good, &part, &err));
    static const char *const bad[] = {
        "{}",
        "{\"export_id\":\"x\",\"number\":7,\"table\":\"expenses\",\"rows\":[]}",
        "{\"export_id\":\"" ID "\",\"number\":0,\"table\":\"expenses\",\"rows\":[]}",
        "{\"export_id\":\"" ID "\",\"number\":1,\"table\":\"../../etc/passwd\",\"rows\":[]}",
        "{\"export_id\":\"" ID "\",\"number\":1,\"table\":\"a/b\",\"rows\":[]}",
        "{\"export_id\":\"" ID "\",\"number\":1,\"table\":\"expenses\",\"rows\":[1]}",
        "{\"export_id\":\"" ID "\",\"number\":1,\"table\":\"expenses\",\"rows\":{}}",
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_false(read_part("expense-service", bad[i], &part, &err));
        assert_int_equal(err_verdict(err.code), VERDICT_POISON);
    }
    read_part("expense-service", "{}", &part, &err);
}

static void ends_are_checked(void **state)
{
    (void)state;
    struct err err;
    struct export_end end;
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:i, s:[s, s]}", "export_id", ID, "parts", 2, "tables", "a", "b_c");
    struct event ev = {.type = "export.completed", .source = "auth-service", .data = data};
    assert_true(export_end_read(&ev, &end, &err));
    assert_int_equal(end.parts, 2);
    json_array_append_new(json_object_get(data, "tables"), json_string(".."));
    assert_false(export_end_read(&ev, &end, &err));
}

static void csv_is_rfc_4180_and_runs_nothing(void **state)
{
    (void)state;
    struct buf out = {0};
    scoped(json_drop) json_t *rows = json_loads(
        "[{\"id\":1,\"note\":\"a \\\"b\\\", c\",\"n\":null,\"on\":true,\"tags\":[\"x\",\"y\"]},"
        "{\"id\":-2.5,\"note\":\"=HYPERLINK(1)\",\"n\":\"-450.00\",\"on\":false,\"tags\":[]},"
        "{\"id\":3,\"note\":\"-1+cmd\",\"n\":\"line\\nline\",\"on\":false,\"tags\":{}},"
        "{\"id\":4,\"note\":\"@SUM\",\"n\":\"\",\"on\":false,\"tags\":{}}]",
        0, NULL);
    rows_to_csv(&out, rows, true);
    assert_string_equal(out.data, "id,note,n,on,tags\r\n"
                                  "1,\"a \"\"b\"\", c\",,true,\"[\"\"x\"\",\"\"y\"\"]\"\r\n"
                                  "-2.5,\"'=HYPERLINK(1)\",-450.00,false,[]\r\n"
                                  "3,\"'-1+cmd\",\"line\nline\",false,{}\r\n"
                                  "4,\"'@SUM\",,false,{}\r\n");
    buf_fini(&out);
    rows_to_csv(&out, rows, false); /* the next part has no header */
    assert_memory_equal(out.data, "1,", 2);
    buf_fini(&out);
}

static void json_is_one_array_over_all_parts(void **state)
{
    (void)state;
    struct buf out = {0};
    scoped(json_drop) json_t *rows = json_loads("[{\"a\":\"=1\"},{\"a\":2}]", 0, NULL);
    rows_json_begin(&out);
    rows_to_json(&out, rows, true);
    rows_to_json(&out, rows, false);
    rows_json_end(&out);
    scoped(json_drop) json_t *read = json_loads(out.data, 0, NULL);
    assert_int_equal(json_array_size(read), 4);
    assert_string_equal(json_string_value(json_object_get(json_array_get(read, 0), "a")), "=1");
    buf_fini(&out);
    rows_json_begin(&out);
    rows_json_end(&out);
    scoped(json_drop) json_t *none = json_loads(out.data, 0, NULL);
    assert_int_equal(json_array_size(none), 0);
    assert_non_null(none);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_checked),
        cmocka_unit_test(ends_are_checked),
        cmocka_unit_test(csv_is_rfc_4180_and_runs_nothing),
        cmocka_unit_test(json_is_one_array_over_all_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
