#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "events/events.h"
#include "events/inbox_replay.h"
#include "kafka/scan.h"
#include "operator/output.h"
#include "operator/run.h"

enum { BATCH = 200, BATCH_BYTES = 1024 * 1024 };

/* Records that wait to be applied together: all of one partition. */
struct pass {
    const struct operator_env *env;
    struct inbox_partition part;
    struct inbox_record records[BATCH]; /* values are owned */
    size_t count, bytes;
    struct inbox_rederived counts;
};

static void drop_records(struct pass *pass)
{
    for (size_t i = 0; i < pass->count; i++)
        free((void *)pass->records[i].value);
    pass->count = pass->bytes = 0;
}

static bool flush(struct pass *pass, struct err *err)
{
    bool ok = pass->count == 0;
    for (int i = 1; !ok; i++) {
        struct inbox_rederived counts = pass->counts;
        ok =
            inbox_rederive(pass->env->inbox, &pass->part, pass->records, pass->count, &counts, err);
        if (ok)
            pass->counts = counts;
        else if (i == RUN_TRIES || err->code != ERR_UNAVAILABLE)
            break;
        else
            run_pause(i);
    }
    drop_records(pass);
    return ok;
}

static bool take(void *arg, const struct scan_record *record, struct err *err)
{
    struct pass *pass = arg;
    bool full = pass->count == BATCH || pass->bytes + record->value_len > BATCH_BYTES;
    if ((full || record->partition != pass->part.partition) && !flush(pass, err))
        return false;
    pass->part.partition = record->partition;
    void *value = NULL;
    if (record->value != NULL) {
        value = xmalloc(record->value_len + 1);
        memcpy(value, record->value, record->value_len);
    }
    pass->records[pass->count++] = (struct inbox_record){
        .offset = record->offset, .value = value, .value_len = record->value_len};
    pass->bytes += record->value_len;
    return true;
}

static bool replay_topic(const struct operator_env *env, const char *topic, json_t *rows,
                         struct err *err)
{
    struct pass *pass = xcalloc(1, sizeof *pass);
    pass->env = env;
    pass->part.topic = topic;
    bool ok = scan_topic(env->kafka, topic, take, pass, err) && flush(pass, err);
    drop_records(pass);
    const struct inbox_rederived *counts = &pass->counts;
    if (ok)
        json_array_append_new(
            rows, json_pack("{s:s, s:I, s:I, s:I, s:o}", "topic", topic, "applied",
                            (json_int_t)counts->applied, "others", (json_int_t)counts->others,
                            "refused", (json_int_t)counts->refused, "first_refusal",
                            counts->refused > 0 ? json_string(counts->why.text) : json_null()));
    free(pass);
    return ok;
}

static bool is_derived(const struct inbox *inbox, const char *topic)
{
    for (size_t i = 0; i < inbox->row_count; i++)
        if (inbox->rows[i].derived && strcmp(inbox->rows[i].topic, topic) == 0)
            return true;
    return false;
}

static bool refuse(const struct inbox *inbox, const char *topic, struct err *err)
{
    if (topic == NULL)
        return err_set(err, ERR_INVALID, "%s derives no rows from topics", inbox->consumer);
    if (strcmp(topic, TOPIC_KEYS) == 0 || strcmp(topic, TOPIC_SESSION) == 0)
        return err_set(err, ERR_INVALID,
                       "%s: keys and deny-lists are held in memory and read from the topic at each "
                       "start: restart the service",
                       topic);
    for (size_t i = 0; i < inbox->row_count; i++)
        if (strcmp(inbox->rows[i].topic, topic) == 0)
            return err_set(err, ERR_INVALID,
                           "%s: its events have effects of their own, which must not happen twice",
                           topic);
    return err_set(err, ERR_INVALID, "%s does not consume %.100s", inbox->consumer, topic);
}

static void print_rows(const json_t *rows)
{
    static const struct output_column columns[] = {{"TOPIC", "topic", false},
                                                   {"APPLIED", "applied", true},
                                                   {"OTHERS", "others", true},
                                                   {"REFUSED", "refused", true},
                                                   {"FIRST REFUSAL", "first_refusal", false}};
    output_table(stdout, columns, LENGTH(columns), rows);
}

bool run_replay(const struct operator_env *env, const struct operator_args *args, int *status,
                struct err *err)
{
    const struct inbox *inbox = env->inbox;
    scoped(json_drop) json_t *rows = json_array();
    bool any = false;
    for (size_t i = 0; i < inbox->row_count; i++) {
        const char *topic = inbox->rows[i].topic;
        size_t first = 0;
        while (strcmp(inbox->rows[first].topic, topic) != 0)
            first++;
        if (first != i || !is_derived(inbox, topic) ||
            (args->topic != NULL && strcmp(args->topic, topic) != 0))
            continue;
        any = true;
        if (!replay_topic(env, topic, rows, err)) {
            err_wrap(err, ": ");
            return err_wrap(err, topic);
        }
    }
    if (!any)
        return refuse(inbox, args->topic, err);
    if (args->json) {
        scoped(json_drop) json_t *all = json_pack("{s:O}", "topics", rows);
        output_json(stdout, all);
    } else {
        print_rows(rows);
    }
    *status = OPERATOR_GOOD;
    return true;
}
