/* Texts a second on one core, and how the cost of hostile text grows with its length: each pattern
 * is read at 512 bytes and at the most that is read of a text, and at 64 KB of which the rest is
 * cut off. A reader that is linear in the text has a growth near 1 (time a byte, long over short).
 * Prints one JSON line. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "reader.h"

#define LONG_TEXT 65536
#define SHORT_TEXT 512
#define ROUNDS 200

static const char *const patterns[] = {
    "a ",       "1 ",       "to ",       "Rs 1 ",  "OTP ",      "a@b ",      "x1 ",     "(",
    "debited ", "in your ", ",1",        "UPI/",   "of ",       "tk 1 ",     "1-1-26 ", "if ",
    "will be ", "Bal: ",    "12 ",       "A ",     "transfer ", "received ", "*1234 ",  "\n",
    ".",        "Mr. ",     "from A/c ", "10:10 ", "Info: ",    "AND ",      "ref ",    "not ",
};

/* Microseconds a byte, the best of a few. */
static double cost(const char *text, size_t len)
{
    struct reader_input in = {.body = text, .body_len = len};
    struct reading reading;
    double best = 0;

    for (int try = 0; try < 5; try++) {
        int64_t start = time_mono_us();

        for (int i = 0; i < ROUNDS; i++)
            reader_read(&in, &reading);
        double one = (double)(time_mono_us() - start) / ROUNDS;

        best = best == 0 || one < best ? one : best;
    }
    return best;
}

int main(void)
{
    static char text[LONG_TEXT];
    static const char *const samples[] = {
        "Rs.482.00 debited from A/c XX7731 on 06-03-26 to VPA shanti.stores@okkaveri. UPI Ref No "
        "606511223344. Avl Bal Rs.9,120.55 -Kaveri Bank",
        "Your card ending 4471 was used for AED 128.50 at PALM COFFEE HOUSE on 03/04/2026 14:20. "
        "Available limit is AED 8,871.50",
        "482913 is your OTP for txn of Rs 4,999.00 at LOTUS ELECTRONICS. Do not share it.",
        "Compra de 42,30 EUR en FRUTERIA EL PALMERAL con tu tarjeta terminada en 4471.",
    };
    double worst = 0, slowest = 0, all = 0;
    const char *worst_pattern = "", *slowest_pattern = "";

    for (size_t p = 0; p < LENGTH(patterns); p++) {
        size_t unit = strlen(patterns[p]);

        for (size_t i = 0; i < LONG_TEXT; i++)
            text[i] = patterns[p][i % unit];
        double little = cost(text, SHORT_TEXT) / SHORT_TEXT;
        double most = cost(text, READER_TEXT_MAX) / READER_TEXT_MAX;
        double cut = cost(text, LONG_TEXT);

        if (most / little > worst) {
            worst = most / little;
            worst_pattern = patterns[p];
        }
        if (cut > slowest) {
            slowest = cut;
            slowest_pattern = patterns[p];
        }
    }
    for (size_t i = 0; i < LENGTH(samples); i++)
        all += cost(samples[i], strlen(samples[i])) / (double)LENGTH(samples);
    json_t *line = json_pack("{s:f,s:f,s:s,s:f,s:s}", "texts_per_s", 1e6 / all, "worst_growth",
                             worst, "worst_pattern", worst_pattern, "slowest_64k_us", slowest,
                             "slowest_pattern", slowest_pattern);

    json_dumpf(line, stdout, JSON_REAL_PRECISION(4));
    putchar('\n');
    json_decref(line);
    return 0;
}
