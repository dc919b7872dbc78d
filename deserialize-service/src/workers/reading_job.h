/* reading_job - the texts of one batch on their way from event to outcome. No I/O. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "events/cloudevent.h"
#include "messages/message.h"
#include "reader/reader.h"
#include "workers/reading_event.h"

/* An earlier text of the same user with the same fingerprint that was booked. */
struct reading_twin {
    char id[UUID_SIZE]; /* empty: there is none */
    int64_t received_at;
};

struct reading_job {
    const struct event *ev;
    struct message message;
    struct text_key key;                       /* of its user */
    unsigned char old_print[FINGERPRINT_SIZE]; /* as texts were marked before they were sealed */
    bool skip;   /* nothing is to be done: a repeat, or of a deleted user */
    bool stored; /* the message has its row (it came over REST) */
    char base_currency[CURRENCY_SIZE];
    int utc_offset_s;                        /* of the user's zone when the text came */
    const struct template_set *own, *shared; /* taught templates; NULL: none */
    struct reading reading;
    struct reading_outcome outcome;
    struct reading_twin twin;
    json_t *fields; /* owned: what the attempt keeps */
};

struct reading_jobs {
    struct reading_job *items;
    size_t count;
};

/* ERR_INVALID when an event's message cannot be one. The events must outlive the jobs. */
must_check bool reading_jobs_new(const struct event *const evs[], size_t count,
                                 struct reading_jobs *out, struct err *err);
void reading_jobs_fini(struct reading_jobs *jobs);
/* The same message twice in one batch: the later one is skipped. */
void reading_jobs_skip_repeats(struct reading_jobs *jobs);
/* Fingerprints the texts of those not skipped, whose keys are set. */
void reading_jobs_mark(struct reading_jobs *jobs);
/* Reads the texts of those not skipped; status, reason and fields are set. */
void reading_jobs_read(struct reading_jobs *jobs);
/* Decides who repeats whom, among the batch itself and the twins found in the database. */
void reading_jobs_settle_twins(struct reading_jobs *jobs);
/* Whether the text becomes an expense. */
bool reading_job_is_booked(const struct reading_job *job);
