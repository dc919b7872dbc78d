/* Dates and times out of tokens. */
#include <string.h>

#include "base/mem.h"
#include "lexicon.h"

/* In scripts that are not of Latin letters the beginning of the word tells the month. */
static int month_of_beginning(const struct frame *frame, const struct token *token)
{
    static const struct {
        const char *start;
        int month;
    } names[] = {
        {"янв", 1},   {"фев", 2},    {"мар", 3},    {"апр", 4},     {"мая", 5},     {"июн", 6},
        {"июл", 7},   {"авг", 8},    {"сен", 9},    {"окт", 10},    {"ноя", 11},    {"дек", 12},
        {"يناير", 1}, {"فبراير", 2}, {"مارس", 3},   {"ابريل", 4},   {"مايو", 5},    {"يونيو", 6},
        {"يوليو", 7}, {"اغسطس", 8},  {"سبتمبر", 9}, {"اكتوبر", 10}, {"نوفمبر", 11}, {"ديسمبر", 12},
    };
    const char *word = frame->text.fold + token->start;
    size_t len = (size_t)(token->end - token->start);

    for (size_t k = 0; k < LENGTH(names); k++) {
        size_t want = strlen(names[k].start);

        if (len >= want && memcmp(word, names[k].start, want) == 0)
            return names[k].month;
    }
    return 0;
}

static int month_of(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    if (token->kind != TOKEN_WORD)
        return 0;
    if (token->script == SCRIPT_CYRILLIC || token->script == SCRIPT_ARABIC)
        return month_of_beginning(frame, token);
    return lexicon_entries[token->entry].month;
}

static bool is_date_separator(char c)
{
    return c == '-' || c == '/' || c == '.';
}

static int full_year(int value, int digits)
{
    return digits == 4 ? value : digits == 2 ? 2000 + value : 0;
}

static bool has_thai(const struct frame *frame)
{
    for (int i = 0; i < frame->count; i++)
        if (frame->tokens[i].script == SCRIPT_THAI)
            return true;
    return false;
}

/* Thailand counts from the death of the Buddha, 543 years before our era. */
static void to_our_era(const struct frame *frame, int *year, int *digits)
{
    if (*digits == 4 && *year > 2500 && *year < 2600) {
        *year -= 543;
    } else if (*digits == 2 && *year >= 60 && has_thai(frame)) {
        *year += 2500 - 543;
        *digits = 4;
    }
}

static bool plausible_year(int year)
{
    return year >= 1990 && year <= 2099;
}

static bool set_date(struct token *out, int year, int month, int day)
{
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    out->year = (int16_t)year;
    out->month = (int8_t)month;
    out->day = (int8_t)day;
    return true;
}

/* Three numbers: year first when it has four digits, else as written for when_read() to order. */
static bool numeric_date(struct token *out, const int value[3], const int digits[3])
{
    if (digits[0] == 4)
        return plausible_year(value[0]) && set_date(out, value[0], value[1], value[2]);
    if (digits[0] > 2 || digits[1] > 2 || (digits[2] != 2 && digits[2] != 4))
        return false;
    if (digits[2] == 4 && !plausible_year(value[2]))
        return false;
    out->numeric = true;
    out->part[0] = (int8_t)value[0];
    out->part[1] = (int8_t)value[1];
    out->part[2] = (int8_t)(value[2] % 100);
    if (digits[2] == 4)
        out->year = (int16_t)value[2];
    bool first = value[0] >= 1 && value[0] <= 31, second = value[1] >= 1 && value[1] <= 31;
    bool third = value[2] >= 1 && value[2] <= 31;

    return (first && second && (value[0] <= 12 || value[1] <= 12)) ||
           (digits[2] == 2 && second && third && value[1] <= 12);
}

