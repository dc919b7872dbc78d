/* scan - what a topic holds at this moment, for an operator's commands: every record from the
 * beginning to the end that it had when the scan began, or one record by its place. No group,
 * nothing committed. Threads: the caller's own. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kafka/kafka.h"

/* Borrowed until the callback returns. */
struct scan_record {
    const char *topic;
    int32_t partition;
    int64_t offset;
    int64_t time_us; /* the broker's; 0 when unknown */
    const void *key; /* NULL: none */
    size_t key_len;
    const void *value; /* NULL: a tombstone */
    size_t value_len;
    void *message; /* for the two below */
};
/* The last header of that name as text, borrowed; NULL when there is none. */
const char *scan_header(const struct scan_record *record, const char *name);
/* The header number index from 0 on; false past the last one. */
bool scan_header_at(const struct scan_record *record, size_t index, const char **name,
                    const void **value, size_t *len);

/* false ends the scan, which fails with the callback's err. */
typedef bool scan_fn(void *arg, const struct scan_record *record, struct err *err);

/* Partitions one after the other in no order of time, each in the order of its offsets. A topic
 * that does not exist holds nothing. ERR_UNAVAILABLE when the broker does not answer. */
must_check bool scan_topic(const struct kafka_conf *conf, const char *topic, scan_fn *on_record,
                           void *arg, struct err *err);

struct scan_place {
    const char *topic;
    int32_t partition;
    int64_t offset;
};
/* ERR_NOT_FOUND when there is no record at that place (any more). */
must_check bool scan_record_at(const struct kafka_conf *conf, const struct scan_place *place,
                               scan_fn *on_record, void *arg, struct err *err);
