/* ask - one statement of one caller, handed to a lane that serves many callers over one connection:
 * pipeline.h for reads, coalesce.h for writes. The caller fills statement, params and done, and
 * keeps the ask and what the parameters borrow from alive until done was called, exactly once, on
 * the lane's thread. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pg/pg.h"

enum { PG_ASK_PARAMS_MAX = 16 };

struct pg_ask {
    const char *statement;
    struct pg_param params[PG_ASK_PARAMS_MAX];
    size_t count;
    void (*done)(struct pg_ask *ask);

    /* The answer: ok, or err. result is the ask's own reference, to be dropped. */
    bool ok;
    struct pg_result *result;
    size_t row; /* coalesced: which row of result is this ask's */
    struct err err;

    /* The lane's own. */
    struct pg_ask *next;
    int64_t sent_us;
    bool retried, alone;
};

/* Parameters in the statement's order; panics past PG_ASK_PARAMS_MAX. */
static inline void pg_ask_add(struct pg_ask *ask, struct pg_param param)
{
    if (ask->count == PG_ASK_PARAMS_MAX)
        panic("more than %d parameters", PG_ASK_PARAMS_MAX);
    ask->params[ask->count++] = param;
}

/* A singly linked queue; not thread-safe. init is { 0 }. */
struct pg_asks {
    struct pg_ask *head, *tail;
    size_t count;
};

static inline void pg_asks_push(struct pg_asks *asks, struct pg_ask *ask)
{
    ask->next = NULL;
    if (asks->tail != NULL)
        asks->tail->next = ask;
    else
        asks->head = ask;
    asks->tail = ask;
    asks->count++;
}

static inline struct pg_ask *pg_asks_pop(struct pg_asks *asks)
{
    struct pg_ask *ask = asks->head;
    if (ask == NULL)
        return NULL;
    asks->head = ask->next;
    if (asks->head == NULL)
        asks->tail = NULL;
    asks->count--;
    return ask;
}
