#include "imports/ofx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "imports/layout.h"

static const struct {
    const char *tag;
    enum import_column column;
} fields[] = {{"DTPOSTED", COLUMN_DATE}, {"TRNAMT", COLUMN_AMOUNT}, {"CURSYM", COLUMN_CURRENCY},
              {"NAME", COLUMN_MERCHANT}, {"MEMO", COLUMN_NOTE},     {"FITID", COLUMN_REFERENCE},
              {"PAYEE", COLUMN_MERCHANT}};

static void add_character(struct buf *out, unsigned long code)
{
    char text[4];
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code < 0x20 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return;
    if (len == 1) {
        text[0] = (char)code;
    } else {
        static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = len - 1; i > 0; i--, code >>= 6)
            text[i] = (char)(0x80 | (code & 0x3f));
        text[0] = (char)(first[len] | code);
    }
    buf_add(out, text, len);
}

/* Text up to the next tag, without entities and blanks around it. */
static void add_value(const char *text, size_t len, struct buf *out)
{
    static const char *const entities[][2] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                                              {"&quot;", "\""}, {"&apos;", "'"}, {"&nbsp;", " "}};
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    for (size_t i = 0; i < len;) {
        size_t step = 0;
        for (size_t e = 0; e < LENGTH(entities) && step == 0; e++)
            if (strlen(entities[e][0]) <= len - i &&
                strncasecmp(text + i, entities[e][0], strlen(entities[e][0])) == 0) {
                step = strlen(entities[e][0]);
                buf_add(out, entities[e][1], 1);
            }
        if (step == 0 && len - i > 3 && text[i] == '&' && text[i + 1] == '#') {
            bool hex = text[i + 2] == 'x';
            char *end;
            unsigned long code = strtoul(text + i + 2 + hex, &end, hex ? 16 : 10);
            if (*end == ';' && end < text + len) {
                add_character(out, code);
                step = (size_t)(end - text) + 1 - i;
            }
        }
        if (step == 0)
            buf_add(out, text + i, step = 1);
        i += step;
    }
}

/* 20261103120000.000[-5:EST] as RFC 3339, or without a zone as a local time: the standard takes
 * that for UTC, but banks write their own. */
static void add_date(const char *text, size_t len, struct buf *out)
{
    int year, month, day, hour = 12, minute = 0, second = 0;
    double zone = 0;
    char copy[64];
    snprintf(copy, sizeof copy, "%.*s", (int)(len < 60 ? len : 60), text);
    int read = sscanf(copy, "%4d%2d%2d%2d%2d%2d", &year, &month, &day, &hour, &minute, &second);
    const char *bracket = strchr(copy, '[');
    if (read < 3) {
        buf_add(out, text, len);
        return;
    }
    buf_addf(out, "%04d-%02d-%02d", year, month, day);
    if (read < 5)
        return;
    buf_addf(out, bracket != NULL ? "T%02d:%02d:%02d" : " %02d:%02d:%02d", hour, minute, second);
    if (bracket == NULL)
        return;
    zone = strtod(bracket + 1, NULL);
    int minutes = (int)(zone < 0 ? -zone * 60 + 0.5 : zone * 60 + 0.5);
    buf_addf(out, "%c%02d:%02d", zone < 0 ? '-' : '+', minutes / 60 % 24, minutes % 60);
}

static bool is_tag(const char *tag, size_t len, const char *name)
{
    return strlen(name) == len && strncasecmp(tag, name, len) == 0;
}

/* The last few bytes of a text, whole characters. */
static const char *last_of(const char *text, size_t most)
{
    size_t len = strlen(text);
    const char *at = text + (len > most ? len - most : 0);
    while (((unsigned char)*at & 0xc0) == 0x80)
        at++;
    return at;
}

