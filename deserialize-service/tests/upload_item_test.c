#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "uploads/item.h"

static void show(const struct item *item, struct buf *out)
{
    if (item->code != NULL)
        buf_addf(out, "%s%s;", item->skipped ? "-" : "!", item->code);
    else
        buf_addf(out, "%s|%s|%lld|%s;", item->sender.data, item->body.data,
                 (long long)item->received_us / 1000000,
                 item->device_id.len > 0 ? item->device_id.data : "");
}

/* However the file is cut into windows, the items are the same. */
static void expect(enum upload_format format, const char *text, const char *want)
{
    size_t len = strlen(text);
    for (size_t window = 1; window <= len + 1; window += len > 600 ? 37 : 1) {
        struct item_reader reader = {.format = format};
        struct item item = {0};
        struct buf got = {0};
        size_t at = 0, shown = window;
        while (at < len) {
            size_t used = 0, lines = 0, size = len - at < shown ? len - at : shown;
            enum item_next next =
                item_read(&reader, text + at, size, at + size == len, &item, &used, &lines);
            if (next == ITEM_MORE) {
                assert_true(size < len - at);
                shown += window;
                continue;
            }
            assert_true(used > 0);
            if (next == ITEM_FOUND)
                show(&item, &got);
            at += used;
            shown = window;
        }
        buf_add(&got, "", 1);
        if (strcmp(got.data, want) != 0)
            fail_msg("window %zu: %s instead of %s", window, got.data, want);
        item_fini(&item);
        buf_fini(&got);
    }
}

static void csv(void **state)
{
    (void)state;
    expect(UPLOAD_CSV,
           "\xef\xbb\xbf"
           "Body,Sender,received_at,other,device_message_id\r\n"
           "\"Paid \"\"A\"\",\r\nthanks\",BANK,2026-03-01T00:00:00Z,x,7\r\n\r\n"
           "B,BANK\r\nC,BANK,yesterday\r\n",
           "BANK|Paid \"A\",\r\nthanks|1772323200|7;BANK|B|0|;!time_invalid;");
    expect(UPLOAD_CSV, "sender;body;x\r\nBANK;Paid 4,50;\r\n", "BANK|Paid 4,50|0|;");
    expect(UPLOAD_CSV, "x\tbody\tsender\n\tA|B;C\tBANK\n", "BANK|A|B;C|0|;");
    expect(UPLOAD_CSV, "text,from\r\na,b\r\n", "!columns_missing;||0|;");
}

static void sms_backup(void **state)
{
    (void)state;
    expect(
        UPLOAD_SMS_BACKUP,
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
        "<!--File Created By SMS Backup > Restore-->\n<smses count=\"5\">\n"
        "  <sms protocol=\"0\" address=\"VM-BANK\" date=\"1772323200123\" type=\"1\" "
        "body=\"Rs.5 &lt;paid&gt; &amp; done&#10;&#55357;&#56832;&#x20B9; a > b\" read=\"1\" />\n"
        "  <sms address=\"ME\" date=\"1\" type=\"2\" body=\"sent\" />\n"
        "  <sms address='X' date='soon' type='1' body='it\"s' />\n"
        "  <sms date='1' type='1' body='nobody' />\n"
        "  <mms date=\"1\"><parts><part text=\"x\"/></parts></mms>\n</smses>\n",
        "VM-BANK|Rs.5 <paid> & done\n\xf0\x9f\x98\x80\xe2\x82\xb9 a > b|1772323200|;"
        "-not_received;!time_invalid;!attribute_missing;-mms;");
    expect(UPLOAD_SMS_BACKUP,
           "<sms address='X' type='1' body='a&#0;&#55357;b&bad;&#9999999999;' />",
           "X|a\xef\xbf\xbd\xef\xbf\xbd"
           "b&bad;&#9999999999;|0|;");
}

static void mbox(void **state)
{
    (void)state;
    expect(
        UPLOAD_MBOX,
        "From a Mon Mar  2 00:00:00 2026\n"
        "From: Bank <alerts@bank.example>\nMessage-ID: <1@bank.example>\n"
        "Date: Sun, 01 Mar 2026 00:00:00 +0000\nContent-Type: text/plain; charset=iso-8859-1\n"
        "Content-Transfer-Encoding: quoted-printable\n\nPaid =A35   to=\n caf=E9\n\n\n"
        "From b Mon Mar  2 00:00:00 2026\n"
        "From: shop@x.example\nMessage-ID: <2@x>\nDate: Sun, 01 Mar 2026 00:00:01 +0000\n"
        "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=q\n\n--q\n"
        "Content-Type: text/html\n\n<p>html</p>\n--q\nContent-Type: text/plain\n\nplain\n--q--\n\n"
        "From c Mon Mar  2 00:00:00 2026\nFrom: h@x.example\nMessage-ID: <3@x>\n"
        "Date: Sun, 01 Mar 2026 00:00:02 +0000\nContent-Type: text/html\n\n"
        "<style>p{}</style><p>You <b>paid</b>&nbsp;5</p>\n",
        "alerts@bank.example|Paid \xc2\xa3"
        "5 to caf\xc3\xa9|1772323200|1@bank.example;"
        "shop@x.example|plain|1772323201|2@x;h@x.example|You paid 5|1772323202|3@x;");
    expect(UPLOAD_MBOX, "no mbox\nat all\n", "!mail_broken;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv),
        cmocka_unit_test(sms_backup),
        cmocka_unit_test(mbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
