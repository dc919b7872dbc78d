#include "imports/cell.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/timefmt.h"

enum { PARTS = 3 };

static const char months[][4] = {"jan", "feb", "mar", "apr", "may", "jun",
                                 "jul", "aug", "sep", "oct", "nov", "dec"};

/* A date taken apart: numbers as they stand, a month by name. */
struct parts {
    int value[PARTS], digits[PARTS];
    bool named[PARTS];
    const char *rest; /* behind it */
};

static bool read_month(const char **s, struct parts *out, int at)
{
    for (int month = 0; month < 12; month++)
        if (strncasecmp(*s, months[month], 3) == 0) {
            out->value[at] = month + 1;
            out->named[at] = true;
            while (isalpha((unsigned char)**s))
                ++*s;
            *s += **s == '.';
            return true;
        }
    return false;
}

static bool read_number(const char **s, struct parts *out, int at, int most)
{
    const char *begin = *s;
    while (isdigit((unsigned char)**s) && *s - begin < most)
        out->value[at] = out->value[at] * 10 + *(*s)++ - '0';
    out->digits[at] = (int)(*s - begin);
    return *s > begin;
}

static bool take_apart(const char *text, struct parts *out)
{
    *out = (struct parts){.value = {0}};
    const char *s = text;
    if (strspn(s, "0123456789") >= 8) { /* 20260321 */
        static const int sizes[] = {4, 2, 2};
        for (int i = 0; i < PARTS; i++)
            if (!read_number(&s, out, i, sizes[i]))
                return false;
        out->rest = s;
        return !isdigit((unsigned char)*s);
    }
    for (int i = 0; i < PARTS; i++) {
        s += strspn(s, i == 0 ? " " : " -/.,'");
        if (!read_number(&s, out, i, 4) && !read_month(&s, out, i))
            return false;
    }
    out->rest = s;
    return true;
}

static bool fits(const struct parts *parts, enum date_order order, int *year, int *month, int *day)
{
    static const int places[][PARTS] = {
        [DATE_YMD] = {0, 1, 2}, [DATE_DMY] = {2, 1, 0}, [DATE_MDY] = {2, 0, 1}};
    int y = places[order][0], m = places[order][1], d = places[order][2];
    if (parts->named[y] || parts->named[d] || parts->digits[d] > 2 || parts->digits[m] > 2 ||
        (parts->digits[y] != 4 && parts->digits[y] != 2))
        return false;
    /* Two digits: POSIX's century, as strptime(3) has it. */
    *year = parts->digits[y] == 4 ? parts->value[y]
                                  : parts->value[y] + (parts->value[y] < 69 ? 2000 : 1900);
    *month = parts->value[m];
    *day = parts->value[d];
    return *year >= 1 && *month >= 1 && *month <= 12 && *day >= 1 &&
           *day <= time_days_in_month(*year, *month);
}

unsigned cell_date_orders(const char *date)
{
    struct parts parts;
    int year, month, day;
    unsigned orders = 0;
    if (!take_apart(date, &parts))
        return 0;
    for (int order = DATE_YMD; order <= DATE_MDY; order++)
        if (fits(&parts, (enum date_order)order, &year, &month, &day))
            orders |= 1U << order;
    /* A year of four digits in front leaves one; two digits in front are hardly ever a year. */
    if (orders != 1U << DATE_YMD && parts.digits[0] != 4)
        orders &= ~(1U << DATE_YMD);
    return orders;
}

/* "14:05", "14:05:30", "2:05 PM", "T14:05"; nothing is noon. */
static bool read_clock(const char *text, int *hour, int *minute, int *second)
{
    int used = 0;
    *hour = 12, *minute = 0, *second = 0;
    text += strspn(text, " T,");
    if (*text == '\0')
        return true;
    if (sscanf(text, "%2d%*1[:.]%2d%n", hour, minute, &used) < 2 || used == 0)
        return false;
    text += used;
    if ((*text == ':' || *text == '.') && sscanf(text + 1, "%2d%n", second, &used) == 1)
        text += 1 + used;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    text += strspn(text, " ");
    bool pm = strncasecmp(text, "pm", 2) == 0 || strncasecmp(text, "p.m", 3) == 0;
    bool am = strncasecmp(text, "am", 2) == 0 || strncasecmp(text, "a.m", 3) == 0;
    if ((am || pm) && (*hour < 1 || *hour > 12))
        return false;
    if (am || pm)
        *hour = *hour % 12 + (pm ? 12 : 0);
    else if (*text != '\0')
        return false;
    return *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60 && *second >= 0 && *second < 60;
}

