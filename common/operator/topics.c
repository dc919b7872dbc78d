#include "kafka/topics.h"

#include <stdio.h>
#include <time.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "operator/output.h"
#include "operator/run.h"

enum { WAIT_MS = 10000, APPEAR_S = 10, LOOK_AGAIN_MS = 200 };

static size_t count_missing(const struct topic_states *states)
{
    size_t missing = 0;
    for (size_t i = 0; i < states->count; i++)
        missing += !states->rows[i].found;
    return missing;
}

/* A topic that was just made is not known to every broker at once. */
static bool look_until_there(const struct kafka_conf *kafka, struct topic_states *now,
                             struct err *err)
{
    int64_t until_us = time_mono_us() + APPEAR_S * US_PER_S;
    for (;;) {
        bool ok = topics_look(kafka, WAIT_MS, now, err);
        if ((ok && count_missing(now) == 0) || time_mono_us() > until_us)
            return ok;
        nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_MS * 1000000L}, NULL);
    }
}

static const char *cleanup_name(bool compacted, bool deleted)
{
    return compacted && deleted ? "compact,delete" : compacted ? "compact" : "delete";
}

/* The difference in words, declared against found. */
static json_t *difference_to_json(const struct topic_state *state, enum topic_difference what)
{
    const struct topic_spec *spec = state->spec;
    json_t *declared = NULL, *found = NULL;
    switch (what) {
    case TOPIC_MISSING:
        declared = json_true();
        found = json_false();
        break;
    case TOPIC_PARTITIONS:
        declared = json_integer(spec->partitions);
        found = json_integer(state->partitions);
        break;
    case TOPIC_REPLICAS:
        declared = json_integer(state->replicas_wanted);
        found = json_integer(state->replicas);
        break;
    case TOPIC_RETENTION:
        declared = json_integer(spec->retention_ms);
        found = json_integer(state->retention_ms);
        break;
    case TOPIC_CLEANUP:
        declared = json_string(cleanup_name(spec->compacted, !spec->compacted));
        found = json_string(cleanup_name(state->compacted, state->deleted));
        break;
    case TOPIC_MAX_BYTES:
        declared = json_integer(spec->max_bytes);
        found = json_integer(state->max_bytes);
        break;
    }
    return json_pack("{s:s, s:o, s:o}", "what", topic_difference_name(what), "declared", declared,
                     "found", found);
}

static json_t *topic_to_json(const struct topic_state *state, bool created)
{
    unsigned differs = topic_differences(state);
    json_t *list = json_array();
    for (unsigned bit = TOPIC_MISSING; bit <= TOPIC_MAX_BYTES; bit <<= 1)
        if ((differs & bit) != 0)
            json_array_append_new(list, difference_to_json(state, (enum topic_difference)bit));
    return json_pack("{s:s, s:i, s:i, s:I, s:s, s:I, s:s, s:o}", "topic", state->spec->name,
                     "partitions", state->partitions, "replication", state->replicas,
                     "retention_ms", (json_int_t)state->retention_ms, "cleanup",
                     cleanup_name(state->compacted, state->deleted), "max_message_bytes",
                     (json_int_t)state->max_bytes, "state",
                     differs != 0 ? "differs"
                     : created    ? "created"
                                  : "ok",
                     "differences", list);
}

static void print_topics(const json_t *rows)
{
    static const struct output_column columns[] = {
        {"TOPIC", "topic", false},
        {"PARTITIONS", "partitions", true},
        {"REPLICATION", "replication", true},
        {"RETENTION.MS", "retention_ms", true},
        {"CLEANUP", "cleanup", false},
        {"MAX.BYTES", "max_message_bytes", true},
        {"STATE", "state", false},
    };
    size_t i, j;
    json_t *row, *difference;
    output_table(stdout, columns, LENGTH(columns), rows);
    json_array_foreach((json_t *)rows, i, row)
    {
        json_array_foreach(json_object_get(row, "differences"), j, difference)
        {
            scoped(str_drop) char *declared =
                json_dumps(json_object_get(difference, "declared"), JSON_ENCODE_ANY);
            scoped(str_drop) char *found =
                json_dumps(json_object_get(difference, "found"), JSON_ENCODE_ANY);
            printf("%s: %s is %s, declared %s\n", json_string_value(json_object_get(row, "topic")),
                   json_string_value(json_object_get(difference, "what")), found, declared);
        }
    }
}

bool run_topics_check(const struct operator_env *env, const struct operator_args *args, int *status,
                      struct err *err)
{
    struct topic_states before, now;
    if (!topics_look(env->kafka, WAIT_MS, &before, err))
        return false;
    now = before;
    if (count_missing(&before) > 0 &&
        (!topics_ensure(env->kafka, err) || !look_until_there(env->kafka, &now, err)))
        return false;
    scoped(json_drop) json_t *rows = json_array();
    *status = OPERATOR_GOOD;
    for (size_t i = 0; i < now.count; i++) {
        json_array_append_new(rows, topic_to_json(&now.rows[i], !before.rows[i].found));
        if (topic_differences(&now.rows[i]) != 0)
            *status = OPERATOR_DIFFERS;
    }
    if (args->json) {
        scoped(json_drop) json_t *all = json_pack("{s:O}", "topics", rows);
        output_json(stdout, all);
    } else {
        print_topics(rows);
    }
    return true;
}
