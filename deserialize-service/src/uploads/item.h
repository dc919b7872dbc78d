/* item - the texts in a file, one at a time out of a window of it. No I/O.
 * Formats: CSV with a header (RFC 4180); the XML of the app SMS Backup & Restore
 * (synctech.com.au, "Fields in XML Backup Files"); mbox (RFC 4155) of MIME mails. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum upload_format { UPLOAD_CSV, UPLOAD_SMS_BACKUP, UPLOAD_MBOX };
extern const char *const upload_format_names[]; /* in that order, NULL-terminated */

enum { ITEM_MAX = 1 << 19 /* bytes; what is larger fails */, ITEM_COLUMNS = 4 };

/* What a text is made of; owned. */
struct item {
    struct buf sender, body, device_id;
    int64_t received_us; /* 0: not told */
    const char *code;    /* why it is none, a constant; NULL: it is one */
    bool skipped;        /* code tells of something that was never meant to be one */
};
void item_fini(struct item *item);

/* Where a CSV file has what; -1: nowhere. */
struct item_columns {
    int at[ITEM_COLUMNS]; /* sender, body, received_at, device_message_id */
    char delimiter; /* comma, semicolon, tab or bar: by which the header tells sender and body */
};
/* The first record. false: sender or body is missing. */
bool item_columns_read(const char *const cells[], size_t count, struct item_columns *out);

enum item_next {
    ITEM_FOUND, /* item is set, or tells why it is none */
    ITEM_NONE,  /* *used bytes that hold none: a header, blanks between */
    ITEM_MORE,  /* the window ends within one */
};
struct item_reader {
    enum upload_format format;
    struct item_columns columns; /* of CSV, once has_columns */
    bool has_columns;
};
/* last: the window ends with the file. *lines: line ends in the bytes used. */
enum item_next item_read(struct item_reader *reader, const char *window, size_t len, bool last,
                         struct item *out, size_t *used, size_t *lines);

/* The formats' own, of the same contract. */
enum item_next item_read_csv(struct item_reader *reader, const char *window, size_t len, bool last,
                             struct item *out, size_t *used, size_t *lines);
enum item_next item_read_sms(const char *window, size_t len, bool last, struct item *out,
                             size_t *used);
enum item_next item_read_mail(const char *window, size_t len, bool last, struct item *out,
                              size_t *used);
