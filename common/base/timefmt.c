#include "base/timefmt.h"

#include <string.h>
#include <time.h>

static int64_t clock_us(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

int64_t time_now_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t time_mono_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

/* Years are counted from March, so that the leap day is the last of its year; 400 years make one
 * era of 146 097 days. */
int64_t time_days_from_civil(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void time_civil_from_days(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

int time_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* A number with leading zeros and what follows it: several times cheaper than snprintf, which every
 * log line, event and answer would pay for. */
static char *put_digits(char *out, int number, int count, char then)
{
    for (int i = count - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    out[count] = then;
    return out + count + 1;
}

void timefmt_format(int64_t us, char out[static TIMEFMT_SIZE])
{
    int64_t days = us / (86400 * US_PER_S), rest = us % (86400 * US_PER_S);
    if (rest < 0) {
        rest += 86400 * US_PER_S;
        days--;
    }
    int year, month, day;
    time_civil_from_days(days, &year, &month, &day);
    int s = (int)(rest / US_PER_S), micro = (int)(rest % US_PER_S);
    char *at = put_digits(out, year % 10000, 4, '-');
    at = put_digits(at, month, 2, '-');
    at = put_digits(at, day, 2, 'T');
    at = put_digits(at, s / 3600, 2, ':');
    at = put_digits(at, s / 60 % 60, 2, ':');
    at = put_digits(at, s % 60, 2, micro != 0 ? '.' : 'Z');
    if (micro != 0)
        at = put_digits(at, micro, 6, 'Z');
    *at = '\0';
}

/* Reads exactly count digits. */
static bool digits(const char **at, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool skip(const char **at, const char *any_of)
{
    if (**at == '\0' || strchr(any_of, **at) == NULL)
        return false;
    (*at)++;
    return true;
}

static bool parse_date(const char **at, int64_t *days)
{
    int year, month, day;
    if (!digits(at, 4, &year) || !skip(at, "-") || !digits(at, 2, &month) || !skip(at, "-") ||
        !digits(at, 2, &day))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > time_days_in_month(year, month))
        return false;
    *days = time_days_from_civil(year, month, day);
    return true;
}

/* ".123" as microseconds; more digits than six are read and dropped. */
static bool parse_fraction(const char **at, int64_t *us)
{
    int64_t unit = 100000;
    *us = 0;
    if (!skip(at, "."))
        return true;
    if (**at < '0' || **at > '9')
        return false;
    for (; **at >= '0' && **at <= '9'; (*at)++, unit /= 10)
        *us += (**at - '0') * unit;
    return true;
}

static bool parse_offset(const char **at, int *offset_s)
{
    *offset_s = 0;
    if (skip(at, "Zz"))
        return true;
    int sign = **at == '-' ? -1 : 1, hours, minutes;
    if (!skip(at, "+-") || !digits(at, 2, &hours) || !skip(at, ":") || !digits(at, 2, &minutes))
        return false;
    if (hours > 23 || minutes > 59)
        return false;
    *offset_s = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* An offset may lead beyond the last year that four digits write. */
#define YEAR_10000_S INT64_C(253402300800)

bool timefmt_parse(const char *text, int64_t *us)
{
    const char *at = text;
    int64_t days, micro;
    int hour, minute, second, offset_s;
    if (!parse_date(&at, &days) || !skip(&at, "Tt ") || !digits(&at, 2, &hour) || !skip(&at, ":") ||
        !digits(&at, 2, &minute) || !skip(&at, ":") || !digits(&at, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60) /* 60: a leap second is read as the next second */
        return false;
    if (!parse_fraction(&at, &micro) || !parse_offset(&at, &offset_s) || *at != '\0')
        return false;
    int64_t s = days * 86400 + hour * 3600 + minute * 60 + second - offset_s;
    if (s < 0 || s >= YEAR_10000_S)
        return false;
    *us = s * US_PER_S + micro;
    return true;
}

bool timefmt_parse_date(const char *text, int64_t *us)
{
    const char *at = text;
    int64_t days;
    if (!parse_date(&at, &days) || *at != '\0')
        return false;
    *us = days * 86400 * US_PER_S;
    return true;
}
