#include "budgets/period.h"

#include <time.h>

#include "base/timefmt.h"

const char *const period_kind_names[] = {"weekly", "monthly", "yearly", NULL};

enum { DAY_S = 86400, WEEK_DAYS = 7 };

static struct tm date_of(int64_t day)
{
    struct tm tm;
    time_t s = (time_t)(day * DAY_S);
    gmtime_r(&s, &tm);
    return tm;
}

/* Months may be beyond 0..11: timegm carries them into years. */
static int64_t day_of(int year, int month, int day)
{
    struct tm tm = {.tm_year = year, .tm_mon = month, .tm_mday = day};
    return (int64_t)timegm(&tm) / DAY_S - (timegm(&tm) % DAY_S < 0);
}

/* The day meant, or the month's last one. */
static int64_t day_in_month(int year, int month, int day)
{
    int64_t last = day_of(year, month + 1, 1) - 1, meant = day_of(year, month, day);
    return meant < last ? meant : last;
}

static int64_t begin_of(enum period_kind kind, int64_t first, int64_t n)
{
    struct tm tm = date_of(first);
    switch (kind) {
    case PERIOD_WEEKLY:
        return first + n * WEEK_DAYS;
    case PERIOD_MONTHLY:
        return day_in_month(tm.tm_year, tm.tm_mon + (int)n, tm.tm_mday);
    case PERIOD_YEARLY:
        return day_in_month(tm.tm_year + (int)n, tm.tm_mon, tm.tm_mday);
    }
    return first;
}

struct period period_nth(enum period_kind kind, int64_t first, int64_t n)
{
    return (struct period){begin_of(kind, first, n), begin_of(kind, first, n + 1) - 1};
}

int64_t period_of(enum period_kind kind, int64_t first, int64_t day)
{
    struct tm a = date_of(first), b = date_of(day);
    int64_t n = 0;
    switch (kind) {
    case PERIOD_WEEKLY:
        n = (day - first) / WEEK_DAYS;
        break;
    case PERIOD_MONTHLY:
        n = 12 * (b.tm_year - a.tm_year) + b.tm_mon - a.tm_mon;
        break;
    case PERIOD_YEARLY:
        n = b.tm_year - a.tm_year;
        break;
    }
    while (begin_of(kind, first, n) > day)
        n--;
    while (begin_of(kind, first, n + 1) <= day)
        n++;
    return n;
}

void day_text(int64_t day, char out[static DAY_TEXT_SIZE])
{
    struct tm tm = date_of(day);
    strftime(out, DAY_TEXT_SIZE, "%Y-%m-%d", &tm);
}

bool day_parse(const char *text, int64_t *out)
{
    int64_t us;
    if (!timefmt_parse_date(text, &us))
        return false;
    *out = us / US_PER_S / DAY_S - (us < 0 && us % (US_PER_S * DAY_S) != 0);
    return true;
}
