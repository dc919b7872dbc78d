/* What an operator types, and what it is taken for. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "operator/args.h"

enum { WORDS_MAX = 12 };

/* Splits a line at blanks. */
static bool parse(const char *line, struct operator_args *out, struct err *err)
{
    static char copy[400];
    char *argv[WORDS_MAX], *rest = copy, *word;
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", line);
    while ((word = strsep(&rest, " ")) != NULL)
        argv[argc++] = word;
    return operator_parse(argc, argv, out, err);
}

static void good_lines(void **state)
{
    static const struct {
        const char *line;
        enum operator_command command;
    } rows[] = {
        {"dlq list", COMMAND_DLQ_LIST},
        {"dlq list --topic t --reason r --open --limit 5 --json", COMMAND_DLQ_LIST},
        {"dlq show expense.v1.dlq/0/7", COMMAND_DLQ_SHOW},
        {"dlq replay --all", COMMAND_DLQ_REPLAY},
        {"dlq replay --reason invalid --topic t", COMMAND_DLQ_REPLAY},
        {"dlq drop --all --yes", COMMAND_DLQ_DROP},
        {"dlq drop --json expense.v1.dlq/0/7", COMMAND_DLQ_DROP},
        {"outbox status", COMMAND_OUTBOX_STATUS},
        {"outbox retry 12", COMMAND_OUTBOX_RETRY},
        {"topics check --json", COMMAND_TOPICS_CHECK},
        {"replay user.profile.v1", COMMAND_REPLAY},
        {"replay --all --json", COMMAND_REPLAY},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct operator_args args;
        struct err err = {.text = ""};
        if (!parse(rows[i].line, &args, &err))
            fail_msg("%s: %s", rows[i].line, err.text);
        assert_int_equal(args.command, rows[i].command);
    }
}

static void bad_lines(void **state)
{
    static const char *const lines[] = {
        "dlq",
        "dlq frob",
        "dlq list expense.v1.dlq/0/7",
        "dlq list --all",
        "dlq list --limit 0",
        "dlq list --limit 5x",
        "dlq list --limit",
        "dlq show",
        "dlq show expense.v1.dlq",
        "dlq show expense.v1.dlq/0",
        "dlq show /0/1",
        "dlq show expense.v1.dlq/0/-1",
        "dlq show expense.v1.dlq/0/1x",
        "dlq show expense.v1.dlq/4294967296/1",
        "dlq show expense.v1.dlq/0/99999999999999999999",
        "dlq show a/0/1 b/0/1",
        "dlq replay",
        "dlq replay --all --reason r",
        "dlq replay expense.v1.dlq/0/7 --all",
        "dlq replay --yes --all",
        "dlq drop --topic t",
        "outbox",
        "outbox status 7",
        "outbox retry",
        "outbox retry 0",
        "outbox retry x",
        "topics",
        "topics check --all",
        "replay",
        "replay a b",
        "replay a --all",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct operator_args args;
        struct err err = {.text = ""};
        if (parse(lines[i], &args, &err))
            fail_msg("accepted: %s", lines[i]);
        assert_int_equal(err.code, ERR_INVALID);
        assert_true(err.text[0] != '\0');
    }
}

static void values_arrive(void **state)
{
    struct operator_args args;
    struct err err;
    (void)state;
    assert_true(parse("dlq show message.received.v1.dlq/3/9007199254740993", &args, &err));
    assert_true(args.has_id);
    assert_string_equal(args.id_topic, "message.received.v1.dlq");
    assert_int_equal(args.id_partition, 3);
    assert_true(args.id_offset == INT64_C(9007199254740993));
    assert_true(parse("dlq list --reason invalid --limit 7", &args, &err));
    assert_string_equal(args.reason, "invalid");
    assert_int_equal(args.limit, 7);
    assert_true(parse("dlq list", &args, &err));
    assert_int_equal(args.limit, 100);
    assert_true(parse("outbox retry 12", &args, &err));
    assert_true(args.id_offset == 12);
    assert_true(parse("dlq drop --help", &args, &err));
    assert_true(args.help);
}

static void a_long_topic_is_refused(void **state)
{
    char line[400];
    struct operator_args args;
    struct err err;
    (void)state;
    snprintf(line, sizeof line, "dlq show %0300d/0/1", 0);
    assert_false(parse(line, &args, &err));
}

static void only_first_words_are_known(void **state)
{
    (void)state;
    assert_true(operator_knows("dlq"));
    assert_true(operator_knows("replay"));
    assert_false(operator_knows("list"));
    assert_false(operator_knows("migrate"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines),
        cmocka_unit_test(bad_lines),
        cmocka_unit_test(values_arrive),
        cmocka_unit_test(a_long_topic_is_refused),
        cmocka_unit_test(only_first_words_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
