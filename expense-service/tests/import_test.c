#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "imports/cell.h"
#include "imports/import_row.h"
#include "imports/ofx.h"

static void dates(void **state)
{
    static const struct {
        const char *date, *time;
        enum date_order order;
        const char *local; /* NULL: it is none */
    } cases[] = {
        {"2026-03-21", NULL, DATE_DMY, "2026-03-21 12:00:00"},
        {"21.03.2026", NULL, DATE_DMY, "2026-03-21 12:00:00"},
        {"03/21/26", "", DATE_MDY, "2026-03-21 12:00:00"},
        {"21-Mar-2026 14:05", NULL, DATE_DMY, "2026-03-21 14:05:00"},
        {"Mar 21, 2026 2:05:09 PM", NULL, DATE_MDY, "2026-03-21 14:05:09"},
        {"20260321", "00:30", DATE_DMY, "2026-03-21 00:30:00"},
        {"2026-03-21T23:59:59", NULL, DATE_YMD, "2026-03-21 23:59:59"},
        {"29/02/2024", NULL, DATE_DMY, "2024-02-29 12:00:00"},
        {"29/02/2026", NULL, DATE_DMY, NULL},
        {"31/04/2026", NULL, DATE_DMY, NULL},
        {"21/03/2026", NULL, DATE_MDY, NULL},
        {"2026-03-21 24:00", NULL, DATE_YMD, NULL},
        {"2026-03-21 13:00 PM", NULL, DATE_YMD, NULL},
        {"0001-01-01", NULL, DATE_YMD, NULL},
        {"9999-12-31", NULL, DATE_YMD, "9999-12-31 12:00:00"},
        {"yesterday", NULL, DATE_DMY, NULL},
        {"99999999999", NULL, DATE_DMY, NULL},
        {"", NULL, DATE_DMY, NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cell_time when;
        bool ok = cell_time(cases[i].date, cases[i].time, cases[i].order, &when);
        if (ok != (cases[i].local != NULL))
            fail_msg("%s: %d", cases[i].date, ok);
        if (ok)
            assert_string_equal(when.local, cases[i].local);
    }
    struct cell_time when;
    assert_true(cell_time("2026-03-21T12:00:00+01:00", NULL, DATE_DMY, &when));
    assert_string_equal(when.local, "");
    assert_int_equal(when.us, INT64_C(1774090800000000));
    assert_int_equal(cell_date_orders("03/04/2026"), 1U << DATE_DMY | 1U << DATE_MDY);
    assert_int_equal(cell_date_orders("13/04/2026"), 1U << DATE_DMY);
    assert_int_equal(cell_date_orders("Corner Cafe"), 0);
}

static void amounts(void **state)
{
    static const struct {
        const char *text;
        char decimal;
        const char *number; /* NULL: it is none */
        int sign;
        const char *currency;
    } cases[] = {
        {"1.234,56", ',', "1234.56", 0, ""},
        {"1,23,456.78", '.', "123456.78", 0, ""},
        {"1 234,5-", ',', "1234.5", -1, ""},
        {"(12.50)", '.', "12.50", -1, ""},
        {"₹1,200", '.', "1200", 0, ""},
        {"1'234.00 CHF", '.', "1234.00", 0, "CHF"},
        {"12.50 DR", '.', "12.50", -1, ""},
        {"12.50Cr", '.', "12.50", 1, ""},
        {"+5", '.', "5", 1, ""},
        {"\xe2\x88\x92"
         "5",
         '.', "5", -1, ""},
        {"Rs. 99.00", '.', "99.00", 0, ""},
        {"eur 3,00", ',', "3.00", 0, "EUR"},
        {".50", '.', "0.50", 0, ""},
        {"", '.', NULL, 0, ""},
        {"none", '.', NULL, 0, ""},
        {"1/2", '.', NULL, 0, ""},
        {"$", '.', NULL, 0, ""},
        {"12345678901234567890123456789012345678901234567890", '.', NULL, 0, ""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char number[CELL_NUMBER_SIZE], currency[CURRENCY_SIZE] = "";
        int sign;
        bool by_word,
            ok = cell_amount(cases[i].text, cases[i].decimal, number, &sign, &by_word, currency);
        if (ok != (cases[i].number != NULL))
            fail_msg("%s: %d", cases[i].text, ok);
        if (!ok)
            continue;
        assert_string_equal(number, cases[i].number);
        assert_int_equal(sign, cases[i].sign);
        assert_string_equal(currency, cases[i].currency);
    }
    assert_int_equal(cell_decimal("1.234,56"), ',');
    assert_int_equal(cell_decimal("1,234,567"), '.');
    assert_int_equal(cell_decimal("12,5"), ',');
    assert_int_equal(cell_decimal("1,234"), 0);
}

/* column:number of what was found, in the order of the names. */
static void guessed(const char *text, char *out, size_t size, struct layout *layout)
{
    size_t len = 0;
    scoped(json_drop) json_t *headers = NULL;
    layout_guess(text, strlen(text), true, layout, &headers);
    out[0] = '\0';
    for (int i = 0; i < IMPORT_COLUMNS; i++)
        if (layout->columns[i] >= 0)
            len += (size_t)snprintf(out + len, size - len, "%s:%d ", import_column_names[i],
                                    layout->columns[i]);
}

static void layouts(void **state)
{
    char columns[400];
    struct layout layout;
    (void)state;
    guessed("Txn Date,Value Date,Description,Ref No.,Debit,Credit,Balance\n"
            "13/01/2026,13/01/2026,UPI/CAFE,123,1.00,,9.00\n",
            columns, sizeof columns, &layout);
    assert_string_equal(columns, "date:0 debit:4 credit:5 merchant:2 reference:3 ");
    assert_int_equal(layout.date_order, DATE_DMY);
    assert_true(layout.date_sure && layout.header);
    guessed("2026-01-13;-4,50;Bakery Nord\n2026-01-14;3,00;Refund\n", columns, sizeof columns,
            &layout);
    assert_string_equal(columns, "date:0 amount:1 merchant:2 ");
    assert_false(layout.header);
    assert_int_equal(layout.decimal, ',');
    assert_int_equal(layout.sign, SIGN_NEGATIVE_IS_DEBIT);
    guessed("Date\tAmount\n01/02/2026\t5.00\n", columns, sizeof columns, &layout);
    assert_int_equal(layout.delimiter, '\t');
    assert_false(layout.date_sure);
    assert_int_equal(layout.sign, SIGN_POSITIVE_IS_DEBIT);
    guessed("", columns, sizeof columns, &layout);
    assert_string_equal(columns, "");
}

/* A layout as people see it is the same layout when it comes back. */
static void layouts_as_json(void **state)
{
    struct layout layout, back;
    char columns[400];
    (void)state;
    guessed("Date\tAmount\n01/02/2026\t5.00\n", columns, sizeof columns, &layout);
    memcpy(layout.currency, "EUR", CURRENCY_SIZE);
    scoped(json_drop) json_t *json = layout_to_json(&layout);
    layout_from_json(json, &back);
    scoped(json_drop) json_t *again = layout_to_json(&back);
    assert_true(json_equal(json, again));
}

static void row(const char *text, const char *base, struct csv_record *record,
                struct import_row *out)
{
    size_t used, lines, len = strlen(text);
    struct layout layout = {.decimal = '.', .date_order = DATE_DMY};
    for (int i = 0; i < IMPORT_COLUMNS; i++)
        layout.columns[i] = -1;
    layout.columns[COLUMN_DATE] = 0;
    layout.columns[COLUMN_AMOUNT] = 1;
    layout.columns[COLUMN_CURRENCY] = 2;
    layout.columns[COLUMN_MERCHANT] = 3;
    layout.columns[COLUMN_TYPE] = 4;
    layout.columns[COLUMN_TAGS] = 5;
    layout.columns[COLUMN_SPLITS] = 6;
    layout.columns[COLUMN_ID] = 7;
    assert_int_equal(csv_read(text, len, true, ',', record, &used, &lines), CSV_RECORD);
    import_row_read(&layout, base, record, out);
}

#define SPLITS(amount)                                                                             \
    "\"[{\"\"amount\"\":{\"\"amount\"\":\"\"" amount                                               \
    "\"\",\"\"currency\"\":\"\"EUR\"\"},\"\"category\"\":\"\"Food\"\"},"                           \
    "{\"\"amount\"\":{\"\"amount\"\":\"\"1\"\",\"\"currency\"\":\"\"EUR\"\"},\"\"share_of\"\":"    \
    "\"\"Ann\"\"}]\""

static void rows_read(void **state)
{
    static const struct {
        const char *text, *base, *code;
    } cases[] = {
        {"1.2.2026,-5,EUR,x", NULL, NULL},
        {"1.2.2026,-5,,x", "INR", NULL},
        {"1.2.2026,-5,,x", NULL, "currency_missing"},
        {"1.2.2026,-5,EUX,x", NULL, "currency_unknown"},
        {"1.2.2026,-5.123,EUR,x", NULL, "amount_too_precise"},
        {"1.2.2026,-5.5,JPY,x", NULL, "amount_too_precise"},
        {"1.2.2026,0,EUR,x", NULL, "not_positive"},
        {"1.2.2026,99999999999999999999,EUR,x", NULL, "amount_too_large"},
        {"1.2.2026,1e5,EUR,x", NULL, "amount_invalid"},
        {"1.2.2026,,EUR,x", NULL, "amount_missing"},
        {",5,EUR,x", NULL, "date_missing"},
        {"32.1.2026,5,EUR,x", NULL, "date_invalid"},
        {"1.2.2026,5,EUR,\xef\xbf\xbd", NULL, "encoding_broken"},
        {"1.2.2026,5,EUR,x,,,Food", NULL, "splits_invalid"},
        {"1.2.2026,5,EUR,x,,,{}", NULL, "splits_invalid"},
        {"1.2.2026,5,EUR,x,,," SPLITS("2.00"), NULL, "splits_invalid"}, /* not all of it */
        {"1.2.2026,5,USD,x,,," SPLITS("4.00"), NULL, "splits_invalid"},
        {"1.2.2026,5,EUR,x,,,[]", NULL, NULL},
        {"1.2.2026,5,EUR,x,,," SPLITS("4.00"), NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct csv_record record = {0};
        struct import_row out;
        row(cases[i].text, cases[i].base, &record, &out);
        if ((out.code == NULL) != (cases[i].code == NULL) ||
            (out.code != NULL && strcmp(out.code, cases[i].code) != 0))
            fail_msg("%s: %s", cases[i].text, out.code != NULL ? out.code : "fine");
        import_row_fini(&out);
        csv_record_fini(&record);
    }
    struct csv_record record = {0};
    struct import_row out;
    row("1.2.2026,5,eur, '=x ,refund,a\\;b;c", NULL, &record, &out);
    assert_string_equal(out.merchant, "=x");
    assert_string_equal(out.money.currency, "EUR");
    assert_int_equal(out.type, TYPE_REFUND);
    assert_int_equal(json_array_size(out.tags), 2);
    assert_string_equal(json_string_value(json_array_get(out.tags, 0)), "a;b");
    import_row_fini(&out);
    csv_record_fini(&record);
    /* As the database writes it, whatever letters the file has. */
    row("1.2.2026,5,EUR,x,,,,01A20B38-7D30-7A8B-8ED3-D4DA7364439D", NULL, &record, &out);
    assert_true(out.own_id);
    assert_string_equal(out.id, "01a20b38-7d30-7a8b-8ed3-d4da7364439d");
    import_row_fini(&out);
    csv_record_fini(&record);
    row("1.2.2026,5,EUR,x,,," SPLITS("4.00"), NULL, &record, &out);
    scoped(str_drop) char *splits = json_text(out.splits);
    assert_string_equal(splits,
                        "[{\"minor\":400,\"category\":\"Food\",\"note\":null,\"share_of\":null},"
                        "{\"minor\":100,\"category\":null,\"note\":null,\"share_of\":\"Ann\"}]");
    import_row_fini(&out);
    csv_record_fini(&record);
}

static void names(void **state)
{
    (void)state;
    assert_true(import_names_agree("UPI/CORNER CAFE/123456", "Corner Cafe"));
    assert_true(import_names_agree(NULL, "x"));
    assert_true(import_names_agree("x", ""));
    assert_false(import_names_agree("Bakery", "Corner Cafe"));
    assert_false(import_names_agree("Store 123456", "Shop 123456"));
}

static const char statement[] =
    "<OFX><CURDEF>EUR\n<ACCTID>9876543210\n<STMTTRN><DTPOSTED>20260321<TRNAMT>-1.5<NAME>A&amp;B&#"
    "233;"
    "</STMTTRN><STMTTRN><DTPOSTED>20260321101500[2:CEST]<TRNAMT>2<CURRENCY><CURRATE>1<CURSYM>USD"
    "</CURRENCY></STMTTRN></OFX>";

/* Whatever the window, the same two entries. */
static void ofx_entries(void **state)
{
    (void)state;
    for (size_t shown = 1; shown < sizeof statement; shown += 7) {
        struct ofx ofx = {.currency = ""};
        struct csv_record record = {0};
        size_t at = 0, len = sizeof statement - 1, window = shown, entries = 0;
        while (at < len) {
            size_t used, lines, size = len - at < window ? len - at : window;
            if (ofx_read(&ofx, statement + at, size, at + size == len, &record, &used, &lines) ==
                CSV_MORE) {
                window++;
                continue;
            }
            at += used;
            if (record.count == 0)
                continue;
            entries++;
            assert_string_equal(record.cells[COLUMN_LAST4], "3210");
            assert_string_equal(record.cells[COLUMN_CURRENCY], entries == 1 ? "EUR" : "USD");
            assert_string_equal(record.cells[COLUMN_DATE],
                                entries == 1 ? "2026-03-21" : "2026-03-21T10:15:00+02:00");
            assert_string_equal(record.cells[COLUMN_MERCHANT], entries == 1 ? "A&Bé" : "");
        }
        assert_int_equal(entries, 2);
        csv_record_fini(&record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),          cmocka_unit_test(amounts), cmocka_unit_test(layouts),
        cmocka_unit_test(rows_read),      cmocka_unit_test(names),   cmocka_unit_test(ofx_entries),
        cmocka_unit_test(layouts_as_json)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
