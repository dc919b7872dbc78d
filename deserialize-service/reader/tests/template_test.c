/* Every example of deserialize-service/templates/ is read as its file says; what a pattern matches,
 * what makes one bad, and what a template may not do. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bank.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "fixture.h"
#include "gen/template_file.h"
#include "template_match.h"

/* Reads a text, with one template of the test's own when a pattern is given. */
static void read_with(const char *says, const char *pattern, const char *body, struct reading *out)
{
    struct template own;
    struct template_fault fault;
    uint16_t slots[8];
    struct template_set set = {&own, 1, slots, 7};
    struct reader_input in = {.body = body, .body_len = strlen(body)};

    if (pattern != NULL) {
        assert_true(template_compile(pattern, strlen(pattern), &own, &fault));
        assert_true(template_meaning_parse(says, &own.means, &fault));
        snprintf(own.name, sizeof(own.name), "own");
        template_index(&own, 1, slots, 7);
        in.own = &set;
    }
    reader_read(&in, out);
}

static bool matches(const char *pattern, const char *body)
{
    struct reading reading;

    read_with("other", pattern, body, &reading);
    return strcmp(reading.template, "own") == 0;
}

static void check_field(const struct template_row *row, const struct template_example *example,
                        const struct reading *reading, char *pair)
{
    char *want = strchr(pair, '='), got[READER_NAME_SIZE];

    if (want == NULL)
        fail_msg("%s:%d: no = in %s", row->file, example->line, pair);
    *want++ = '\0';
    for (int field = 0; field < FIXTURE_FIELDS; field++) {
        if (strcmp(fixture_field_name((enum fixture_field)field), pair) != 0)
            continue;
        fixture_got(reading, (enum fixture_field)field, got);
        if (strcmp(got, want) != 0)
            fail_msg("%s:%d: %s is \"%s\"", row->file, example->line, pair, got);
        return;
    }
    fail_msg("%s:%d: no field %s", row->file, example->line, pair);
}

static void check_example(const struct template_row *row, const struct template_example *example)
{
    scoped(str_drop) char *fields = xstrdup(example->fields);
    char *rest = fields, *pair;
    struct reading reading;

    read_with(NULL, NULL, example->text, &reading);
    if (strcmp(reading.template, row->template.name) != 0)
        fail_msg("%s:%d: read as of template \"%s\"", row->file, example->line, reading.template);
    assert_int_equal(reading.class, row->template.means.class);
    while ((pair = strsep(&rest, ";")) != NULL)
        check_field(row, example, &reading, pair + strspn(pair, " \n"));
    if (reading.class == READING_TRANSACTION)
        assert_true(reading.confidence >= 90);
}

static void examples_are_read_as_told(void **state)
{
    struct template_files files = {0};
    glob_t paths;

    (void)state;
    assert_int_equal(glob("../templates/*.t", 0, NULL, &paths), 0);
    for (size_t i = 0; i < paths.gl_pathc; i++)
        template_file_read(paths.gl_pathv[i], &files);
    assert_true(files.count >= 10);
    for (int i = 0; i < files.count; i++)
        for (int k = 0; k < files.rows[i].example_count; k++)
            check_example(&files.rows[i], &files.rows[i].examples[k]);
    template_files_fini(&files);
    globfree(&paths);
}

static void the_whole_text_must_fit(void **state)
{
    const char *pattern = "Moved {amount} away from jar {account}[ on {date}]. Left: {balance}";

    (void)state;
    assert_true(matches(pattern, "Moved EUR 5.00 away from jar 1234. Left: EUR 7.00"));
    assert_true(matches(pattern, "MOVED EUR 5.00 AWAY FROM JAR *1234 ON 04.05.2026 left EUR 7.00"));
    assert_true(matches(pattern, "Moved EUR 5.00,\naway from jar XX1234 - Left EUR 7.00."));
    assert_false(matches(pattern, "Moved EUR 5.00 away from jar 1234. Left: EUR 7.00 today"));
    assert_false(matches(pattern, "You moved EUR 5.00 away from jar 1234. Left: EUR 7.00"));
    assert_false(matches(pattern, "Moved EUR 5.00 away from jar abc. Left: EUR 7.00"));
    assert_false(matches(pattern, "Moved EUR 5.00 away from jar 1234 on Left: EUR 7.00"));
}

