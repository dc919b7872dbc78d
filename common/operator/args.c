#include "operator/args.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LIMIT_DEFAULT = 100 };

enum option {
    OPT_JSON = 1,
    OPT_TOPIC = 2,
    OPT_REASON = 4,
    OPT_LIMIT = 8,
    OPT_OPEN = 16,
    OPT_ALL = 32,
    OPT_YES = 64,
};

enum operand { OPERAND_NONE, OPERAND_PLACE, OPERAND_ROW, OPERAND_TOPIC };

/* choice: one of ID (or TOPIC), --reason and --all must be given, and not two of them. */
struct command_row {
    const char *word, *verb; /* verb NULL: the command is one word */
    enum operator_command command;
    unsigned options;
    enum operand operand;
    bool choice;
    const char *usage, *help;
};

/* clang-format off */
static const struct command_row rows[] = {
    {"dlq", "list", COMMAND_DLQ_LIST, OPT_JSON | OPT_TOPIC | OPT_REASON | OPT_LIMIT | OPT_OPEN, OPERAND_NONE, false,
     "[--topic TOPIC] [--reason CODE] [--open] [--limit N] [--json]",
     "dead letters of this service, the newest N (100); --open: not dealt with yet"},
    {"dlq", "show", COMMAND_DLQ_SHOW, OPT_JSON, OPERAND_PLACE, true,
     "ID [--json]",
     "headers, key and value of one; a value may be a person's bank text"},
    {"dlq", "replay", COMMAND_DLQ_REPLAY, OPT_JSON | OPT_TOPIC | OPT_REASON | OPT_ALL, OPERAND_PLACE, true,
     "ID | --reason CODE | --all [--topic TOPIC] [--json]",
     "apply them once more, by this service only, each exactly once"},
    {"dlq", "drop", COMMAND_DLQ_DROP, OPT_JSON | OPT_TOPIC | OPT_REASON | OPT_ALL | OPT_YES, OPERAND_PLACE, true,
     "ID | --reason CODE --yes | --all --yes [--topic TOPIC] [--json]",
     "mark them as dealt with; without --yes only tell how many"},
    {"outbox", "status", COMMAND_OUTBOX_STATUS, OPT_JSON, OPERAND_NONE, false,
     "[--json]",
     "events waiting for the broker, refused ones, sizes, relays"},
    {"outbox", "retry", COMMAND_OUTBOX_RETRY, OPT_JSON | OPT_ALL, OPERAND_ROW, true,
     "ID | --all [--json]",
     "put refused events back to be sent"},
    {"topics", "check", COMMAND_TOPICS_CHECK, OPT_JSON, OPERAND_NONE, false,
     "[--json]",
     "make missing topics, compare the others with what is declared"},
    {"replay", NULL, COMMAND_REPLAY, OPT_JSON | OPT_ALL, OPERAND_TOPIC, true,
     "TOPIC | --all [--json]",
     "make derived rows anew from a topic's beginning"},
};

/* What --help of a command's first word says below its usage. */
static const struct { const char *word, *text; } notes[] = {
    {"dlq",
     "ID is topic/partition/offset of the dead letter as `dlq list` shows it. Only dead letters that name this\n"
     "service as their consumer are its own. All commands work beside a running service and without one.\n"
     "A replayed record that is still bad goes back to the dead letters once, with its attempts counted up (sent by\n"
     "the relay of the running service). Dead letters older than 90 days count as expired and stay as they are.\n"
     "exit: 0 done   1 failed, or a replayed record is still bad   2 wrong usage, or drop of many without --yes\n"},
    {"outbox",
     "ID is the row's id in outbox_refused, as `outbox status --json` shows it.\n"
     "exit of status: 0 good   1 cannot tell   2 wrong usage\n"
     "                3 look at it: rows were refused, the oldest waits for over a minute, or rows wait and no relay\n"
     "                  of this service runs\n"},
    {"topics",
     "exit: 0 all topics are as declared (missing ones were made)   1 failed   2 wrong usage\n"
     "      3 a topic differs in partitions, replication, retention.ms, cleanup.policy or max.message.bytes\n"},
    {"replay",
     "Gives every event of the topic, from its beginning, to those functions of this service whose rows follow the\n"
     "event (--all: all such topics); what is older than a row changes nothing, so it is safe beside a running\n"
     "service. Events with an effect of their own, money above all, are not given again. Verification keys and\n"
     "deny-lists are no rows: every daemon reads them anew from their topics when it starts.\n"
     "exit: 0 done   1 failed   2 wrong usage\n"},
};
/* clang-format on */

bool operator_knows(const char *word)
{
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (strcmp(rows[i].word, word) == 0)
            return true;
    return false;
}

static bool parse_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < min || value > max ||
        strspn(text, "0123456789") != strlen(text))
        return false;
    *out = value;
    return true;
}

/* topic/partition/offset; a topic's name holds no slash. */
static bool parse_place(const char *text, struct operator_args *out)
{
    const char *first = strchr(text, '/'), *second = first != NULL ? strchr(first + 1, '/') : NULL;
    char number[24];
    int64_t partition;
    if (second == NULL || first == text || (size_t)(first - text) >= sizeof out->id_topic ||
        (size_t)(second - first) > sizeof number)
        return false;
    snprintf(out->id_topic, sizeof out->id_topic, "%.*s", (int)(first - text), text);
    snprintf(number, sizeof number, "%.*s", (int)(second - first - 1), first + 1);
    if (!parse_number(number, 0, INT32_MAX, &partition) ||
        !parse_number(second + 1, 0, INT64_MAX, &out->id_offset))
        return false;
    out->id_partition = (int32_t)partition;
    return true;
}