bool cell_time(const char *date, const char *time, enum date_order order, struct cell_time *out)
{
    struct parts parts;
    int year, month, day, hour, minute, second;
    *out = (struct cell_time){.us = 0};
    if (timefmt_parse(date, &out->us))
        return true;
    if (!take_apart(date, &parts))
        return false;
    /* A year in front of four digits is one whatever the rest of the file has. */
    if (parts.digits[0] == 4)
        order = DATE_YMD;
    if (!fits(&parts, order, &year, &month, &day) ||
        !read_clock(time != NULL && *time != '\0' ? time : parts.rest, &hour, &minute, &second))
        return false;
    if (year < 1970)
        return false;
    snprintf(out->local, sizeof out->local, "%04d-%02d-%02d %02d:%02d:%02d", year % 10000, month,
             day, hour, minute, second);
    return true;
}

/* A thousands separator, of which there are many: its length in bytes, 0: it is none. */
static size_t separator(const char *s, char decimal)
{
    static const char *const others[] = {" ", "'", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x99", "_"};
    if ((*s == ',' || *s == '.') && *s != decimal)
        return 1;
    for (size_t i = 0; i < LENGTH(others); i++)
        if (strncmp(s, others[i], strlen(others[i])) == 0)
            return strlen(others[i]);
    return 0;
}

static void read_word(const char *word, size_t len, int *sign, char *currency)
{
    char code[CURRENCY_SIZE] = "";
    if (len == 2 && (strncasecmp(word, "dr", 2) == 0 || strncasecmp(word, "cr", 2) == 0)) {
        *sign = tolower((unsigned char)*word) == 'd' ? -1 : 1;
        return;
    }
    if (len == 3)
        for (size_t i = 0; i < 3; i++)
            code[i] = (char)toupper((unsigned char)word[i]);
    if (currency_exponent(code) >= 0)
        memcpy(currency, code, CURRENCY_SIZE);
    /* Anything else is a sign of a currency, or its name: the file says elsewhere which. */
}

bool cell_amount(const char *text, char decimal, char number[static CELL_NUMBER_SIZE], int *sign,
                 bool *by_word, char *currency)
{
    size_t len = 0;
    bool negative = false, point = false, seen = false, ended = false;
    *sign = 0;
    *by_word = false;
    for (const char *s = text; *s != '\0';) {
        size_t skip = separator(s, decimal);
        bool begins = *s == decimal && !seen && isdigit((unsigned char)s[1]); /* .50 */
        if (isdigit((unsigned char)*s) || begins || (*s == decimal && seen && !point)) {
            if (ended || len + 3 >= CELL_NUMBER_SIZE)
                return false;
            if (begins)
                number[len++] = '0';
            point |= *s == decimal;
            seen = true;
            number[len++] = *s == decimal ? '.' : *s;
            s++;
        } else if (skip > 0) {
            s += skip;
        } else if (*s == '-' || *s == '(' || strncmp(s, "\xe2\x88\x92", 3) == 0) {
            negative = true;
            s += *s == '-' || *s == '(' ? 1 : 3;
        } else if (*s == '+') {
            *sign = 1;
            s++;
        } else if (*s == ')' || (unsigned char)*s >= 0x80 || *s == '$') {
            s++;
        } else if (isalpha((unsigned char)*s)) {
            size_t word = 0;
            while (isalpha((unsigned char)s[word]))
                word++;
            int before = *sign;
            read_word(s, word, sign, currency);
            *by_word |= *sign != before;
            ended |= seen; /* no digits behind a word: 1e5 is none */
            s += word;
            s += *s == '.' && !seen; /* Rs. */
        } else {
            return false;
        }
    }
    if (len > 0 && number[len - 1] == '.')
        len--;
    number[len] = '\0';
    if (negative)
        *sign = -1;
    return len > 0;
}

char cell_decimal(const char *text)
{
    const char *dot = strrchr(text, '.'), *comma = strrchr(text, ',');
    if (dot != NULL && comma != NULL)
        return dot > comma ? '.' : ',';
    const char *only = dot != NULL ? dot : comma;
    if (only == NULL)
        return 0;
    if (strchr(text, *only) != only) /* several of one kind group digits */
        return *only == '.' ? ',' : '.';
    /* Three digits behind it may be a group as well. */
    return strspn(only + 1, "0123456789") == 3 ? 0 : *only;
}
