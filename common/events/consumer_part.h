/* consumer_part - a partition that a member of the group owns, with the records that wait, and how
 * what several of them hold is applied.
 * Knows the inbox, not the Kafka client: what has to be done there is left in wish.
 * Threads: the consumer's, and a second one while there is much to apply. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>

#include "events/inbox.h"
#include "kafka/group.h"

enum part_wish {
    PART_STAYS,   /* nothing to do */
    PART_RESUMES, /* all is applied: fetch on */
    PART_PAUSES,  /* a record is to be tried again: fetch no more meanwhile */
    PART_SEEKS,   /* it stands elsewhere than the stored offset says */
};

struct part {
    struct inbox_partition in;
    char *topic;
    struct group_record *held;
    size_t first, count, room; /* held[first .. count) are still to be applied */
    int64_t position;          /* offset that the next record must have, or above */
    int64_t committed;         /* as told to Kafka */
    bool paused;
    enum part_wish wish;
    struct {
        int64_t position, since_us; /* where it stands, and since when (monotonic) */
        int64_t end;                /* of the broker's log when something was last done */
        int tries;                  /* since it moved */
    } still;
    struct part *next;
};

struct part *part_new(const char *topic, int32_t partition);
void part_free(struct part *part); /* with the records it holds */
size_t part_waiting(const struct part *part);
/* The record is the part's afterwards. */
void part_hold(struct part *part, const struct group_record *record);
void part_drop_held(struct part *part);

/* A client has been seen not to fetch a partition any more, without a word, after its broker had
 * been killed under load. Nothing is lost by that, but nothing comes until a restart, so that a
 * partition which stands while its log goes on is helped: sought anew, then the client made anew.
 * The last offsets of a log may be no records (marks of a producer's transaction), for which a
 * partition seems to stand for ever: twice for one end of the log is enough. */
enum part_help { PART_NEEDS_NONE, PART_NEEDS_SEEK, PART_NEEDS_CLIENT };
/* Whether to ask the broker for the log's end. To be called now and then. */
bool part_stands_still(struct part *part, int64_t now_us);
enum part_help part_help_at(struct part *part, int64_t now_us, int64_t end);

enum { PARTS_LANES = 2 }; /* transactions at once, at most */
struct parts_work {
    const struct inbox *inbox;
    struct part *parts;
    size_t batch;              /* records in one transaction at most */
    struct inbox_record *room; /* for two batches */
    const atomic_bool *stopping;
};
/* Applies what the parts hold, except what has to wait for its next attempt. */
void parts_apply(const struct parts_work *work);
