#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rates/rate.h"

static void decimals(void **state)
{
    static const struct {
        const char *text;
        bool ok;
    } rows[] = {{"1", true},
                {"0.0001", true},
                {"1.0834", true},
                {"0", false},
                {"0.000", false},
                {"", false},
                {"-1", false},
                {"1e3", false},
                {".5", false},
                {"5.", false},
                {"1,5", false},
                {"1234567890123", false},
                {"999999999999.999999999999", true}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (rate_ok(rows[i].text) != rows[i].ok)
            fail_msg("%s", rows[i].text);
}

static bool see(void *arg, const char *day, const char *currency, const char *rate)
{
    buf_addf(arg, "%s %s %s;", day, currency, rate);
    return true;
}

static void files_of_the_central_bank(void **state)
{
    static const struct {
        const char *text, *want; /* NULL: refused */
    } rows[] = {
        {"<?xml version='1.0'?><gesmes:Envelope><Cube><Cube time='2026-11-25'>"
         "<Cube currency='USD' rate='1.0485'/><Cube currency='JPY' rate='161.27'/></Cube>"
         "<Cube time=\"2026-11-24\"><Cube currency=\"USD\" rate=\"1.0491\"/></Cube></Cube>",
         "2026-11-25 USD 1.0485;2026-11-25 JPY 161.27;2026-11-24 USD 1.0491;"},
        {"<Cube time='2026-11-25'><Cube currency='XQX' rate='1'/><Cube currency='USD' rate='2'/>",
         "2026-11-25 USD 2;"},
        {"<Cube currency='USD' rate='1.0485'/>", NULL},
        {"<Cube time='yesterday'><Cube currency='USD' rate='1'/>", NULL},
        {"<Cube time='2026-11-25'><Cube currency='USD' rate='-1'/>", NULL},
        {"<Cube time='2026-11-25'><Cube currency='USD' rate='1", NULL},
        {"<html>not found</html>", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scoped(buf_fini) struct buf got = {0};
        bool ok = rate_read_ecb(rows[i].text, strlen(rows[i].text), see, &got);
        if (ok != (rows[i].want != NULL) || (ok && strcmp(got.data, rows[i].want) != 0))
            fail_msg("row %zu: %s", i, got.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals),
        cmocka_unit_test(files_of_the_central_bank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