static void slots_take_what_is_theirs(void **state)
{
    struct reading reading;

    (void)state;
    read_with("transaction debit", "Jar {account} has lost {amount} for {merchant} on {date} {any}",
              "Jar **** 4242 has lost USD 12.30 for SHOP ON WHEELS, LTD. on 04-05-2026 bye now",
              &reading);
    assert_string_equal(reading.template, "own");
    assert_string_equal(reading.merchant_raw, "SHOP ON WHEELS, LTD");
    assert_string_equal(reading.account, "4242");
    assert_int_equal(reading.amount.money.minor, 1230);
    assert_true(reading.occurred_at_certain);
    assert_true(reading.confidence >= 90);
    read_with("transaction credit", "gain jar sum {amount} mark {ref} from {merchant}",
              "Gain: jar sum 700 mark QP26.0411-K9. from LUCIA ROSSI", &reading);
    assert_string_equal(reading.reference, "QP26.0411-K9");
    assert_string_equal(reading.merchant, "LUCIA ROSSI");
    assert_int_equal(reading.direction, READING_CREDIT);
    /* A currency that nobody told stays unknown, and nothing is sure. */
    assert_string_equal(reading.amount.money.currency, "");
    assert_true(reading.confidence < READER_REVIEW_BELOW);
    read_with("transaction credit currency=JOD", "gain jar sum {amount} from {merchant}",
              "Gain: jar sum 7.125 from LUCIA ROSSI", &reading);
    assert_string_equal(reading.amount.money.currency, "JOD");
    assert_int_equal(reading.amount.money.minor, 7125);
}

static void a_refusal_stays_one(void **state)
{
    const char *pattern = "Your payment of {amount} to {merchant} was declined by the till";
    const char *text = "Your payment of EUR 9.00 to KIOSK was declined by the till";
    struct reading reading;

    (void)state;
    read_with("transaction debit", pattern, text, &reading);
    assert_int_equal(reading.class, READING_FAILED_PAYMENT);
    assert_string_equal(reading.template, "");
    read_with("transaction debit overrules", pattern, text, &reading);
    assert_int_equal(reading.class, READING_TRANSACTION);
    assert_int_equal(reading.amount.money.minor, 900);
    /* And what reads like a payment is none where the template says so. */
    read_with("promotion", "You paid {amount} to {merchant} at once? Think again",
              "You paid EUR 9.00 to KIOSK at once? Think again", &reading);
    assert_int_equal(reading.class, READING_PROMOTION);
}