/* "13.09.2025" is one number token. */
static bool dotted_date(const struct frame *frame, int i, struct token *out)
{
    const struct token *token = token_at(frame, i);
    int value[3] = {0}, digits[3] = {0}, part = 0;

    for (int k = token->start; k < token->end; k++) {
        char c = frame->text.fold[k];

        if (c == '.') {
            if (++part > 2)
                return false;
        } else if (c < '0' || c > '9' || ++digits[part] > 4) {
            return false;
        } else {
            value[part] = value[part] * 10 + (c - '0');
        }
    }
    if (part == 2)
        to_our_era(frame, &value[2], &digits[2]);
    return part == 2 && digits[0] > 0 && digits[1] > 0 && digits[1] <= 2 &&
           numeric_date(out, value, digits);
}

/* "am 15.06.", "dnia 05.06": day and month alone, where the word before says that it is a date. */
static int short_date(const struct frame *frame, int i, struct token *out)
{
    static const char *const words[] = {"am", "vom", "den", "bis", "dnia", "dne", "il",
                                        "le", "el",  "op",  "per", "du",   "au",  "ab"};
    const struct token *token = token_at(frame, i);
    const char *s = frame->text.fold + token->start;
    bool told = false;

    if (token->end - token->start != 5 || s[2] != '.')
        return 0;
    for (size_t k = 0; k < LENGTH(words) && !told; k++)
        told = token_is(frame, i - 1, words[k]);
    int day = (s[0] - '0') * 10 + (s[1] - '0'), month = (s[3] - '0') * 10 + (s[4] - '0');

    if (!told || !set_date(out, 0, month, day))
        return 0;
    return token_punct(frame, i + 1) == '.' && token_glued(frame, i + 1) &&
                   token_at(frame, i + 2)->letters == LETTERS_SMALL
               ? 2
               : 1;
}

/* "21-mar-2026", "05 Jan 26", "15jan2026", "24 April". */
static int day_month(const struct frame *frame, int i, struct token *out)
{
    if (token_digits(frame, i) > 2)
        return 0;
    int day = token_value(frame, i), k = i + 1, month, year = 0;

    if (token_in(frame, k, LIST_ORDINAL) || token_is(frame, k, "de") ||
        is_date_separator(token_punct(frame, k)))
        k++;
    month = month_of(frame, k);
    if (month == 0)
        return 0;
    k++;
    int after = k;

    if (is_date_separator(token_punct(frame, k)) || token_punct(frame, k) == ',' ||
        token_punct(frame, k) == '\'' || token_is(frame, k, "de"))
        k++;
    int digits = token_digits(frame, k);

    if ((digits == 4 || (digits == 2 && token_punct(frame, k + 1) != ':')) &&
        plausible_year(full_year(token_value(frame, k), digits)))
        year = full_year(token_value(frame, k++), digits);
    else
        k = after;
    return set_date(out, year, month, day) ? k - i : 0;
}

/* "Mar 30, 2026", "July 24 2024". */
static int month_day(const struct frame *frame, int i, struct token *out)
{
    int month = month_of(frame, i), k = i + 1, year = 0;

    if (month == 0 || token_digits(frame, k) == 0 || token_digits(frame, k) > 2 ||
        token_at(frame, i)->end - token_at(frame, i)->start > 18)
        return 0;
    int day = token_value(frame, k++);

    if (token_in(frame, k, LIST_ORDINAL))
        k++;
    int after = k;

    if (token_punct(frame, k) == ',')
        k++;
    if (token_digits(frame, k) == 4 && plausible_year(token_value(frame, k)))
        year = token_value(frame, k++);
    else
        k = after;
    return set_date(out, year, month, day) ? k - i : 0;
}

static bool is_unit(const struct frame *frame, int i, const char *han, const char *hangul)
{
    return token_is(frame, i, han) || token_is(frame, i, hangul);
}

