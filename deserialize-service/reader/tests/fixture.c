#include "fixture.h"

#include <ctype.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void load_file(const char *path, json_t *held)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;

    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    for (int number = 1; getline(&line, &size, file) > 0; number++) {
        json_t *row = json_loads(line, 0, NULL);

        if (!json_is_string(json_object_get(row, "message")) ||
            !json_is_string(json_object_get(row, "class")))
            fail_msg("%s:%d is no fixture", path, number);
        json_array_append_new(held, row);
    }
    free(line);
    fclose(file);
}

void fixtures_load(struct fixtures *out)
{
    glob_t files;

    if (glob("tests/fixtures/*.jsonl", 0, NULL, &files) != 0)
        fail_msg("no tests/fixtures here: run from deserialize-service/reader");
    out->held = json_array();
    for (size_t i = 0; i < files.gl_pathc; i++)
        load_file(files.gl_pathv[i], out->held);
    globfree(&files);
    out->count = json_array_size(out->held);
    out->rows = calloc(out->count, sizeof(out->rows[0]));
    assert_non_null(out->rows);
    for (size_t i = 0; i < out->count; i++) {
        json_t *row = json_array_get(out->held, i);

        out->rows[i] = (struct fixture){json_string_value(json_object_get(row, "bank")),
                                        json_string_value(json_object_get(row, "country")),
                                        json_string_value(json_object_get(row, "class")),
                                        json_string_value(json_object_get(row, "message")), row};
    }
}

void fixtures_free(struct fixtures *fixtures)
{
    free(fixtures->rows);
    json_decref(fixtures->held);
}

bool fixture_is_transaction(const struct fixture *fixture)
{
    return strcmp(fixture->class, "transaction") == 0;
}

void fixture_read(const struct fixture *fixture, const char *message, struct reading *out)
{
    struct reader_input in = {
        .sender = fixture->bank, .body = message, .body_len = strlen(message)};
    const char *currency = json_string_value(json_object_get(fixture->row, "default_currency"));

    if (currency != NULL)
        memcpy(in.default_currency, currency, CURRENCY_SIZE);
    reader_read(&in, out);
}

static const char *const names[] = {
    [FIXTURE_CLASS] = "class",
    [FIXTURE_AMOUNT] = "amount",
    [FIXTURE_CURRENCY] = "currency",
    [FIXTURE_DIRECTION] = "direction",
    [FIXTURE_MERCHANT] = "merchant",
    [FIXTURE_ACCOUNT] = "account",
    [FIXTURE_SECOND_ACCOUNT] = "second_account",
    [FIXTURE_BALANCE] = "balance",
    [FIXTURE_CREDIT_LIMIT] = "credit_limit",
    [FIXTURE_FEE] = "fee",
    [FIXTURE_CONVERTED] = "converted",
    [FIXTURE_REFERENCE] = "reference",
    [FIXTURE_KIND] = "kind",
};

const char *fixture_field_name(enum fixture_field field)
{
    return names[field];
}

static void put_money(const struct reading_money *money, char *out)
{
    out[0] = '\0';
    if (money->found)
        reading_money_format(money, out);
}

void fixture_got(const struct reading *reading, enum fixture_field field, char *out)
{
    const char *text = "";

    switch (field) {
    case FIXTURE_AMOUNT:
        put_money(&reading->amount, out);
        return;
    case FIXTURE_BALANCE:
        put_money(&reading->balance, out);
        return;
    case FIXTURE_CREDIT_LIMIT:
        put_money(&reading->credit_limit, out);
        return;
    case FIXTURE_FEE:
        put_money(&reading->fee, out);
        return;
    case FIXTURE_CONVERTED:
        put_money(&reading->converted, out);
        return;
    case FIXTURE_CLASS:
        text = reading_class_name(reading->class);
        break;
    case FIXTURE_CURRENCY:
        text = reading->amount.money.currency;
        break;
    case FIXTURE_DIRECTION:
        text = reading_direction_name(reading->direction);
        break;
    case FIXTURE_MERCHANT:
        text = reading->merchant;
        break;
    case FIXTURE_ACCOUNT:
        text = reading->account;
        break;
    case FIXTURE_SECOND_ACCOUNT:
        text = reading->second_account;
        break;
    case FIXTURE_REFERENCE:
        text = reading->reference;
        break;
    case FIXTURE_KIND:
        text = reading_kind_name(reading->kind);
        break;
    case FIXTURE_FIELDS:
        break;
    }
    snprintf(out, READER_NAME_SIZE, "%s", text);
}

static bool is_money(enum fixture_field field)
{
    return field == FIXTURE_AMOUNT || field == FIXTURE_BALANCE || field == FIXTURE_FEE ||
           field == FIXTURE_CREDIT_LIMIT || field == FIXTURE_CONVERTED;
}

/* "12.5" and "12.50" are one sum. */
static bool same_sum(const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);

    while (strchr(a, '.') != NULL && a_len > 0 && (a[a_len - 1] == '0' || a[a_len - 1] == '.'))
        if (a[--a_len] == '.')
            break;
    while (strchr(b, '.') != NULL && b_len > 0 && (b[b_len - 1] == '0' || b[b_len - 1] == '.'))
        if (b[--b_len] == '.')
            break;
    return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* Without case, blanks and marks. */
static bool same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a != '\0' && (unsigned char)*a < 0x80 && !isalnum((unsigned char)*a))
            a++;
        while (*b != '\0' && (unsigned char)*b < 0x80 && !isalnum((unsigned char)*b))
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (*a == '\0')
            return true;
    }
}

static bool class_is_one_of(const char *classes, const char *got)
{
    size_t len = strlen(got);

    for (const char *c = classes; c != NULL; c = strchr(c, '|')) {
        c += *c == '|';
        if (strncmp(c, got, len) == 0 && (c[len] == '\0' || c[len] == '|'))
            return true;
    }
    return false;
}

enum fixture_score fixture_score(const struct fixture *fixture, const struct reading *reading,
                                 enum fixture_field field)
{
    const char *want = json_string_value(json_object_get(fixture->row, names[field]));
    char got[READER_NAME_SIZE];
    bool right;

    fixture_got(reading, field, got);
    if (field == FIXTURE_CLASS)
        return class_is_one_of(want, got) ? FIXTURE_RIGHT : FIXTURE_WRONG;
    if (!fixture_is_transaction(fixture) || (want != NULL && strcmp(want, "*") == 0) ||
        (want == NULL && field == FIXTURE_KIND))
        return FIXTURE_OPEN;
    if (reading->class != READING_TRANSACTION)
        return want != NULL ? FIXTURE_WRONG : FIXTURE_OPEN;
    if (want == NULL) {
        right = got[0] == '\0' || (field == FIXTURE_MERCHANT && reading->merchant_from_kind);
        return right ? FIXTURE_OPEN : FIXTURE_WRONG;
    }
    right = is_money(field)             ? same_sum(want, got)
            : field == FIXTURE_MERCHANT ? same_name(want, got)
                                        : strcmp(want, got) == 0;
    return right ? FIXTURE_RIGHT : FIXTURE_WRONG;
}

bool fixture_all_right(const struct fixture *fixture, const struct reading *reading)
{
    for (int field = 0; field < FIXTURE_FIELDS; field++)
        if (fixture_score(fixture, reading, (enum fixture_field)field) == FIXTURE_WRONG)
            return false;
    return true;
}
