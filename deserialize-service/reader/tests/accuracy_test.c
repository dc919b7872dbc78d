/* How much of the fixtures is read right, field by field and class by class, against the committed
 * table below: a drop is red, and a rise is put into the table by whoever brings it about.
 * With --report it prints the figures per field, class and bank, and the confusion of classes;
 * with --misses every text that was not read right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "fixture.h"

#define CLASSES (READING_OTHER + 1)
#define SURE 90

/* Per mille of the fixtures that name the field, at least. */
static const int least_of_field[FIXTURE_FIELDS] = {
    [FIXTURE_CLASS] = 997,     [FIXTURE_AMOUNT] = 997,         [FIXTURE_CURRENCY] = 997,
    [FIXTURE_DIRECTION] = 997, [FIXTURE_MERCHANT] = 993,       [FIXTURE_ACCOUNT] = 997,
    [FIXTURE_BALANCE] = 997,   [FIXTURE_SECOND_ACCOUNT] = 997, [FIXTURE_CREDIT_LIMIT] = 997,
    [FIXTURE_FEE] = 997,       [FIXTURE_CONVERTED] = 997,      [FIXTURE_REFERENCE] = 997,
    [FIXTURE_KIND] = 993,
};
/* Per mille of the fixtures of the class. What is no transaction is never booked: 1000. */
static const int least_of_class[CLASSES] = {
    [READING_TRANSACTION] = 998,    [READING_OTP] = 990,      [READING_PROMOTION] = 990,
    [READING_REQUEST] = 990,        [READING_REMINDER] = 990, [READING_FAILED_PAYMENT] = 990,
    [READING_BALANCE_NOTICE] = 990, [READING_MANDATE] = 990,  [READING_STATEMENT] = 990,
    [READING_OTHER] = 990,
};

struct share {
    int right, of;
};

struct tally {
    struct share field[FIXTURE_FIELDS], class[CLASSES], whole, sure;
    int confusion[CLASSES][CLASSES], booked;
};

static struct fixtures fixtures;

static enum reading_class class_of(const struct fixture *fixture)
{
    for (int class = 0; class < CLASSES; class ++)
        if (strncmp(reading_class_name((enum reading_class) class), fixture->class,
                    strcspn(fixture->class, "|")) == 0)
            return (enum reading_class) class;
    fail_msg("class %s", fixture->class);
    return READING_OTHER;
}

static void count(struct share *share, bool right)
{
    share->of++;
    share->right += right;
}

static void tally_one(const struct fixture *fixture, struct tally *tally)
{
    enum reading_class want = class_of(fixture);
    struct reading got;

    fixture_read(fixture, fixture->message, &got);
    for (int field = 0; field < FIXTURE_FIELDS; field++) {
        enum fixture_score score = fixture_score(fixture, &got, (enum fixture_field)field);

        if (score != FIXTURE_OPEN)
            count(&tally->field[field], score == FIXTURE_RIGHT);
    }
    bool right = fixture_score(fixture, &got, FIXTURE_CLASS) == FIXTURE_RIGHT;

    count(&tally->class[want], right);
    tally->confusion[want][right ? want : got.class]++;
    tally->booked += want != READING_TRANSACTION && got.class == READING_TRANSACTION;
    count(&tally->whole, fixture_all_right(fixture, &got));
    if (got.class == READING_TRANSACTION && got.confidence >= SURE) {
        bool sure = right && fixture_score(fixture, &got, FIXTURE_AMOUNT) == FIXTURE_RIGHT &&
                    fixture_score(fixture, &got, FIXTURE_CURRENCY) == FIXTURE_RIGHT &&
                    fixture_score(fixture, &got, FIXTURE_DIRECTION) == FIXTURE_RIGHT;

        count(&tally->sure, sure);
    }
}

static int per_mille(struct share share)
{
    return share.of == 0 ? 1000 : 1000 * share.right / share.of;
}

static void tally_all(struct tally *tally, const char *bank)
{
    memset(tally, 0, sizeof(*tally));
    for (size_t i = 0; i < fixtures.count; i++)
        if (bank == NULL || strcmp(fixtures.rows[i].bank, bank) == 0)
            tally_one(&fixtures.rows[i], tally);
}

