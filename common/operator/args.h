/* args - the command line of an operator's command. No I/O. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum operator_command {
    COMMAND_DLQ_LIST,
    COMMAND_DLQ_SHOW,
    COMMAND_DLQ_REPLAY,
    COMMAND_DLQ_DROP,
    COMMAND_OUTBOX_STATUS,
    COMMAND_OUTBOX_RETRY,
    COMMAND_TOPICS_CHECK,
    COMMAND_REPLAY,
};

enum { OPERATOR_TOPIC_SIZE = 250, OPERATOR_LIMIT_MAX = 10000 };

struct operator_args {
    enum operator_command command;
    bool help; /* of the command's first word; the rest is not set */
    bool json, all, yes, open;
    const char *topic, *reason; /* borrowed from argv; NULL: not given */
    int64_t limit;
    /* ID of dlq: "topic/partition/offset"; of outbox retry: row. */
    bool has_id;
    char id_topic[OPERATOR_TOPIC_SIZE];
    int32_t id_partition;
    int64_t id_offset; /* or the row's id */
};

/* Whether argv[1] begins one of these commands. */
bool operator_knows(const char *word);
/* argv[0] is the first word of the command. ERR_INVALID with one line for the operator. */
must_check bool operator_parse(int argc, char *const argv[], struct operator_args *out,
                               struct err *err);
/* What --help of a command's first word says; NULL: a line for each, for the daemon's own --help.
 */
void operator_help(FILE *out, const char *program, const char *word);
