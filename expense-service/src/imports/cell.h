/* cell - dates and amounts as banks' files write them. No I/O. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "imports/layout.h"

enum { CELL_LOCAL_SIZE = 32, CELL_NUMBER_SIZE = 48 };

/* A point in time: either us, or without a zone the local one, as PostgreSQL reads it. */
struct cell_time {
    int64_t us;
    char local[CELL_LOCAL_SIZE]; /* empty: us counts */
};
/* "2026-03-21", "21.03.26 14:05", "3/21/2026 2:05 PM", "21-Mar-2026", "20260321", RFC 3339. A date
 * alone is noon, which stays that day wherever the person goes. time: a cell of its own, or NULL.
 */
must_check bool cell_time(const char *date, const char *time, enum date_order order,
                          struct cell_time *out);
/* Which orders of day, month and year the text can have: a bit for each of enum date_order; 0: it
 * is no date. Numbers of four digits and names of months leave one. */
unsigned cell_date_orders(const char *date);

/* "1.234,56", "1 234.56-", "(12.50)", "₹1,23,456.00", "12.50 DR": digits and a point into number,
 * without a sign. *sign: -1, 1, or 0 where none is written; *by_word: DR or CR told it. currency
 * gets the code that stands there, or stays. */
must_check bool cell_amount(const char *text, char decimal, char number[static CELL_NUMBER_SIZE],
                            int *sign, bool *by_word, char *currency);
/* The decimal sign that the text speaks for: '.', ',', or 0: either. */
char cell_decimal(const char *text);
