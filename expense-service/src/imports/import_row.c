#include "imports/import_row.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "splits/split.h"

void import_row_fini(struct import_row *row)
{
    json_drop(&row->tags);
    json_drop(&row->splits);
}

static void refuse(struct import_row *out, enum import_column column, const char *code)
{
    if (out->code != NULL)
        return;
    out->code = code;
    out->column = import_column_names[column];
}

/* Without blanks around it; NULL when nothing is left. */
static const char *cell(const struct layout *layout, struct csv_record *record,
                        enum import_column column)
{
    int at = layout->columns[column];
    if (at < 0 || (size_t)at >= record->count)
        return NULL;
    char *text = record->text.data + (record->cells[at] - record->text.data);
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        text[--len] = '\0';
    /* What an export marked, so that no spreadsheet runs it (base/csv.h). */
    size_t marks = strspn(text, "'");
    if (marks > 0 && text[marks] != '\0' && strchr("=+-@\t\r", text[marks]) != NULL)
        text++, len--;
    return len > 0 ? text : NULL;
}

static bool is_word(const char *text, const char *words)
{
    size_t len = text != NULL ? strlen(text) : 0;
    for (const char *at = words; len > 0 && *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == len && strncasecmp(at, text, len) == 0)
            return true;
    return false;
}

static bool find(const char *const names[], const char *text, int *out)
{
    for (int i = 0; text != NULL && names[i] != NULL; i++)
        if (strcasecmp(names[i], text) == 0) {
            *out = i;
            return true;
        }
    return false;
}

/* The amount out of its column, or the one of two that is not empty or zero. Returns its text. */
static const char *read_amount(const struct layout *layout, struct csv_record *record,
                               char number[static CELL_NUMBER_SIZE], int *sign, char *currency,
                               struct import_row *out)
{
    static const enum import_column both[] = {COLUMN_DEBIT, COLUMN_CREDIT};
    const char *text = cell(layout, record, COLUMN_AMOUNT);
    bool by_word;
    if (text != NULL) {
        if (!cell_amount(text, layout->decimal, number, sign, &by_word, currency))
            refuse(out, COLUMN_AMOUNT, "amount_invalid");
        if (*sign == 0)
            *sign = layout->sign == SIGN_POSITIVE_IS_DEBIT ? -1 : 1;
        else if (layout->sign == SIGN_POSITIVE_IS_DEBIT && !by_word)
            *sign = -*sign;
        return text;
    }
    for (size_t i = 0; i < LENGTH(both); i++) {
        text = cell(layout, record, both[i]);
        if (text == NULL || strspn(text, "0.,- ") == strlen(text))
            continue;
        if (!cell_amount(text, layout->decimal, number, sign, &by_word, currency))
            refuse(out, both[i], "amount_invalid");
        bool taken_back = *sign < 0 && both[i] == COLUMN_CREDIT;
        *sign = both[i] == COLUMN_DEBIT || taken_back ? -1 : 1;
        return text;
    }
    refuse(out, COLUMN_AMOUNT, "amount_missing");
    return NULL;
}

static void read_money(const struct layout *layout, const char *base_currency,
                       struct csv_record *record, int *sign, struct import_row *out)
{
    struct err err;
    char number[CELL_NUMBER_SIZE] = "", currency[CURRENCY_SIZE] = "";
    const char *told = cell(layout, record, COLUMN_CURRENCY);
    read_amount(layout, record, number, sign, currency, out);
    if (out->code != NULL)
        return;
    if (told == NULL)
        told = currency[0] != '\0'           ? currency
               : layout->currency[0] != '\0' ? layout->currency
                                             : base_currency;
    char code[CURRENCY_SIZE + 1] = "";
    for (size_t i = 0; told != NULL && i < CURRENCY_SIZE && told[i] != '\0'; i++)
        code[i] = (char)toupper((unsigned char)told[i]);
    if (told == NULL)
        refuse(out, COLUMN_CURRENCY, "currency_missing");
    else if (!money_parse(number, code, &out->money, &err))
        refuse(out, strcmp(err.name, "currency_unknown") == 0 ? COLUMN_CURRENCY : COLUMN_AMOUNT,
               strcmp(err.name, "currency_unknown") == 0     ? "currency_unknown"
               : strcmp(err.name, "amount_too_large") == 0   ? "amount_too_large"
               : strcmp(err.name, "amount_too_precise") == 0 ? "amount_too_precise"
                                                             : "amount_invalid");
    else if (out->money.minor <= 0)
        refuse(out, COLUMN_AMOUNT, "not_positive");
}

static void read_kind(const struct layout *layout, struct csv_record *record, int sign,
                      struct import_row *out)
{
    const char *direction = cell(layout, record, COLUMN_DIRECTION);
    const char *type = cell(layout, record, COLUMN_TYPE);
    const char *status = cell(layout, record, COLUMN_STATUS);
    int found;
    if (is_word(direction, "debit dr d out expense withdrawal spend af soll s"))
        sign = -1;
    else if (is_word(direction, "credit cr c in income deposit receive bij haben h"))
        sign = 1;
    out->direction = sign < 0 ? DIRECTION_DEBIT : DIRECTION_CREDIT;
    out->type = sign < 0 ? TYPE_EXPENSE : TYPE_INCOME;
    if (find(expense_type_names, type, &found) &&
        expense_direction_fits((enum expense_type)found, out->direction))
        out->type = (enum expense_type)found;
    if (find(expense_status_names, status, &found))
        out->status = (enum expense_status)found;
}