/* "2026年11月27日", "11월 27일": Chinese, Japanese and Korean name the parts. */
static int named_parts(const struct frame *frame, int i, struct token *out)
{
    int k = i, year = 0;

    if (is_unit(frame, k + 1, "年", "년") && plausible_year(token_value(frame, k))) {
        year = token_value(frame, k);
        k += 2;
    }
    int month = token_value(frame, k), day = token_value(frame, k + 2);

    if (!is_unit(frame, k + 1, "月", "월") ||
        !(is_unit(frame, k + 3, "日", "일") || token_is(frame, k + 3, "号")))
        return 0;
    return set_date(out, year, month, day) ? k + 4 - i : 0;
}

int lexer_date(const struct frame *frame, int i, struct token *out)
{
    if (token_at(frame, i)->kind == TOKEN_WORD)
        return month_day(frame, i, out);
    if (token_at(frame, i)->kind != TOKEN_NUMBER)
        return 0;
    if (token_digits(frame, i) == 0)
        return dotted_date(frame, i, out) ? 1 : short_date(frame, i, out);
    char separator = token_punct(frame, i + 1);

    if (token_at(frame, i + 1)->script >= SCRIPT_HAN && token_at(frame, i + 1)->kind == TOKEN_WORD)
        return named_parts(frame, i, out);
    if ((separator == '-' || separator == '/') && token_glued(frame, i + 1) &&
        token_glued(frame, i + 2) && token_digits(frame, i) > 0 && token_digits(frame, i + 2) > 0) {
        int value[3] = {token_value(frame, i), token_value(frame, i + 2), 0};
        int digits[3] = {token_digits(frame, i), token_digits(frame, i + 2), 0};

        if (token_punct(frame, i + 3) == separator && token_glued(frame, i + 4)) {
            value[2] = token_value(frame, i + 4);
            digits[2] = token_digits(frame, i + 4);
            to_our_era(frame, &value[2], &digits[2]);
            return digits[2] > 0 && numeric_date(out, value, digits) ? 5 : 0;
        }
        /* Day and month alone, only with two digits each: "03/22", "04/18_07:26". */
        if (digits[0] == 2 && digits[1] == 2 && separator == '/' &&
            (value[0] <= 12 || value[1] <= 12)) {
            bool month_first = value[0] <= 12;

            return set_date(out, 0, month_first ? value[0] : value[1],
                            month_first ? value[1] : value[0])
                       ? 3
                       : 0;
        }
        return 0;
    }
    return day_month(frame, i, out);
}

/* "12时30分", "12시 30분" */
static int named_time(const struct frame *frame, int i, struct token *out)
{
    int hour = token_value(frame, i), minute = token_value(frame, i + 2);

    if (!(is_unit(frame, i + 1, "时", "시") || token_is(frame, i + 1, "時")) || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || !is_unit(frame, i + 3, "分", "분"))
        return 0;
    out->seconds = hour * 3600 + minute * 60;
    return 4;
}

int lexer_time(const struct frame *frame, int i, struct token *out)
{
    if (token_punct(frame, i + 1) != ':')
        return named_time(frame, i, out);
    int hour = token_value(frame, i), minute = token_value(frame, i + 2), second = 0, k = i + 3;

    if (!token_glued(frame, i + 1) || !token_glued(frame, i + 2) || token_digits(frame, i) > 2 ||
        token_digits(frame, i + 2) != 2 || hour < 0 || hour > 23 || minute > 59)
        return 0;
    if (token_punct(frame, k) == ':' && token_digits(frame, k + 1) > 0 &&
        token_digits(frame, k + 1) <= 2 && token_value(frame, k + 1) < 60) {
        second = token_value(frame, k + 1);
        k += 2;
    }
    bool am = token_is(frame, k, "am"), pm = token_is(frame, k, "pm");

    if ((am || pm) && hour <= 12) {
        hour = hour % 12 + (pm ? 12 : 0);
        k++;
    }
    out->seconds = hour * 3600 + minute * 60 + second;
    return k - i;
}
