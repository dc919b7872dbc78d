/* A pattern out of a marked text: what it generalises, what else it then matches, what it refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "template_learn.h"

struct piece {
    enum template_slot slot;
    const char *text;
};

static bool learn(const char *sample, const struct piece *pieces, int count, char *pattern,
                  struct template *out, int *bad, struct template_fault *fault)
{
    struct template_tag tags[TEMPLATE_TAGS_MAX];

    for (int i = 0; i < count; i++) {
        const char *at = strstr(sample, pieces[i].text);

        assert_non_null(at);
        tags[i] = (struct template_tag){pieces[i].slot, (size_t)(at - sample),
                                        (size_t)(at - sample) + strlen(pieces[i].text)};
    }
    return template_learn(sample, strlen(sample), tags, count, pattern, out, bad, fault);
}

static void read_with(const struct template *template, const char *body, struct reading *out)
{
    uint16_t slots[8];
    struct template_set set = {template, 1, slots, 7};
    struct reader_input in = {.body = body, .body_len = strlen(body), .own = &set};

    template_index(template, 1, slots, 7);
    reader_read(&in, out);
}

static void one_text_teaches_the_next(void **state)
{
    static const struct piece pieces[] = {{SLOT_AMOUNT, "41.20"},
                                          {SLOT_MERCHANT, "PEBBLE & CO"},
                                          {SLOT_ACCOUNT, "0917"},
                                          {SLOT_REF, "77-AB-0012"}};
    const char *sample = "Pocket #0917: outflow USD 41.20 >> PEBBLE & CO (slip 77-AB-0012) on "
                         "04/05/2026 11:20. Help: 555 0100 or https://pocket.example/x";
    char pattern[TEMPLATE_PATTERN_MAX + 1];
    struct template learned;
    struct template_fault fault;
    struct reading reading;
    int bad;

    (void)state;
    if (!learn(sample, pieces, LENGTH(pieces), pattern, &learned, &bad, &fault))
        fail_msg("%s: %s", fault.code, fault.detail);
    assert_null(strstr(pattern, "pebble"));
    assert_null(strpbrk(pattern, "0123456789"));
    assert_true(template_meaning_parse("transaction debit", &learned.means, &fault));
    snprintf(learned.name, sizeof(learned.name), "pocket");
    read_with(&learned,
              "Pocket #4431: outflow USD 7.00 >> Anna's Kiosk (slip 80-CD-0413) on 05/05/2026 "
              "09:02. Help: 555 0100 or https://pocket.example/y",
              &reading);
    assert_string_equal(reading.template, "pocket");
    assert_int_equal(reading.amount.money.minor, 700);
    assert_int_equal(reading.direction, READING_DEBIT);
    assert_string_equal(reading.merchant, "Anna's Kiosk");
    assert_string_equal(reading.account, "4431");
    assert_string_equal(reading.reference, "80-CD-0413");
    assert_true(reading.has_own_time);
    assert_true(reading.confidence >= 90);
}

static void a_long_end_is_left_open(void **state)
{
    static const struct piece pieces[] = {{SLOT_AMOUNT, "EUR 9.00"}};
    char sample[TEMPLATE_SAMPLE_MAX] = "Your jar was emptied by EUR 9.00.";
    char pattern[TEMPLATE_PATTERN_MAX + 1];
    struct template learned;
    struct template_fault fault;
    int bad;

    (void)state;
    while (strlen(sample) + 20 < 700)
        strcat(sample, " words that go on");
    assert_true(learn(sample, pieces, 1, pattern, &learned, &bad, &fault));
    assert_non_null(strstr(pattern, "{any}"));
}

static void what_cannot_be_learned_is_refused(void **state)
{
    static const struct {
        const char *code, *sample;
        int bad, count;
        struct piece pieces[3];
    } rows[] = {
        {"tag_unreadable", "You gave twelve to the kiosk at noon", 0, 1, {{SLOT_AMOUNT, "twelve"}}},
        {"tags_overlap",
         "You gave EUR 12.00 to the old kiosk",
         1,
         2,
         {{SLOT_AMOUNT, "EUR 12.00"}, {SLOT_FEE, "12.00"}}},
        {"tag_empty", "You gave EUR 12.00 to the old kiosk -", 0, 1, {{SLOT_MERCHANT, "-"}}},
        {"ambiguous",
         "You gave to the KIOSK LTD bye EUR 12.00",
         -1,
         3,
         {{SLOT_AMOUNT, "EUR 12.00"}, {SLOT_MERCHANT, "KIOSK"}, {SLOT_ANY, "LTD"}}},
        {"too_general",
         "EUR 12.00 to KIOSK",
         -1,
         2,
         {{SLOT_AMOUNT, "EUR 12.00"}, {SLOT_MERCHANT, "KIOSK"}}},
        {"repeated_slot",
         "You gave EUR 12.00 and EUR 13.00 to the old kiosk",
         -1,
         2,
         {{SLOT_AMOUNT, "EUR 12.00"}, {SLOT_AMOUNT, "EUR 13.00"}}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char pattern[TEMPLATE_PATTERN_MAX + 1];
        struct template learned;
        struct template_fault fault = {.code = "none"};
        int bad = 99;

        if (learn(rows[i].sample, rows[i].pieces, rows[i].count, pattern, &learned, &bad, &fault) ||
            strcmp(fault.code, rows[i].code) != 0 || bad != rows[i].bad)
            fail_msg("%s: %s of tag %d", rows[i].sample, fault.code, bad);
    }
}

/* Whatever is marked in whatever text: a pattern that fits, or a refusal. */
static void any_marking_is_survived(void **state)
{
    const char *sample =
        "A[b] {x} 12,5 ** 4242 \xe2\x82\xac 9 *12 \xff ref A-1/B.2 12:30 1-1-26 @@ "
        "we did it \xd8\xa7\xd9\x84 go";
    size_t len = strlen(sample);
    struct template_fault fault;
    struct template learned;
    char pattern[TEMPLATE_PATTERN_MAX + 1];
    int bad;

    (void)state;
    for (size_t start = 0; start < len; start++)
        for (size_t end = start + 1; end <= len; end += 3)
            for (int slot = 0; slot < TEMPLATE_SLOTS; slot++) {
                struct template_tag tag = {(enum template_slot)slot, start, end};

                if (template_learn(sample, len, &tag, 1, pattern, &learned, &bad, &fault))
                    assert_true(learned.count > 0);
                else
                    assert_non_null(fault.code);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_text_teaches_the_next),
        cmocka_unit_test(a_long_end_is_left_open),
        cmocka_unit_test(what_cannot_be_learned_is_refused),
        cmocka_unit_test(any_marking_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
