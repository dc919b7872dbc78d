#include "base/log.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "tests/test.h"

/* Runs body with stderr in a pipe; the text it wrote. */
static size_t captured(void (*body)(void), char *out, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    body();
    dup2(before, STDERR_FILENO);
    close(before);
    close(ends[1]);
    ssize_t len = read(ends[0], out, size - 1);
    close(ends[0]);
    out[len > 0 ? len : 0] = '\0';
    return len > 0 ? (size_t)len : 0;
}

static void write_odd(void)
{
    log_init("t-service", LOG_INFO);
    log_request("req-1", NULL);
    log_record("a.topic", 3, 42);
    log_info("odd_thing", L_STR("text", "quote \" back \\ line\n bell\a"), L_INT("n", -7),
             L_BOOL("yes", true), L_STR("none", NULL));
    log_debug("unseen");
    log_request(NULL, NULL);
    log_record(NULL, 0, 0);
}

static void lines_are_json(void **state)
{
    char line[4096];
    (void)state;
    captured(write_odd, line, sizeof line);
    assert_int_equal(strcspn(line, "\n"), strlen(line) - 1);
    json_t *json = json_loads(line, 0, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "event")), "odd_thing");
    assert_string_equal(json_string_value(json_object_get(json, "service")), "t-service");
    assert_string_equal(json_string_value(json_object_get(json, "request_id")), "req-1");
    assert_string_equal(json_string_value(json_object_get(json, "topic")), "a.topic");
    assert_int_equal(json_integer_value(json_object_get(json, "offset")), 42);
    assert_string_equal(json_string_value(json_object_get(json, "text")),
                        "quote \" back \\ line\n bell\a");
    assert_int_equal(json_integer_value(json_object_get(json, "n")), -7);
    assert_true(json_is_true(json_object_get(json, "yes")));
    assert_true(json_is_null(json_object_get(json, "none")));
    json_decref(json);
}

static void write_long(void)
{
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_info("long", L_STR("text", text));
}

static void a_long_line_is_cut(void **state)
{
    char line[8192];
    (void)state;
    size_t len = captured(write_long, line, sizeof line);
    assert_true(len > 1000 && len <= 2048);
    assert_int_equal(line[len - 1], '\n');
}

static void errors_translate_once(void **state)
{
    struct err err;
    (void)state;
    assert_false(err_set(&err, ERR_UNAVAILABLE, "down %d", 1));
    assert_false(err_wrap(&err, "storing: "));
    assert_string_equal(err.text, "storing: down 1");
    assert_int_equal(err_http_status(err.code), 503);
    assert_int_equal(err_verdict(err.code), VERDICT_RETRY);
    assert_int_equal(err_verdict(ERR_INVALID), VERDICT_POISON);
    assert_int_equal(err_http_status(ERR_INVALID), 422);
    char long_text[300];
    memset(long_text, 'y', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    err_wrap(&err, long_text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_json),
        cmocka_unit_test(a_long_line_is_cut),
        cmocka_unit_test(errors_translate_once),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
