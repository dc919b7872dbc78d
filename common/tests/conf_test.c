#include "base/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/metrics.h"
#include "tests/test.h"

struct sample {
    const char *url, *word;
    int port;
    bool flag;
};

static const struct conf_key keys[] = {
    {"T_FLAG", CONF_BOOL, offsetof(struct sample, flag), "true", 0, 0, 0, "a switch"},
    {"T_PORT", CONF_INT, offsetof(struct sample, port), "8000", 1, 65535, 0, "a port"},
    {"T_URL", CONF_STR, offsetof(struct sample, url), NULL, 0, 0, CONF_REQUIRED | CONF_SECRET,
     "where"},
    {"T_WORD", CONF_STR, offsetof(struct sample, word), "hello", 0, 0, 0, "a word"},
};

static int clear(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(keys); i++)
        unsetenv(keys[i].env);
    return 0;
}

static void takes_defaults_and_environment(void **state)
{
    struct sample sample = {0};
    struct conf_table table = {TABLE(keys), &sample};
    struct err err;
    (void)state;
    setenv("T_URL", "postgres://u:secret@h/d", 1);
    setenv("T_FLAG", "false", 1);
    assert_true(conf_load(&table, 1, &err));
    assert_int_equal(sample.port, 8000);
    assert_false(sample.flag);
    assert_string_equal(sample.word, "hello");

    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    conf_print(&table, 1, out);
    fclose(out);
    assert_null(strstr(text, "secret"));
    assert_non_null(strstr(text, "T_URL=********"));
    assert_non_null(strstr(text, "T_PORT=8000"));
    free(text);
    conf_fini(&table, 1);
}

static void names_the_bad_variable(void **state)
{
    static const char *const rows[][2] = {{"T_PORT", "0"},     {"T_PORT", "65536"},
                                          {"T_PORT", "80a"},   {"T_PORT", "99999999999999999999"},
                                          {"T_FLAG", "maybe"}, {"T_URL", ""}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct sample sample = {0};
        struct conf_table table = {TABLE(keys), &sample};
        struct err err;
        clear(NULL);
        setenv("T_URL", "x", 1);
        setenv(rows[i][0], rows[i][1], 1);
        assert_false(conf_load(&table, 1, &err));
        assert_non_null(strstr(err.text, rows[i][0]));
        conf_fini(&table, 1);
    }
}

static void metrics_are_prometheus_text(void **state)
{
    struct buf out = {0};
    (void)state;
    metric_add("t_total", LABELS("route", "/a", "status", "200"), 2);
    metric_add("t_total", LABELS("route", "/a", "status", "200"), 1);
    metric_add("t_total", LABELS("route", "say \"hi\"", "status", "200"), 1);
    metric_set("t_depth", NO_LABELS, 7);
    metric_observe("t_seconds", LABEL("route", "/a"), 0.003);
    metric_observe("t_seconds", LABEL("route", "/a"), 60);
    metrics_print(&out);
    static const char *const wanted[] = {
        "# TYPE t_total counter\n",
        "t_total{route=\"/a\",status=\"200\"} 3\n",
        "t_total{route=\"say \\\"hi\\\"\",status=\"200\"} 1\n",
        "t_depth 7\n",
        "t_seconds_bucket{route=\"/a\",le=\"0.0025\"} 0\n",
        "t_seconds_bucket{route=\"/a\",le=\"0.005\"} 1\n",
        "t_seconds_bucket{route=\"/a\",le=\"10\"} 1\n",
        "t_seconds_bucket{route=\"/a\",le=\"+Inf\"} 2\n",
        "t_seconds_count{route=\"/a\"} 2\n",
    };
    for (size_t i = 0; i < LENGTH(wanted); i++)
        if (strstr(out.data, wanted[i]) == NULL)
            fail_msg("%s missing in\n%s", wanted[i], out.data);
    buf_fini(&out);
}

static void metric_series_are_bounded(void **state)
{
    struct buf out = {0};
    char value[16];
    (void)state;
    for (int i = 0; i < 2 * METRICS_SERIES_MAX; i++) {
        snprintf(value, sizeof value, "v%d", i);
        metric_add("t_many", LABEL("v", value), 1);
    }
    metrics_print(&out);
    assert_null(strstr(out.data, "v2047"));
    assert_null(strstr(out.data, "metrics_dropped_total 0\n"));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(takes_defaults_and_environment, clear),
        cmocka_unit_test_teardown(names_the_bad_variable, clear),
        cmocka_unit_test(metrics_are_prometheus_text),
        cmocka_unit_test(metric_series_are_bounded),
    };
    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
