/* timefmt - points in time: int64 microseconds since 1970-01-01T00:00:00Z inside, RFC 3339 on the
 * wire (always UTC with 'Z', microseconds cut to what is there). Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TIMEFMT_SIZE 32
#define US_PER_S INT64_C(1000000)

int64_t time_now_us(void);
/* CLOCK_MONOTONIC, for deadlines and durations. */
int64_t time_mono_us(void);

/* "2026-03-21T17:49:40Z", with ".123456" when the microseconds are not zero. */
void timefmt_format(int64_t us, char out[static TIMEFMT_SIZE]);
/* RFC 3339 date-time with 'Z' or a numeric offset; years 1970 to 9999. */
must_check bool timefmt_parse(const char *text, int64_t *us);
/* "2026-03-21": midnight UTC of that day. */
must_check bool timefmt_parse_date(const char *text, int64_t *us);

/* Proleptic Gregorian calendar, days since 1970-01-01. month 1..12, day 1..31. */
int64_t time_days_from_civil(int year, int month, int day);
void time_civil_from_days(int64_t days, int *year, int *month, int *day);
int time_days_in_month(int year, int month);
