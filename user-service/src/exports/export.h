/* export - a person's copy of everything: which services tell what they hold, and what is answered
 * of how far it is. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "events/cloudevent.h"

enum {
    EXPORT_DAYS = 7,           /* the archive is kept; also how long services may take to answer */
    EXPORTS_A_DAY = 3,         /* begun by one person: each costs all services a full read */
    EXPORT_PIECE = 256 * 1024, /* of the archive, as stored */
    EXPORT_TABLE_SIZE = 41,
    EXPORT_TABLES_MAX = 64,
};

/* The services that hold data of people, as their events name them; NULL-terminated. */
extern const char *const export_services[];
bool export_service_known(const char *source);

/* A row of the table export; times in microseconds, 0: not yet. */
struct export
{
    char id[UUID_SIZE];
    char state[12];
    int64_t requested_us, ready_us, expires_us, size;
    char sha256[65];
    json_t *sources; /* owned: [{service, complete, rows, parts, updated_at}] */
};
void export_fini(struct export *export);
/* A ready archive past its time is gone, whether or not it was purged yet. */
bool export_expired(const struct export *export, int64_t now_us);
json_t *export_to_json(const struct export *export, int64_t now_us);

/* export.part; strings are borrowed from the event. */
struct export_part {
    const char *export_id, *service, *table;
    int64_t number;
    const json_t *rows;
};
must_check bool export_part_read(const struct event *ev, struct export_part *out, struct err *err);
/* export.completed */
struct export_end {
    const char *export_id, *service;
    int64_t parts;
    const json_t *tables;
};
must_check bool export_end_read(const struct event *ev, struct export_end *out, struct err *err);
