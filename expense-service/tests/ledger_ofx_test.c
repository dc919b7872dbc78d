/* Statements of the exported ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/ledger_ofx.h"

static void expect(struct buf *out, const char *text)
{
    assert_string_equal(out->data, text);
    buf_fini(out);
}

static void tells_an_entry(void **state)
{
    (void)state;
    struct buf out = {0};
    struct ledger_row row = {.id = "01a20b38-8006-765a-8c60-378c1cf13c60",
                             .occurred_us = 1773144000000000,
                             .type = "expense",
                             .direction = "debit",
                             .amount = {.minor = 1250, .currency = "EUR"},
                             .merchant = "Caf\xc3\xa9 <\"A&B\"> of the very long name, and more",
                             .note = "two\nlines"};
    ledger_ofx_row(&out, &row);
    expect(&out, "<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260310120000[0:GMT]</"
                 "DTPOSTED><TRNAMT>-12.50</TRNAMT>"
                 "<FITID>01a20b38-8006-765a-8c60-378c1cf13c60</FITID>"
                 "<NAME>Caf\xc3\xa9 &lt;\"A&amp;B\"&gt; of the very long na</NAME><MEMO>two "
                 "lines</MEMO></STMTTRN>\n");
    row = (struct ledger_row){
        .id = "i", .type = "transfer", .direction = "credit", .amount = {5, "JPY"}, .note = ""};
    ledger_ofx_row(&out, &row);
    expect(&out, "<STMTTRN><TRNTYPE>XFER</TRNTYPE><DTPOSTED>19700101000000[0:GMT]</"
                 "DTPOSTED><TRNAMT>5</TRNAMT>"
                 "<FITID>i</FITID></STMTTRN>\n");
}

static void tells_a_statement(void **state)
{
    (void)state;
    struct buf out = {0};
    struct ledger_statement of_card = {.account_id = "A",
                                       .bank = "Example Bank",
                                       .number = "4821",
                                       .currency = "KWD",
                                       .is_card = true,
                                       .balance_minor = "-5",
                                       .last_us = 1000000};
    ledger_ofx_statement(&out, &of_card);
    assert_non_null(
        strstr(out.data,
               "<CURDEF>KWD</CURDEF><BANKACCTFROM><BANKID>Example B</BANKID><ACCTID>4821</ACCTID>"
               "<ACCTTYPE>CREDITLINE</ACCTTYPE>"));
    buf_fini(&out);
    ledger_ofx_statement_end(&out, &of_card);
    expect(&out, "</BANKTRANLIST><LEDGERBAL><BALAMT>-0.005</BALAMT><DTASOF>19700101000001[0:GMT]</"
                 "DTASOF></LEDGERBAL>"
                 "</STMTRS></STMTTRNRS>\n");
    ledger_ofx_statement(&out, &(struct ledger_statement){.currency = "EUR", .balance_minor = "0"});
    assert_non_null(
        strstr(out.data, "<BANKID>0</BANKID><ACCTID>0</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE>"));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_an_entry),
        cmocka_unit_test(tells_a_statement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
