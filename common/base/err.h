/* err - the one error type: a code for machines, one line of text for people.
 * Set once where the failure is found (err_set), prefixed on the way up (err_wrap), logged once
 * at the edge. Two tables translate codes: err_http_status() for answers, err_verdict() for
 * Kafka records. Threads: a struct err belongs to its caller's stack. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define must_check __attribute__((warn_unused_result))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))

enum err_code {
    ERR_NONE,
    ERR_MALFORMED,    /* cannot be parsed at all: not JSON, not a CloudEvent */
    ERR_INVALID,      /* parsed, but a value is not allowed */
    ERR_UNAUTHORIZED, /* who are you */
    ERR_FORBIDDEN,    /* known, not allowed */
    ERR_NOT_FOUND,    /* absent, or another user's */
    ERR_CONFLICT,     /* unique or state conflict */
    ERR_PRECONDITION, /* If-Match does not hold */
    ERR_PRECONDITION_REQUIRED,
    ERR_MEDIA_TYPE,
    ERR_TOO_LARGE,
    ERR_TOO_MANY,    /* throttled; try later */
    ERR_GONE,        /* was there, is not kept any longer */
    ERR_UNAVAILABLE, /* database, broker or a queue: the same call may succeed later */
    ERR_INTERNAL,    /* our bug */
};

/* What a Kafka consumer does with a record whose application failed. */
enum err_verdict { VERDICT_RETRY, VERDICT_POISON };

struct err {
    enum err_code code;
    char name[40];  /* stable snake_case code for clients ("email_taken"); empty: err_code_name() */
    char text[200]; /* one line, never holds a secret, a message text or an amount */
    unsigned retry_after_s; /* for ERR_TOO_MANY and ERR_UNAVAILABLE; 0: the default */
    bool
        constraint; /* the database refused it beside what is there now: another transaction, which
                       this one did not see, may be why, and once more from the start may succeed */
};

/* All three return false, so that a failing function ends in `return err_set(…)`. */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...) printf_like(3, 4);
bool err_set_name(struct err *err, enum err_code code, const char *name, const char *fmt, ...)
    printf_like(4, 5);
bool err_wrap(struct err *err, const char *prefix);

const char *err_code_name(enum err_code code);
/* Its own name, else that of its code. */
const char *err_name(const struct err *err);
unsigned err_http_status(enum err_code code);
enum err_verdict err_verdict(enum err_code code);

/* die: boot only; one line on stderr for the operator, exit 1.
 * panic: our own bug; file and line, abort. */
_Noreturn void die(const char *fmt, ...) printf_like(1, 2);
_Noreturn void panic_at(const char *file, int line, const char *fmt, ...) printf_like(3, 4);
#define panic(...) panic_at(__FILE__, __LINE__, __VA_ARGS__)
