#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one table from codes to HTTP status and Kafka verdict. A record that fails for a reason that
 * time can mend is retried; one that can never succeed is poison. Our own bugs (internal) are
 * retried: dead-lettering everything because of a bad deployment would lose more than waiting. */
static const struct {
    const char *name;
    unsigned status;
    enum err_verdict verdict;
} codes[] = {
    [ERR_NONE] = {"none", 200, VERDICT_RETRY},
    [ERR_MALFORMED] = {"malformed", 400, VERDICT_POISON},
    [ERR_INVALID] = {"invalid", 422, VERDICT_POISON},
    [ERR_UNAUTHORIZED] = {"unauthorized", 401, VERDICT_POISON},
    [ERR_FORBIDDEN] = {"forbidden", 403, VERDICT_POISON},
    [ERR_NOT_FOUND] = {"not_found", 404, VERDICT_POISON},
    [ERR_CONFLICT] = {"conflict", 409, VERDICT_POISON},
    [ERR_PRECONDITION] = {"precondition_failed", 412, VERDICT_POISON},
    [ERR_PRECONDITION_REQUIRED] = {"precondition_required", 428, VERDICT_POISON},
    [ERR_MEDIA_TYPE] = {"unsupported_media_type", 415, VERDICT_POISON},
    [ERR_TOO_LARGE] = {"too_large", 413, VERDICT_POISON},
    [ERR_TOO_MANY] = {"too_many_requests", 429, VERDICT_RETRY},
    [ERR_GONE] = {"gone", 410, VERDICT_POISON},
    [ERR_UNAVAILABLE] = {"unavailable", 503, VERDICT_RETRY},
    [ERR_INTERNAL] = {"internal", 500, VERDICT_RETRY},
};

printf_like(3, 0) static void set_text(struct err *err, enum err_code code, const char *fmt,
                                       va_list args)
{
    err->code = code;
    err->name[0] = '\0';
    err->retry_after_s = 0;
    err->constraint = false;
    vsnprintf(err->text, sizeof err->text, fmt, args);
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    set_text(err, code, fmt, args);
    va_end(args);
    return false;
}

bool err_set_name(struct err *err, enum err_code code, const char *name, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    set_text(err, code, fmt, args);
    va_end(args);
    snprintf(err->name, sizeof err->name, "%s", name);
    return false;
}

bool err_wrap(struct err *err, const char *prefix)
{
    char whole[sizeof err->text];
    size_t n = strlen(prefix);
    if (n >= sizeof whole)
        n = sizeof whole - 1;
    memcpy(whole, prefix, n);
    snprintf(whole + n, sizeof whole - n, "%s", err->text);
    memcpy(err->text, whole, sizeof whole);
    return false;
}

const char *err_name(const struct err *err)
{
    return err->name[0] != '\0' ? err->name : err_code_name(err->code);
}

const char *err_code_name(enum err_code code)
{
    return codes[code].name;
}

unsigned err_http_status(enum err_code code)
{
    return codes[code].status;
}

enum err_verdict err_verdict(enum err_code code)
{
    return codes[code].verdict;
}

_Noreturn void die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

_Noreturn void panic_at(const char *file, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "panic at %s:%d: ", file, line);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}