/* Joined by ';', one inside a tag is "\;" (exchange/ledger_csv.h). */
static json_t *read_tags(const char *text)
{
    json_t *tags = json_array();
    struct buf tag = {0};
    for (const char *s = text; s != NULL; s++) {
        if (*s != ';' && *s != '\0') {
            s += *s == '\\' && s[1] != '\0';
            buf_add(&tag, s, 1);
            continue;
        }
        if (tag.len > 0 && json_array_size(tags) < TAGS_MAX && tag.len <= 4 * TAG_CHARS_MAX) {
            json_t *value = json_string(tag.data);
            json_array_append_new(tags, value != NULL ? value : json_string("?"));
        }
        tag.len = 0;
        if (*s == '\0')
            break;
    }
    buf_fini(&tag);
    return tags;
}

/* What an export wrote (exchange/ledger_csv.h): a category by its name, since ids are of one
 * person. */
static void read_splits(const char *text, struct import_row *out)
{
    struct err err;
    struct splits splits;
    scoped(fields_fini) struct fields fields = {0};
    json_t *lines = NULL;
    if (text == NULL || out->code != NULL)
        return;
    if (!json_parse(text, strlen(text), &lines, &err)) {
        refuse(out, COLUMN_SPLITS, "splits_invalid");
        return;
    }
    scoped(json_drop) json_t *body = json_pack("{s:o}", "splits", lines);
    splits_read(body, &out->money, &splits, &fields);
    bool named = true;
    for (size_t i = 0; i < splits.count; i++)
        named = named && splits.lines[i].category.kind != REF_ID;
    if (!fields_ok(&fields) || !named) {
        refuse(out, COLUMN_SPLITS, "splits_invalid");
        return;
    }
    out->splits = splits.count > 0 ? json_array() : NULL;
    for (size_t i = 0; i < splits.count; i++) {
        const struct split *line = &splits.lines[i];
        json_array_append_new(
            out->splits,
            json_pack("{s:I, s:s?, s:s?, s:s?}", "minor", (json_int_t)line->amount.minor,
                      "category", line->category.kind == REF_NAME ? line->category.value : NULL,
                      "note", line->note[0] != '\0' ? line->note : NULL, "share_of",
                      line->share_of[0] != '\0' ? line->share_of : NULL));
    }
}

static const char *limited(const struct layout *layout, struct csv_record *record,
                           enum import_column column, size_t most, struct import_row *out)
{
    const char *text = cell(layout, record, column);
    if (text != NULL && strlen(text) > most)
        refuse(out, column, "too_long");
    return text;
}

void import_row_read(const struct layout *layout, const char *base_currency,
                     struct csv_record *record, struct import_row *out)
{
    int sign = 0;
    *out = (struct import_row){.status = STATUS_POSTED};
    for (size_t i = 0; i < record->count; i++)
        if (strstr(record->cells[i], "\xef\xbf\xbd") != NULL)
            out->code = "encoding_broken";
    const char *date = cell(layout, record, COLUMN_DATE);
    if (date == NULL)
        refuse(out, COLUMN_DATE, "date_missing");
    else if (!cell_time(date, cell(layout, record, COLUMN_TIME), layout->date_order, &out->when))
        refuse(out, COLUMN_DATE, "date_invalid");
    read_money(layout, base_currency, record, &sign, out);
    read_kind(layout, record, sign, out);
    out->merchant = limited(layout, record, COLUMN_MERCHANT, MERCHANT_BYTES_MAX, out);
    out->category = limited(layout, record, COLUMN_CATEGORY, CATEGORY_BYTES_MAX, out);
    out->account = limited(layout, record, COLUMN_ACCOUNT, 100, out);
    out->last4 = limited(layout, record, COLUMN_LAST4, 40, out);
    out->note = limited(layout, record, COLUMN_NOTE, NOTE_CHARS_MAX, out);
    out->reference = limited(layout, record, COLUMN_REFERENCE, 200, out);
    out->tags = read_tags(cell(layout, record, COLUMN_TAGS));
    read_splits(cell(layout, record, COLUMN_SPLITS), out);
    const char *id = cell(layout, record, COLUMN_ID);
    out->own_id = id != NULL && uuid_valid(id) && strspn(id, "0-") < strlen(id);
    if (out->own_id)
        uuid_lower(id, out->id);
    else
        uuid_new(out->id);
}

static bool next_word(const char **s, const char **word, size_t *len)
{
    while (**s != '\0' && !isalnum((unsigned char)**s) && (unsigned char)**s < 0x80)
        ++*s;
    *word = *s;
    while (isalnum((unsigned char)**s) || (unsigned char)**s >= 0x80)
        ++*s;
    *len = (size_t)(*s - *word);
    return *len > 0;
}

bool import_names_agree(const char *one, const char *other)
{
    const char *word, *second;
    size_t len, second_len;
    if (one == NULL || other == NULL || *one == '\0' || *other == '\0' ||
        strcasecmp(one, other) == 0)
        return true;
    while (next_word(&one, &word, &len))
        for (const char *s = other; next_word(&s, &second, &second_len);)
            if (len >= 3 && len == second_len && strncasecmp(word, second, len) == 0 &&
                strspn(word, "0123456789") < len)
                return true;
    return false;
}
