/* metrics - counters, gauges and latency histograms of the process, in Prometheus text form.
 * Names and label names are constants; label values are copied, and their number is bounded (what
 * comes past METRICS_SERIES_MAX goes to no series and is counted). Threads: any. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum { METRICS_SERIES_MAX = 1024 };

/* Up to two labels; unused ones are NULL. */
struct metric_labels {
    const char *name1, *value1, *name2, *value2;
};
#define NO_LABELS ((struct metric_labels){NULL, NULL, NULL, NULL})
#define LABEL(n, v) ((struct metric_labels){n, v, NULL, NULL})
#define LABELS(n1, v1, n2, v2) ((struct metric_labels){n1, v1, n2, v2})

void metric_add(const char *name, struct metric_labels labels, uint64_t count);
void metric_set(const char *name, struct metric_labels labels, double value);
/* Histogram in seconds with fixed buckets 0.5 ms … 10 s. */
void metric_observe(const char *name, struct metric_labels labels, double seconds);
/* Help text and type come from the first row of metrics_help (metrics.c) with that name. */
void metrics_print(struct buf *out);
/* Called by metrics_print first, to set gauges that are cheap to read only now. At most 16. */
void metrics_on_print(void (*collect)(void *arg), void *arg);
