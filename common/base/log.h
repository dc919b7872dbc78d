/* log - structured log lines: one JSON object a line on stderr.
 * The event name is a constant, fields are typed and escaped here; the calling thread's context
 * (service, request id, topic and offset) is added by itself. Never given: passwords, tokens,
 * message texts, amounts. Threads: any; a line is written with one write(). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

enum log_kind { LOG_KIND_STR, LOG_KIND_INT, LOG_KIND_BOOL };
struct log_field {
    const char *name;
    enum log_kind kind;
    const char *str;
    int64_t num;
};
#define L_STR(n, v) ((struct log_field){.name = (n), .kind = LOG_KIND_STR, .str = (v)})
#define L_INT(n, v) ((struct log_field){.name = (n), .kind = LOG_KIND_INT, .num = (int64_t)(v)})
#define L_BOOL(n, v) ((struct log_field){.name = (n), .kind = LOG_KIND_BOOL, .num = (v)})

#define LOG_FIELDS(...)                                                                            \
    (const struct log_field[])                                                                     \
    {                                                                                              \
        __VA_ARGS__ __VA_OPT__(, )                                                                 \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }
/* error: someone must act. warn: odd, handled. info: one a request, record or state change. */
#define log_error(event, ...) log_write(LOG_ERROR, event, LOG_FIELDS(__VA_ARGS__))
#define log_warn(event, ...) log_write(LOG_WARN, event, LOG_FIELDS(__VA_ARGS__))
#define log_info(event, ...) log_write(LOG_INFO, event, LOG_FIELDS(__VA_ARGS__))
#define log_debug(event, ...) log_write(LOG_DEBUG, event, LOG_FIELDS(__VA_ARGS__))

void log_write(enum log_level level, const char *event, const struct log_field *fields);
bool log_enabled(enum log_level level);

/* Once at boot, before the first thread; service is a constant. */
void log_init(const char *service, enum log_level level);
/* Names this thread in every line it writes and to the system (top -H): "relay", "worker"; a
 * constant of at most 15 characters. */
void log_thread(const char *name);
/* The request or record this thread works on; NULL for none. Borrowed until changed. */
void log_request(const char *request_id, const char *trace_id);
void log_record(const char *topic, int32_t partition, int64_t offset);