static void bad_patterns_are_refused(void **state)
{
    static const struct {
        const char *code, *pattern;
    } rows[] = {
        {"pattern_syntax", "one two three {amount"},
        {"pattern_syntax", "one two three ["},
        {"pattern_syntax", "one two three ]"},
        {"pattern_syntax", "one [two [three]] {amount}"},
        {"pattern_syntax", "one two three [] {amount}"},
        {"unknown_slot", "one two three {sum}"},
        {"repeated_slot", "one two three {amount} {amount}"},
        {"ambiguous", "one two three {any} {merchant}"},
        {"ambiguous", "one two three {merchant} {any}"},
        {"ambiguous", "one two three {merchant}[ on {date}] {any}"},
        {"too_costly", "one two three {any} a {any} b {any} c {any} d {any} e {any}"},
        {"too_general", "{any}"},
        {"too_general", "{amount} {any} paid"},
        {"too_general", "paid {merchant} to {any} on {date} {time} {code} now"},
        {"too_general", "[one two three] {amount}"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct template out;
        struct template_fault fault = {.code = "none"};

        if (template_compile(rows[i].pattern, strlen(rows[i].pattern), &out, &fault) ||
            strcmp(fault.code, rows[i].code) != 0)
            fail_msg("%s: %s, not %s", rows[i].pattern, fault.code, rows[i].code);
    }
    char words[TEMPLATE_PATTERN_MAX + 2];
    struct template out;
    struct template_fault fault;

    for (size_t i = 0; i < sizeof(words); i++)
        words[i] = i % 4 == 3 ? ' ' : 'a';
    assert_false(template_compile(words, sizeof(words), &out, &fault));
    assert_string_equal(fault.code, "too_long");
    assert_false(template_compile(words, 400, &out, &fault));
    assert_string_equal(fault.code, "too_long");
}

static bool overlap(const char *a, const char *b)
{
    struct template one, other;
    struct template_fault fault;

    assert_true(template_compile(a, strlen(a), &one, &fault));
    assert_true(template_compile(b, strlen(b), &other, &fault));
    assert_int_equal(template_overlap(&one, &other), template_overlap(&other, &one));
    return template_overlap(&one, &other);
}

static void overlaps_are_found(void **state)
{
    (void)state;
    assert_true(overlap("you got {amount} from {merchant} today", "you got {amount} {any} today"));
    assert_true(overlap("[oh ]you got {amount} now", "oh you got {fee} now"));
    assert_true(overlap("you got it {code} {any}", "{any} you got it {balance}"));
    assert_false(overlap("you got {amount} from {merchant} today", "you got {amount} {any} now"));
    assert_false(overlap("you got {amount} there now", "you sent {amount} there now"));
    assert_false(overlap("you got it {date} now", "you got it {amount} now"));
}

static void senders_are_known(void **state)
{
    (void)state;
    assert_string_equal(bank_of_sender("hdfcbk")->name, "HDFC Bank");
    assert_string_equal(bank_of_sender("VM-HDFCBK")->name, "HDFC Bank");
    assert_string_equal(bank_of_sender("AD-ICICIT-S")->name, "ICICI Bank");
    assert_string_equal(bank_of_sender("MPESA")->country, "KE");
    assert_null(bank_of_sender("VM-HDFC"));
    assert_null(bank_of_sender(""));
    assert_null(bank_of_sender(NULL));
    assert_null(bank_of_sender("VM-"));
    assert_null(bank_of_sender("VM-X"));
    assert_null(bank_of_sender("VM--X"));
    assert_string_equal(bank_of_sender("hdfc_bk")->name, "HDFC Bank");
    assert_string_equal(bank_of_sender("Zenith Bank Alert")->name, "Zenith Bank");
}

/* The longest text and the most expensive pattern: microseconds, whatever stands in them. */
static void hostile_texts_cost_little(void **state)
{
    const char *pattern = "aa aa {any} aa aa {any} aa aa {any} aa aa {any} aa aa {amount} zz";
    static char body[READER_TEXT_MAX + 1];
    struct reading reading;
    int64_t start = time_mono_us();

    (void)state;
    for (size_t i = 0; i < READER_TEXT_MAX; i++)
        body[i] = i % 3 == 2 ? ' ' : 'a';
    for (int i = 0; i < 20; i++)
        read_with("other", pattern, body, &reading);
    assert_string_equal(reading.template, "");
    assert_true((time_mono_us() - start) / 20 < 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_read_as_told), cmocka_unit_test(the_whole_text_must_fit),
        cmocka_unit_test(slots_take_what_is_theirs), cmocka_unit_test(a_refusal_stays_one),
        cmocka_unit_test(bad_patterns_are_refused),  cmocka_unit_test(overlaps_are_found),
        cmocka_unit_test(senders_are_known),         cmocka_unit_test(hostile_texts_cost_little),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
