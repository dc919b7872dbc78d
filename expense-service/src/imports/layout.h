/* layout - how a file of entries is to be read: which column holds what, how its dates and numbers
 * are written. Found by looking at the beginning of the file, shown, and changed as the person
 * says. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/csv_read.h"
#include "base/json_util.h"
#include "base/money.h"
#include "base/uuid.h"

enum import_column {
    COLUMN_DATE,
    COLUMN_TIME,
    COLUMN_AMOUNT,
    COLUMN_DEBIT, /* two columns instead of one amount, one of which is empty */
    COLUMN_CREDIT,
    COLUMN_DIRECTION,
    COLUMN_CURRENCY,
    COLUMN_MERCHANT,
    COLUMN_CATEGORY,
    COLUMN_ACCOUNT,
    COLUMN_LAST4,
    COLUMN_NOTE,
    COLUMN_TAGS,
    COLUMN_TYPE,
    COLUMN_STATUS,
    COLUMN_REFERENCE,
    COLUMN_ID,
    COLUMN_SPLITS,
    IMPORT_COLUMNS
};
extern const char *const import_column_names[]; /* in that order, NULL-terminated */

enum date_order { DATE_YMD, DATE_DMY, DATE_MDY };
enum amount_sign { SIGN_NEGATIVE_IS_DEBIT, SIGN_POSITIVE_IS_DEBIT };

struct layout {
    char delimiter;
    bool header;                 /* the first record names the columns */
    int columns[IMPORT_COLUMNS]; /* from 0; -1: nowhere */
    enum date_order date_order;
    bool date_sure;               /* false: day and month could be the other way round */
    char decimal;                 /* '.' or ',' */
    enum amount_sign sign;        /* of an amount without a direction */
    char currency[CURRENCY_SIZE]; /* of rows that name none; empty: the base currency */
    char account_id[UUID_SIZE];   /* of rows that name none; empty: none */
};

enum { LAYOUT_CELLS_SHOWN = 64 };
/* From the beginning of a CSV file, in UTF-8. *headers gets the first record's cells, an array the
 * caller owns; NULL where the file has no header. */
void layout_guess(const char *text, size_t len, bool whole, struct layout *out, json_t **headers);
/* Of the records that ofx_read makes. */
void layout_of_ofx(struct layout *out);

json_t *layout_to_json(const struct layout *layout);
/* What layout_to_json gave. */
void layout_from_json(const json_t *json, struct layout *out);
/* A merge-patch by the person: columns by number from 1 or by name in headers (NULL: none). */
void layout_patch(const json_t *patch, const json_t *headers, struct layout *layout,
                  struct fields *fields);
