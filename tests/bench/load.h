/* load - sends requests over many connections and measures the answers.
 * Closed loop (rate 0): each connection sends again as soon as it is answered. Open loop: requests
 * are due at a fixed rate whatever the server does, and latency counts from when one was due, so
 * that a server which stalls is not measured only while it does not (coordinated omission).
 * Threads: one; a single thread gives some 100 k requests a second. */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "template.h"

enum { LOAD_STATUS_MAX = 600 };

struct load_conf {
    struct sockaddr_in to;
    int connections;
    double seconds, warmup_s, rate; /* rate 0: closed loop */
    uint64_t most;                  /* requests; 0: no bound */
    const char *head;               /* request line and headers, each with its CRLF */
    const char *body;               /* NULL: none */
    struct filling filling;
};

struct load_result {
    /* What was answered after the warm-up and before the end. */
    double seconds;
    uint64_t statuses[LOAD_STATUS_MAX];
    struct histogram ok, all; /* latencies of 2xx, and of every answer */
    uint64_t shed;            /* 429 or 503 with Retry-After */
    /* From the first request on. */
    uint64_t sent, accepted; /* 2xx */
    uint64_t lost;           /* the connection broke before the answer: outcome unknown */
    uint64_t unanswered;     /* still waiting when the patience after the end was over */
    uint64_t unsent;         /* due, but no connection was free before the end */
};

/* false, with a line on stderr, when the server cannot be reached. */
bool load_run(const struct load_conf *conf, struct load_result *result);