static void copy_text(const char *text, size_t len, char *out, size_t size)
{
    if (len >= size)
        for (len = size - 1; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
            continue;
    memcpy(out, text, len);
    out[len] = '\0';
}

static void read_entry(const struct ofx *state, const char *text, const char *end,
                       struct csv_record *out)
{
    size_t starts[IMPORT_COLUMNS];
    struct buf cells[IMPORT_COLUMNS] = {{0}};
    for (const char *at = memchr(text, '<', (size_t)(end - text)); at != NULL;) {
        const char *close = memchr(at, '>', (size_t)(end - at));
        if (close == NULL)
            break;
        const char *next = memchr(close, '<', (size_t)(end - close));
        const char *value = close + 1, *stop = next != NULL ? next : end;
        value += strspn(value, " \t\r\n") < (size_t)(stop - value) ? strspn(value, " \t\r\n") : 0;
        for (size_t i = 0; i < LENGTH(fields); i++)
            if (is_tag(at + 1, (size_t)(close - at) - 1, fields[i].tag) &&
                cells[fields[i].column].len == 0) {
                struct buf *cell = &cells[fields[i].column];
                if (fields[i].column == COLUMN_DATE)
                    add_date(value, (size_t)(stop - value), cell);
                else
                    add_value(value, (size_t)(stop - value), cell);
            }
        at = next;
    }
    if (cells[COLUMN_REFERENCE].len > 0 && uuid_valid(cells[COLUMN_REFERENCE].data)) {
        cells[COLUMN_ID] = cells[COLUMN_REFERENCE]; /* of an export of ours */
        cells[COLUMN_REFERENCE] = (struct buf){0};
    }
    if (cells[COLUMN_CURRENCY].len == 0)
        buf_addf(&cells[COLUMN_CURRENCY], "%s", state->currency);
    buf_addf(&cells[COLUMN_LAST4], "%s", last_of(state->account, 4));
    out->text.len = 0;
    out->count = IMPORT_COLUMNS;
    for (size_t i = 0; i < IMPORT_COLUMNS; i++) {
        starts[i] = out->text.len;
        if (cells[i].len > 0)
            buf_add(&out->text, cells[i].data, cells[i].len);
        buf_add(&out->text, "", 1);
        buf_fini(&cells[i]);
    }
    for (size_t i = 0; i < IMPORT_COLUMNS; i++)
        out->cells[i] = out->text.data + starts[i];
}

static void take_context(struct ofx *state, const char *tag, size_t tag_len, const char *value,
                         size_t len)
{
    bool currency = is_tag(tag, tag_len, "CURDEF"), account = is_tag(tag, tag_len, "ACCTID");
    while (len > 0 && strchr(" \t\r\n", value[len - 1]) != NULL)
        len--;
    if (currency)
        copy_text(value, len, state->currency, sizeof state->currency);
    if (account)
        copy_text(value, len, state->account, sizeof state->account);
}

static size_t count_lines(const char *text, size_t len)
{
    size_t lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    return lines;
}

enum csv_next ofx_read(struct ofx *state, const char *window, size_t len, bool last,
                       struct csv_record *out, size_t *used, size_t *lines)
{
    const char *end = window + len, *done = window;
    enum csv_next result = CSV_RECORD;
    out->count = 0;
    for (;;) {
        const char *open = memchr(done, '<', (size_t)(end - done));
        const char *close = open != NULL ? memchr(open, '>', (size_t)(end - open)) : NULL;
        if (open == NULL || close == NULL) {
            done = open != NULL && !last && end - open < OFX_ENTRY_MAX ? open : end;
            break;
        }
        const char *after = memchr(close, '<', (size_t)(end - close));
        if (is_tag(open + 1, (size_t)(close - open) - 1, "STMTTRN")) {
            const char *stop = memmem(close, (size_t)(end - close), "</STMTTRN>", 10);
            done = stop != NULL ? stop + 10 : open;
            if (stop != NULL && stop - open <= OFX_ENTRY_MAX)
                read_entry(state, close + 1, stop, out);
            else if (stop != NULL || last || end - open > OFX_ENTRY_MAX) {
                done = stop != NULL ? stop + 10 : close + 1;
                result = CSV_BROKEN;
            }
            break;
        }
        if (after == NULL && !last && end - open < OFX_ENTRY_MAX) {
            done = open;
            break;
        }
        after = after != NULL ? after : end;
        take_context(state, open + 1, (size_t)(close - open) - 1, close + 1,
                     (size_t)(after - close) - 1);
        done = after;
    }
    *used = (size_t)(done - window);
    *lines = count_lines(window, *used);
    return *used == 0 && len > 0 ? CSV_MORE : result;
}
