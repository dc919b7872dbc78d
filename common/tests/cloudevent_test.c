#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "events/cloudevent.h"
#include "events/events.h"
#include "kafka/kafka.h"

#define ID "01890000-0000-7000-8000-00000000000A"
#define REQUIRED "\"specversion\":\"1.0\",\"id\":\"" ID "\",\"source\":\"s\",\"type\":\"t\""

static void test_reads_all_attributes(void **state)
{
    (void)state;
    static const char text[] =
        "{" REQUIRED ",\"subject\":\"x\",\"time\":\"2026-03-21T17:49:40.5Z\",\"userid\":\"" ID
        "\",\"sequence\":7,\"correlationid\":\"" ID "\",\"causationid\":\"" ID
        "\",\"traceparent\":\"00-a-b-01\",\"datacontenttype\":\"application/json\","
        "\"later\":{\"unknown\":true},\"data\":{\"a\":1}}";
    struct event ev;
    struct err err;
    int64_t want_us;
    assert_true(timefmt_parse("2026-03-21T17:49:40.5Z", &want_us));
    assert_true(event_parse(text, strlen(text), &ev, &err));
    assert_string_equal(ev.id, "01890000-0000-7000-8000-00000000000a"); /* in lower case */
    assert_string_equal(ev.user_id, ev.id);
    assert_string_equal(ev.correlation_id, ev.id);
    assert_string_equal(ev.causation_id, ev.id);
    assert_string_equal(ev.type, "t");
    assert_string_equal(ev.source, "s");
    assert_string_equal(ev.subject, "x");
    assert_string_equal(ev.traceparent, "00-a-b-01");
    assert_int_equal(ev.time_us, want_us);
    assert_int_equal(ev.sequence, 7);
    assert_int_equal(json_integer_value(json_object_get(ev.data, "a")), 1);
    event_fini(&ev);
}

static void test_accepted_and_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
    } cases[] = {
        {"{" REQUIRED ",\"data\":{}}", ERR_NONE},
        {"{" REQUIRED ",\"data\":{},\"sequence\":\"12\",\"subject\":null}", ERR_NONE},
        {"", ERR_MALFORMED},
        {"{", ERR_MALFORMED},
        {"{}x", ERR_MALFORMED},
        {"[]", ERR_INVALID},
        {"1", ERR_INVALID},
        {"{}", ERR_INVALID},
        {"{" REQUIRED "}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":[]}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"sequence\":-1}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"sequence\":1.5}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"sequence\":\"1x\"}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"sequence\":\"9999999999999999999\"}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"userid\":\"me\"}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"time\":\"yesterday\"}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"subject\":5}", ERR_INVALID},
        {"{" REQUIRED ",\"data\":{},\"datacontenttype\":\"text/xml\"}", ERR_INVALID},
        {"{\"specversion\":\"0.3\",\"id\":\"" ID "\",\"source\":\"s\",\"type\":\"t\",\"data\":{}}",
         ERR_INVALID},
        {"{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":{}}",
         ERR_INVALID},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct event ev;
        struct err err = {0};
        bool ok = event_parse(cases[i].text, strlen(cases[i].text), &ev, &err);
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(ok, cases[i].code == ERR_NONE);
        event_fini(&ev); /* harmless after a failure too */
    }
}

static void test_every_topic_has_dead_letters(void **state)
{
    (void)state;
    unsigned long count;
    const struct topic_spec *specs = events_topics(&count);
    for (unsigned long i = 0; i < count; i++) {
        if (strstr(specs[i].name, DLQ_SUFFIX) != NULL)
            continue;
        scoped(str_drop) char *name = xasprintf("%s" DLQ_SUFFIX, specs[i].name);
        const struct topic_spec *dead = events_topic(name);
        assert_non_null(dead);
        assert_true(dead->max_bytes > specs[i].max_bytes);
    }
    assert_null(events_topic("no.such.topic"));
    assert_true(events_topic(TOPIC_KEYS)->compacted && events_topic(TOPIC_PROFILE)->compacted);
}

static void test_kafka_properties(void **state)
{
    (void)state;
    static const struct {
        const char *properties;
        bool ok;
    } cases[] = {
        {"", true},
        {" ; socket.timeout.ms = 5000 ;\nsecurity.protocol=sasl_ssl;", true},
        {"sasl.password=a=b", true},
        {"nonsense", false},
        {"no.such.key=1", false},
        {"socket.timeout.ms=soon", false},
        {"enable.auto.commit=true", false}, /* would lose records */
        {"acks=1", false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct err err;
        struct kafka_conf conf = {.brokers = "localhost:9092", .properties = cases[i].properties};
        assert_int_equal(kafka_conf_check(&conf, &err), cases[i].ok);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_all_attributes),
        cmocka_unit_test(test_accepted_and_refused),
        cmocka_unit_test(test_every_topic_has_dead_letters),
        cmocka_unit_test(test_kafka_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
