/* The columns of the exported ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/ledger_csv.h"

static void expect(const struct ledger_row *row, const char *text)
{
    struct buf out = {0};
    ledger_csv_row(&out, row);
    assert_string_equal(out.data, text);
    buf_fini(&out);
}

static void test_rows(void **state)
{
    struct ledger_row row = {.id = "01a20b38-8006-765a-8c60-378c1cf13c60",
                             .occurred_us = 1773144000000000,
                             .type = "expense",
                             .direction = "debit",
                             .status = "posted",
                             .source = "manual",
                             .amount = {.minor = 1250, .currency = "EUR"},
                             .note = ""};
    (void)state;
    expect(&row, "01a20b38-8006-765a-8c60-378c1cf13c60,2026-03-10T12:00:00Z,expense,debit,12.50,"
                 "EUR,,,,,,,posted,manual,,\r\n");
    row.amount = (struct money){.minor = 7, .currency = "KWD"};
    row.merchant = "=cmd()";
    row.category = "Food, drink";
    row.account = "Ex Bank";
    row.last4 = "0042";
    row.note = "two\n\"lines\"";
    row.tags = "[\"work\",\"a;b\\\\c\",\"@home\"]";
    row.reference = "R-1";
    row.splits = "[{\"minor\":7,\"category_id\":\"x\",\"category_name\":\"Food\",\"note\":null,"
                 "\"share_of\":\"Ann\"}]";
    expect(&row, "01a20b38-8006-765a-8c60-378c1cf13c60,2026-03-10T12:00:00Z,expense,debit,0.007,"
                 "KWD,\"'=cmd()\",\"Food, drink\",Ex Bank,0042,\"two\n\"\"lines\"\"\","
                 "work;a\\;b\\\\c;@home,posted,manual,R-1,\"[{\"\"amount\"\":{\"\"amount\"\":\"\"0."
                 "007\"\",\"\"currency\"\":"
                 "\"\"KWD\"\"},\"\"category\"\":\"\"Food\"\",\"\"share_of\"\":\"\"Ann\"\"}]\"\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
