#include "events/events.h"

#include <string.h>

#include "base/mem.h"

/* Partitions bound how many replicas of a consumer share a topic; they can be added later, but then
 * a user's records move, so enough are made at once.
 * One record: 1 MiB, the broker's own default; the largest event of the suite is a
 * part of an export, 256 KB, others are a few kB. Dead
 * letters may be larger: the bytes of any record that some consumer could read, and its headers.
 * Ordinary topics keep 7 days, in which a stopped consumer catches up without loss. Dead letters
 * stay 30 days, since people look at them. Keys and profiles are the newest state of each key for
 * ever; keys are few and belong to no user, so one partition keeps them in order. */
enum { PARTITIONS = 8, RECORD_MAX = 1024 * 1024, DEAD_LETTER_MAX = 8 * 1024 * 1024 };
#define DAYS(n) ((n)*86400000LL)

#define ORDINARY(topic, source)                                                                    \
    {                                                                                              \
        topic, source, PARTITIONS, DAYS(7), RECORD_MAX, 0                                          \
    }
#define DEAD_LETTERS(topic)                                                                        \
    {                                                                                              \
        topic DLQ_SUFFIX, NULL, 1, DAYS(30), DEAD_LETTER_MAX, 0                                    \
    }

static const struct topic_spec topics[] = {
    ORDINARY(TOPIC_USER, "auth-service"),
    ORDINARY(TOPIC_SESSION, "auth-service"),
    {TOPIC_KEYS, "auth-service", 1, -1, RECORD_MAX, 1},
    {TOPIC_PROFILE, "user-service", PARTITIONS, -1, RECORD_MAX, 1},
    ORDINARY(TOPIC_MESSAGE, "deserialize-service"),
    ORDINARY(TOPIC_TRANSACTION, "deserialize-service"),
    ORDINARY(TOPIC_OUTCOME, "deserialize-service"),
    ORDINARY(TOPIC_EXPENSE, "expense-service"),
    ORDINARY(TOPIC_EXPORT, "user-service"),
    /* All that is held of people, so no longer than a stopped user-service needs to come back. */
    {TOPIC_EXPORT_PART, SOURCE_SEVERAL, PARTITIONS, DAYS(3), RECORD_MAX, 0},
    ORDINARY(TOPIC_ERASURE, SOURCE_SEVERAL),
    DEAD_LETTERS(TOPIC_USER),
    DEAD_LETTERS(TOPIC_SESSION),
    DEAD_LETTERS(TOPIC_KEYS),
    DEAD_LETTERS(TOPIC_PROFILE),
    DEAD_LETTERS(TOPIC_MESSAGE),
    DEAD_LETTERS(TOPIC_TRANSACTION),
    DEAD_LETTERS(TOPIC_OUTCOME),
    DEAD_LETTERS(TOPIC_EXPENSE),
    DEAD_LETTERS(TOPIC_EXPORT),
    DEAD_LETTERS(TOPIC_EXPORT_PART),
    DEAD_LETTERS(TOPIC_ERASURE),
};

const struct topic_spec *events_topics(unsigned long *count)
{
    *count = LENGTH(topics);
    return topics;
}

const struct topic_spec *events_topic(const char *name)
{
    for (size_t i = 0; i < LENGTH(topics); i++)
        if (strcmp(topics[i].name, name) == 0)
            return &topics[i];
    return NULL;
}
