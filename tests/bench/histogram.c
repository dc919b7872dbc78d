#include "histogram.h"

enum { SUB_BITS = 6 };

/* Row 0 is exact up to 63 µs; row r has buckets of 2^(r-1) µs from 64·2^(r-1) µs on. */
static void locate(int64_t us, int *row, int *sub)
{
    uint64_t value = us > 0 ? (uint64_t)us : 0;
    int bits = value == 0 ? 0 : 64 - __builtin_clzll(value);
    *row = bits > SUB_BITS ? bits - SUB_BITS : 0;
    if (*row >= HISTOGRAM_ROWS) {
        *row = HISTOGRAM_ROWS - 1;
        *sub = HISTOGRAM_SUB - 1;
        return;
    }
    *sub = (int)(*row == 0 ? value : (value >> (*row - 1)) - HISTOGRAM_SUB);
}

static double middle_us(int row, int sub)
{
    if (row == 0)
        return sub;
    return (double)((uint64_t)(sub + HISTOGRAM_SUB) << (row - 1)) +
           (double)(UINT64_C(1) << (row - 1)) / 2;
}

void histogram_add(struct histogram *histogram, int64_t us)
{
    int row, sub;
    locate(us, &row, &sub);
    histogram->counts[row][sub]++;
    histogram->total++;
    if (us > histogram->max_us)
        histogram->max_us = us;
}

double histogram_ms(const struct histogram *histogram, double share)
{
    uint64_t seen = 0, wanted = (uint64_t)(share * (double)histogram->total);
    for (int row = 0; row < HISTOGRAM_ROWS; row++)
        for (int sub = 0; sub < HISTOGRAM_SUB; sub++) {
            seen += histogram->counts[row][sub];
            if (seen > wanted)
                return middle_us(row, sub) / 1000;
        }
    return (double)histogram->max_us / 1000;
}
