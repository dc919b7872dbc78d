#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pg/conn.h"

static void arrays_quote_what_postgresql_would_read(void **state)
{
    (void)state;
    scoped(str_drop) char *some = pg_array((const char *[]){"a", "", "q\"b\\c", NULL, "NULL"}, 5);
    assert_string_equal(some, "{\"a\",\"\",\"q\\\"b\\\\c\",NULL,\"NULL\"}");
    scoped(str_drop) char *none = pg_array(NULL, 0);
    assert_string_equal(none, "{}");
    scoped(str_drop) char *ints = pg_array_int((int64_t[]){1, -2, INT64_MAX}, 3);
    assert_string_equal(ints, "{1,-2,9223372036854775807}");
}

static void parameters_take_their_form(void **state)
{
    (void)state;
    struct params out;
    const struct pg_param in[] = {P_STR("x"),        P_NULL,          P_INT(INT64_MIN),
                                  P_BOOL(true),      P_BOOL(false),   P_TIME(1500000),
                                  P_BYTES("\0b", 2), P_BYTES(NULL, 0)};
    params_fill(&out, in, LENGTH(in));
    assert_string_equal(out.values[0], "x");
    assert_null(out.values[1]);
    assert_string_equal(out.values[2], "-9223372036854775808");
    assert_string_equal(out.values[3], "t");
    assert_string_equal(out.values[4], "f");
    assert_string_equal(out.values[5], "1970-01-01T00:00:01.500000Z");
    assert_memory_equal(out.values[6], "\0b", 2);
    assert_int_equal(out.lengths[6], 2);
    assert_int_equal(out.formats[6], 1);
    assert_null(out.values[7]);
}

/* Results as the server would send them, made by libpq's own functions. */
static struct pg_result *one_value(int format, const char *bytes, int len)
{
    PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc column = {.name = (char *)(uintptr_t) "c", .format = format};
    assert_true(PQsetResultAttrs(res, 1, &column));
    assert_true(PQsetvalue(res, 0, 0, (char *)(uintptr_t)bytes, len));
    return result_new(res);
}

static void values_are_read_in_both_forms(void **state)
{
    (void)state;
    size_t len;
    struct pg_result *text = one_value(0, "-42", 3);
    assert_int_equal(pg_int(text, 0, 0), -42);
    pg_result_drop(&text);
    struct pg_result *binary = one_value(1, "\xff\xff\xff\xff\xff\xff\xff\xd6", 8);
    assert_int_equal(pg_int(binary, 0, 0), -42);
    pg_result_drop(&binary);
    struct pg_result *small = one_value(1, "\0\0\1\2", 4);
    assert_int_equal(pg_int(small, 0, 0), 258);
    pg_result_drop(&small);
    struct pg_result *hex = one_value(0, "\\x00fFa9", 8);
    unsigned char *bytes = pg_bytes(hex, 0, 0, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(bytes, "\x00\xff\xa9", 3);
    free(bytes);
    pg_result_drop(&hex);
    struct pg_result *null = one_value(0, NULL, -1);
    assert_true(pg_is_null(null, 0, 0));
    assert_int_equal(pg_int(null, 0, 0), 0);
    assert_false(pg_bool(null, 0, 0));
    assert_null(pg_str(null, 0, 0));
    assert_null(pg_bytes(null, 0, 0, &len));
    pg_result_drop(&null);
    pg_result_drop(&null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_quote_what_postgresql_would_read),
        cmocka_unit_test(parameters_take_their_form),
        cmocka_unit_test(values_are_read_in_both_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