static bool parse_operand(const struct command_row *row, const char *text,
                          struct operator_args *out, struct err *err)
{
    bool again = out->has_id || (row->operand == OPERAND_TOPIC && out->topic != NULL);
    if (row->operand == OPERAND_NONE || again)
        return err_set(err, ERR_INVALID, "%.60s is one argument too many", text);
    if (row->operand == OPERAND_TOPIC) {
        out->topic = text;
        return true;
    }
    out->has_id = true;
    if (row->operand == OPERAND_ROW)
        return parse_number(text, 1, INT64_MAX, &out->id_offset) ||
               err_set(err, ERR_INVALID, "%.60s is no id of a refused row", text);
    return parse_place(text, out) ||
           err_set(err, ERR_INVALID, "%.60s is no ID of a dead letter (topic/partition/offset)",
                   text);
}

/* The options, and whether their value is the next argument. */
static const struct {
    const char *name;
    enum option option;
    bool valued;
} option_names[] = {
    {"--json", OPT_JSON, false},  {"--all", OPT_ALL, false},    {"--yes", OPT_YES, false},
    {"--open", OPT_OPEN, false},  {"--topic", OPT_TOPIC, true}, {"--reason", OPT_REASON, true},
    {"--limit", OPT_LIMIT, true},
};

static bool set_option(enum option option, const char *value, struct operator_args *out,
                       struct err *err)
{
    switch (option) {
    case OPT_JSON:
        out->json = true;
        break;
    case OPT_ALL:
        out->all = true;
        break;
    case OPT_YES:
        out->yes = true;
        break;
    case OPT_OPEN:
        out->open = true;
        break;
    case OPT_TOPIC:
        out->topic = value;
        break;
    case OPT_REASON:
        out->reason = value;
        break;
    case OPT_LIMIT:
        return parse_number(value, 1, OPERATOR_LIMIT_MAX, &out->limit) ||
               err_set(err, ERR_INVALID, "--limit must be 1 to %d", OPERATOR_LIMIT_MAX);
    }
    return true;
}

/* *at is moved on over a value. */
static bool parse_option(const struct command_row *row, int argc, char *const argv[], int *at,
                         struct operator_args *out, struct err *err)
{
    const char *name = argv[*at];
    for (size_t i = 0; i < LENGTH(option_names); i++) {
        if (strcmp(option_names[i].name, name) != 0 || (row->options & option_names[i].option) == 0)
            continue;
        if (!option_names[i].valued)
            return set_option(option_names[i].option, NULL, out, err);
        if (*at + 1 >= argc)
            return err_set(err, ERR_INVALID, "%s needs a value", name);
        return set_option(option_names[i].option, argv[++*at], out, err);
    }
    return err_set(err, ERR_INVALID, "%.60s is no option of %s%s%s", name, row->word,
                   row->verb != NULL ? " " : "", row->verb != NULL ? row->verb : "");
}

static bool check_choice(const struct command_row *row, const struct operator_args *out,
                         struct err *err)
{
    bool named = out->has_id || (row->operand == OPERAND_TOPIC && out->topic != NULL);
    bool filtered = out->reason != NULL && row->operand == OPERAND_PLACE;
    if (!row->choice || named + filtered + out->all == 1)
        return true;
    return err_set(err, ERR_INVALID, "give exactly one of: %s", row->usage);
}

static const struct command_row *find_row(int argc, char *const argv[])
{
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (strcmp(rows[i].word, argv[0]) == 0 &&
            (rows[i].verb == NULL || (argc > 1 && strcmp(rows[i].verb, argv[1]) == 0)))
            return &rows[i];
    return NULL;
}

bool operator_parse(int argc, char *const argv[], struct operator_args *out, struct err *err)
{
    *out = (struct operator_args){.limit = LIMIT_DEFAULT};
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            out->help = true;
            return true;
        }
    const struct command_row *row = find_row(argc, argv);
    if (row == NULL)
        return err_set(err, ERR_INVALID, "%s %.60s is no command; see %s --help", argv[0],
                       argc > 1 ? argv[1] : "alone", argv[0]);
    out->command = row->command;
    for (int i = row->verb != NULL ? 2 : 1; i < argc; i++) {
        bool ok = strncmp(argv[i], "--", 2) == 0 ? parse_option(row, argc, argv, &i, out, err)
                                                 : parse_operand(row, argv[i], out, err);
        if (!ok)
            return false;
    }
    return check_choice(row, out, err);
}

void operator_help(FILE *out, const char *program, const char *word)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *verb = rows[i].verb != NULL ? rows[i].verb : "";
        const char *space = rows[i].verb != NULL ? " " : "";
        if (word == NULL) {
            char name[32];
            snprintf(name, sizeof name, "%s%s%s", rows[i].word, space, verb);
            fprintf(out, "  %-18s %s\n", name, rows[i].help);
        } else if (strcmp(rows[i].word, word) == 0) {
            fprintf(out, "%s %s%s%s %s\n    %s\n", program, rows[i].word, space, verb,
                    rows[i].usage, rows[i].help);
        }
    }
    for (size_t i = 0; word != NULL && i < LENGTH(notes); i++)
        if (strcmp(notes[i].word, word) == 0)
            fprintf(out, "\n%s", notes[i].text);
}