static void no_share_is_below_the_table(void **state)
{
    struct tally tally;
    int bad = 0;

    (void)state;
    tally_all(&tally, NULL);
    assert_true(tally.whole.of >= 1250);
    for (int field = 0; field < FIXTURE_FIELDS; field++)
        if (per_mille(tally.field[field]) < least_of_field[field]) {
            print_error("%s: %d of %d right, %d per mille wanted\n",
                        fixture_field_name((enum fixture_field)field), tally.field[field].right,
                        tally.field[field].of, least_of_field[field]);
            bad++;
        }
    for (int class = 0; class < CLASSES; class ++)
        if (per_mille(tally.class[class]) < least_of_class[class]) {
            print_error("%s: %d of %d right, %d per mille wanted\n",
                        reading_class_name((enum reading_class) class), tally.class[class].right,
                        tally.class[class].of, least_of_class[class]);
            bad++;
        }
    assert_int_equal(bad, 0);
}

static void nothing_else_is_booked(void **state)
{
    struct tally tally;

    (void)state;
    tally_all(&tally, NULL);
    assert_int_equal(tally.booked, 0);
}

static void what_is_sure_is_right(void **state)
{
    struct tally tally;

    (void)state;
    tally_all(&tally, NULL);
    assert_true(tally.sure.of > 20);
    assert_true(per_mille(tally.sure) >= 990);
}

static void print_share(const char *name, struct share share)
{
    if (share.of > 0)
        printf("  %-28s %4d of %-4d %5.1f %%\n", name, share.right, share.of,
               100.0 * share.right / share.of);
}

static void print_confusion(const struct tally *tally)
{
    printf("what it is, and as what it was read (-: never)\n  %-16s", "");
    for (int class = 0; class < CLASSES; class ++)
        printf(" %6.6s", reading_class_name((enum reading_class) class));
    for (int want = 0; want < CLASSES; want++) {
        printf("\n  %-16s", reading_class_name((enum reading_class)want));
        for (int got = 0; got < CLASSES; got++)
            if (tally->confusion[want][got] > 0)
                printf(" %6d", tally->confusion[want][got]);
            else
                printf(" %6s", "-");
    }
    printf("\n");
}

static void report(void)
{
    struct tally tally;

    tally_all(&tally, NULL);
    printf("fields\n");
    for (int field = 0; field < FIXTURE_FIELDS; field++)
        print_share(fixture_field_name((enum fixture_field)field), tally.field[field]);
    printf("classes\n");
    for (int class = 0; class < CLASSES; class ++)
        print_share(reading_class_name((enum reading_class) class), tally.class[class]);
    print_confusion(&tally);
    printf("whole texts\n");
    for (size_t i = 0; i < fixtures.count; i++) {
        bool first = true;
        struct tally bank;

        for (size_t k = 0; k < i && first; k++)
            first = strcmp(fixtures.rows[k].bank, fixtures.rows[i].bank) != 0;
        if (!first)
            continue;
        tally_all(&bank, fixtures.rows[i].bank);
        print_share(fixtures.rows[i].bank, bank.whole);
    }
    print_share("all", tally.whole);
    print_share("said to be sure, and right", tally.sure);
}

static void misses(void)
{
    for (size_t i = 0; i < fixtures.count; i++) {
        const struct fixture *fixture = &fixtures.rows[i];
        struct reading got;

        fixture_read(fixture, fixture->message, &got);
        if (fixture_all_right(fixture, &got))
            continue;
        printf("%s: %s\n", fixture->bank, fixture->message);
        for (int field = 0; field < FIXTURE_FIELDS; field++) {
            const char *name = fixture_field_name((enum fixture_field)field);
            const char *want = json_string_value(json_object_get(fixture->row, name));
            char text[READER_NAME_SIZE];

            if (fixture_score(fixture, &got, (enum fixture_field)field) != FIXTURE_WRONG)
                continue;
            fixture_got(&got, (enum fixture_field)field, text);
            printf("    %s: want \"%s\", got \"%s\"\n", name, want == NULL ? "" : want, text);
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_share_is_below_the_table),
        cmocka_unit_test(nothing_else_is_booked),
        cmocka_unit_test(what_is_sure_is_right),
    };
    int failed = 0;

    fixtures_load(&fixtures);
    if (argc > 1 && strcmp(argv[1], "--misses") == 0)
        misses();
    else if (argc > 1)
        report();
    else
        failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixtures_free(&fixtures);
    return failed;
}
