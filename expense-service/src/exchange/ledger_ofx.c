#include "exchange/ledger_ofx.h"

#include <string.h>
#include <time.h>

#include "insight/summary.h"

/* Characters at most, of the standard. */
enum { BANKID_CHARS = 9, ACCTID_CHARS = 22, NAME_CHARS = 32, MEMO_CHARS = 255 };

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

/* What XML 1.0 lets a document hold; cut between two characters. */
static void add_text(struct buf *out, const char *tag, const char *text, size_t most)
{
    buf_addf(out, "<%s>", tag);
    for (size_t count = 0; *text != '\0'; text++) {
        count += starts_character(*text);
        if (count > most)
            break;
        if (*text == '&')
            buf_addf(out, "&amp;");
        else if (*text == '<')
            buf_addf(out, "&lt;");
        else if (*text == '>')
            buf_addf(out, "&gt;");
        else if ((unsigned char)*text < 0x20)
            buf_add(out, " ", 1);
        else
            buf_add(out, text, 1);
    }
    buf_addf(out, "</%s>", tag);
}

static void add_time(struct buf *out, const char *tag, int64_t us)
{
    struct tm tm;
    char text[32];
    time_t s = (time_t)(us / 1000000) - (us % 1000000 < 0);
    gmtime_r(&s, &tm);
    strftime(text, sizeof text, "%Y%m%d%H%M%S[0:GMT]", &tm);
    buf_addf(out, "<%s>%s</%s>", tag, text, tag);
}

static const char status[] = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>";

void ledger_ofx_begin(struct buf *out, int64_t now_us)
{
    buf_addf(out,
             "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
             "<?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\""
             " NEWFILEUID=\"NONE\"?>\n"
             "<OFX><SIGNONMSGSRSV1><SONRS>%s",
             status);
    add_time(out, "DTSERVER", now_us);
    buf_addf(out, "<LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>\n<BANKMSGSRSV1>\n");
}

void ledger_ofx_statement(struct buf *out, const struct ledger_statement *statement)
{
    const char *bank = statement->bank != NULL && *statement->bank != '\0' ? statement->bank : "0";
    buf_addf(out, "<STMTTRNRS><TRNUID>0</TRNUID>%s<STMTRS><CURDEF>%s</CURDEF><BANKACCTFROM>",
             status, statement->currency);
    add_text(out, "BANKID", bank, BANKID_CHARS);
    add_text(out, "ACCTID", statement->number != NULL ? statement->number : "0", ACCTID_CHARS);
    buf_addf(out, "<ACCTTYPE>%s</ACCTTYPE></BANKACCTFROM><BANKTRANLIST>",
             statement->is_card ? "CREDITLINE" : "CHECKING");
    add_time(out, "DTSTART", statement->first_us);
    add_time(out, "DTEND", statement->last_us);
    buf_addf(out, "\n");
}

void ledger_ofx_row(struct buf *out, const struct ledger_row *row)
{
    char amount[MONEY_SIZE];
    bool debit = strcmp(row->direction, "debit") == 0;
    money_format(&row->amount, amount);
    buf_addf(out, "<STMTTRN><TRNTYPE>%s</TRNTYPE>",
             strcmp(row->type, "transfer") == 0 ? "XFER"
             : debit                            ? "DEBIT"
                                                : "CREDIT");
    add_time(out, "DTPOSTED", row->occurred_us);
    buf_addf(out, "<TRNAMT>%s%s</TRNAMT><FITID>%s</FITID>", debit ? "-" : "", amount, row->id);
    if (row->merchant != NULL)
        add_text(out, "NAME", row->merchant, NAME_CHARS);
    if (row->note != NULL && *row->note != '\0')
        add_text(out, "MEMO", row->note, MEMO_CHARS);
    buf_addf(out, "</STMTTRN>\n");
}

void ledger_ofx_statement_end(struct buf *out, const struct ledger_statement *statement)
{
    char balance[SUMMARY_AMOUNT_SIZE];
    summary_amount(statement->balance_minor, currency_exponent(statement->currency), balance);
    buf_addf(out, "</BANKTRANLIST><LEDGERBAL><BALAMT>%s</BALAMT>", balance);
    add_time(out, "DTASOF", statement->last_us);
    buf_addf(out, "</LEDGERBAL></STMTRS></STMTTRNRS>\n");
}

void ledger_ofx_end(struct buf *out)
{
    buf_addf(out, "</BANKMSGSRSV1></OFX>\n");
}
