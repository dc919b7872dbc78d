#include "base/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/uuid.h"

/* A longer line is cut: a log line must never need an allocation. */
enum { LINE_MAX_BYTES = 2048 };

static const char *const level_names[] = {"error", "warn", "info", "debug"};
static const char *service_name = "-";
static enum log_level threshold = LOG_INFO;

static _Thread_local struct {
    const char *thread, *request_id, *trace_id, *topic;
    int32_t partition;
    int64_t offset;
} context;

struct line {
    char text[LINE_MAX_BYTES];
    size_t len;
};

static void put(struct line *line, const char *text, size_t len)
{
    size_t room =
        sizeof line->text - 3 - line->len; /* keeps place for a quote, brace and newline */
    if (len > room)
        len = room;
    memcpy(line->text + line->len, text, len);
    line->len += len;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void put_quoted(struct line *line, const char *text)
{
    put(line, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;
        while (is_plain((unsigned char)text[plain]))
            plain++;
        put(line, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        char esc[] = "\\u0000";
        if (*text == '"' || *text == '\\') {
            put(line, (char[]){'\\', *text}, 2);
        } else {
            hex_put(esc + 4, (unsigned char)*text, 2);
            put(line, esc, 6);
        }
        text++;
    }
    put(line, "\"", 1);
}

static void put_field(struct line *line, const struct log_field *field)
{
    char num[24];
    put(line, ",", 1);
    put_quoted(line, field->name);
    put(line, ":", 1);
    switch (field->kind) {
    case LOG_KIND_STR:
        if (field->str == NULL)
            put(line, "null", 4);
        else
            put_quoted(line, field->str);
        break;
    case LOG_KIND_INT: {
        int n = snprintf(num, sizeof num, "%" PRId64, field->num);
        put(line, num, (size_t)n);
        break;
    }
    case LOG_KIND_BOOL:
        put(line, field->num ? "true" : "false", field->num ? 4 : 5);
        break;
    }
}

static void put_context(struct line *line)
{
    if (context.thread != NULL)
        put_field(line, &L_STR("thread", context.thread));
    if (context.request_id != NULL)
        put_field(line, &L_STR("request_id", context.request_id));
    if (context.trace_id != NULL)
        put_field(line, &L_STR("trace_id", context.trace_id));
    if (context.topic != NULL) {
        put_field(line, &L_STR("topic", context.topic));
        put_field(line, &L_INT("partition", context.partition));
        put_field(line, &L_INT("offset", context.offset));
    }
}

bool log_enabled(enum log_level level)
{
    return level <= threshold;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    if (!log_enabled(level))
        return;
    struct line line; /* its text is not zeroed: that would cost more than writing it */
    line.len = 0;
    char now[TIMEFMT_SIZE];
    timefmt_format(time_now_us(), now);
    put(&line, "{\"time\":", 8);
    put_quoted(&line, now);
    put_field(&line, &L_STR("level", level_names[level]));
    put_field(&line, &L_STR("service", service_name));
    put_field(&line, &L_STR("event", event));
    put_context(&line);
    for (; fields->name != NULL; fields++)
        put_field(&line, fields);
    memcpy(line.text + line.len, "}\n", 2);
    line.len += 2;
    /* A log that cannot be written has nowhere to be reported. */
    ssize_t written = write(STDERR_FILENO, line.text, line.len);
    (void)written;
}

void log_init(const char *service, enum log_level level)
{
    service_name = service;
    threshold = level;
}

void log_thread(const char *name)
{
    context.thread = name;
    if (gettid() != getpid()) /* the main thread's name is the process's */
        pthread_setname_np(pthread_self(), name);
}

void log_request(const char *request_id, const char *trace_id)
{
    context.request_id = request_id;
    context.trace_id = trace_id;
}

void log_record(const char *topic, int32_t partition, int64_t offset)
{
    context.topic = topic;
    context.partition = partition;
    context.offset = offset;
}
