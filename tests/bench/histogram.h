/* histogram - counts of durations in microseconds, in buckets at most 1.6 % wide.
 * Threads: one. Memory is fixed, so that a long run costs no more than a short one. */
#pragma once
#include <stdint.h>

enum { HISTOGRAM_SUB = 64, HISTOGRAM_ROWS = 32 };

struct histogram {
    uint64_t counts[HISTOGRAM_ROWS][HISTOGRAM_SUB];
    uint64_t total;
    int64_t max_us;
};

void histogram_add(struct histogram *histogram, int64_t us);
/* The duration in milliseconds below which the share (0 to 1) lies; 0 when nothing was added. */
double histogram_ms(const struct histogram *histogram, double share);
