/* period - the weeks, months and years of a budget, by days. A month that has no such day begins on
 * its last one (the 31st; the 29th of February in other years), and the next one on the day meant.
 * Days count from 1970-01-01, in the person's calendar. No I/O. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum period_kind { PERIOD_WEEKLY, PERIOD_MONTHLY, PERIOD_YEARLY };
extern const char *const period_kind_names[]; /* in that order, NULL-terminated */

struct period {
    int64_t from, to; /* both are in it */
};
/* Period n of those that begin on first; n counts from 0 and may be below. */
struct period period_nth(enum period_kind kind, int64_t first, int64_t n);
/* Which one the day is in. */
int64_t period_of(enum period_kind kind, int64_t first, int64_t day);

enum { DAY_TEXT_SIZE = 16 };
/* "2026-11-26" */
void day_text(int64_t day, char out[static DAY_TEXT_SIZE]);
bool day_parse(const char *text, int64_t *out);
