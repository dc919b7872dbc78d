#include "workers/reading_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "messages/message_store.h"
#include "pg/columns.h"
#include "users/person_store.h"

static const struct pg_statement rows[] = {
    {"reading_open",
     "SELECT i.n, coalesce(p.deleted, false), m.status, p.base_currency, " PERSON_UTC_OFFSET(
         "i.received_at") " FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[])"
                          "  AS i (user_id, id, received_at, n)"
                          " LEFT JOIN person p ON p.user_id = i.user_id"
                          " LEFT JOIN message m ON m.user_id = i.user_id AND m.id = i.id"},
    /* By fingerprint alone: the index by status looks better while the statistics know of no text
     * that was read, and then all of the person's are looked at for each. */
    {"reading_twins",
     "SELECT i.n, twin.id, " PG_US(
         "twin.received_at") " FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::timestamptz[], "
                             "$5::int[], $6::bytea[])"
                             "  AS i (user_id, id, fingerprint, received_at, n, old_print)"
                             " CROSS JOIN LATERAL (SELECT m.id, m.received_at FROM message m"
                             "  WHERE m.user_id = i.user_id AND m.fingerprint IN (i.fingerprint, "
                             "i.old_print) AND "
                             "m.id <> i.id"
                             "   AND m.status || '' IN ('parsed', 'needs_review')"
                             "  ORDER BY abs(extract(epoch FROM m.received_at - i.received_at)), "
                             "m.id LIMIT 1) AS twin"},
    {"reading_add",
     "INSERT INTO message (user_id, id, status, reason, duplicate_of, possible_duplicate_of,"
     "  channel, sender, sealed, received_at, device_message_id, fingerprint)"
     " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[],"
     "  $6::uuid[], $7::text[], $8::text[], $9::bytea[], $10::timestamptz[], $11::text[],"
     "  $12::bytea[])"
     " ON CONFLICT DO NOTHING RETURNING user_id, id"},
    {"reading_set",
     "UPDATE message AS m SET status = i.status, reason = i.reason, duplicate_of = i.duplicate_of,"
     "  possible_duplicate_of = i.possible_duplicate_of"
     " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[])"
     "  AS i (user_id, id, status, reason, duplicate_of, possible_duplicate_of)"
     " WHERE m.user_id = i.user_id AND m.id = i.id"},
    {"reading_attempts",
     "INSERT INTO attempt (user_id, message_id, number, outcome, reason, parser, class,"
     "  confidence, fields)"
     " SELECT i.user_id, i.message_id, 1 + coalesce((SELECT max(number) FROM attempt a"
     "   WHERE a.user_id = i.user_id AND a.message_id = i.message_id), 0),"
     "  i.outcome, i.reason, i.parser, i.class, i.confidence, i.fields"
     " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],"
     "  $7::int[], $8::jsonb[])"
     "  AS i (user_id, message_id, outcome, reason, parser, class, confidence, fields)"},
    {"reading_expenses", "UPDATE message AS m SET expense_id = i.expense_id"
                         " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])"
                         "  AS i (user_id, id, expense_id)"
                         " WHERE m.user_id = i.user_id AND m.id = i.id"
                         "  AND m.expense_id IS DISTINCT FROM i.expense_id"},
};
const struct pg_statements reading_statements = {TABLE(rows)};

/* Runs a statement over columns, which hold no row when there is nothing to do. */
static bool run(struct pg_tx *tx, const char *statement, struct pg_columns *columns,
                struct pg_result **result, struct err *err)
{
    struct pg_param params[PG_COLUMNS_MAX];
    pg_columns_params(columns, params);
    return pg_exec(tx, statement, params, columns->count, result, err);
}

bool reading_store_open(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *found = NULL;
    pg_columns_init(&columns, 4);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct reading_job *job = &jobs->items[i];
        pg_columns_str(&columns, 0, job->ev->user_id);
        pg_columns_str(&columns, 1, job->message.id);
        pg_columns_time(&columns, 2, job->message.received_at);
        pg_columns_int(&columns, 3, (int64_t)i);
    }
    if (!run(tx, "reading_open", &columns, &found, err))
        return false;
    for (size_t row = 0; row < pg_rows(found); row++) {
        struct reading_job *job = &jobs->items[pg_int(found, row, 0)];
        const char *status = pg_str(found, row, 2);
        job->stored = status != NULL;
        if (pg_bool(found, row, 1) || (status != NULL && strcmp(status, "received") != 0))
            job->skip = true;
        pg_copy(found, row, 3, job->base_currency, sizeof job->base_currency);
        job->utc_offset_s = (int)pg_int(found, row, 4);
    }
    return true;
}

bool reading_store_twins(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *found = NULL;
    pg_columns_init(&columns, 6);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct reading_job *job = &jobs->items[i];
        if (!reading_job_is_booked(job))
            continue;
        pg_columns_str(&columns, 0, job->ev->user_id);
        pg_columns_str(&columns, 1, job->message.id);
        pg_columns_bytes(&columns, 2, job->message.fingerprint, FINGERPRINT_SIZE);
        pg_columns_time(&columns, 3, job->message.received_at);
        pg_columns_int(&columns, 4, (int64_t)i);
        pg_columns_bytes(&columns, 5, job->old_print, FINGERPRINT_SIZE);
    }
    if (!run(tx, "reading_twins", &columns, &found, err))
        return false;
    for (size_t row = 0; row < pg_rows(found); row++) {
        struct reading_twin *twin = &jobs->items[pg_int(found, row, 0)].twin;
        pg_copy(found, row, 1, twin->id, sizeof twin->id);
        twin->received_at = pg_int(found, row, 2);
    }
    return true;
}

/* The first six columns of reading_add and reading_set. */
static void add_outcome(struct pg_columns *columns, const struct reading_job *job)
{
    const struct reading_outcome *outcome = &job->outcome;
    pg_columns_str(columns, 0, job->ev->user_id);
    pg_columns_str(columns, 1, job->message.id);
    pg_columns_str(columns, 2, outcome->status);
    pg_columns_str(columns, 3, outcome->reason);
    pg_columns_str(columns, 4, outcome->duplicate_of);
    pg_columns_str(columns, 5, outcome->possible_duplicate_of);
}

static bool was_added(const struct pg_result *added, const struct reading_job *job)
{
    for (size_t row = 0; row < pg_rows(added); row++)
        if (strcmp(pg_str(added, row, 0), job->ev->user_id) == 0 &&
            strcasecmp(pg_str(added, row, 1), job->message.id) == 0)
            return true;
    return false;
}

static bool add_messages(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *added = NULL;
    size_t count = 0;
    pg_columns_init(&columns, 12);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct reading_job *job = &jobs->items[i];
        if (job->skip || job->stored)
            continue;
        count++;
        add_outcome(&columns, job);
        pg_columns_str(&columns, 6, job->message.channel);
        pg_columns_str(&columns, 7, job->message.sender);
        message_columns_sealed(&columns, 8, &job->message, &job->key);
        pg_columns_time(&columns, 9, job->message.received_at);
        pg_columns_str(&columns, 10, job->message.device_message_id);
        pg_columns_bytes(&columns, 11, job->message.fingerprint, FINGERPRINT_SIZE);
    }
    if (count == 0)
        return true;
    if (!run(tx, "reading_add", &columns, &added, err))
        return false;
    if (pg_rows(added) == count)
        return true;
    for (size_t i = 0; i < jobs->count; i++) {
        struct reading_job *job = &jobs->items[i];
        if (!job->skip && !job->stored && !was_added(added, job))
            job->skip = true;
    }
    return true;
}

static bool set_outcomes(struct pg_tx *tx, const struct reading_jobs *jobs, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    size_t count = 0;
    pg_columns_init(&columns, 6);
    for (size_t i = 0; i < jobs->count; i++) {
        if (jobs->items[i].skip || !jobs->items[i].stored)
            continue;
        count++;
        add_outcome(&columns, &jobs->items[i]);
    }
    return count == 0 || run(tx, "reading_set", &columns, NULL, err);
}

static bool add_attempts(struct pg_tx *tx, const struct reading_jobs *jobs, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    pg_columns_init(&columns, 8);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct reading_job *job = &jobs->items[i];
        if (job->skip)
            continue;
        scoped(str_drop) char *fields = json_text(job->fields);
        pg_columns_str(&columns, 0, job->ev->user_id);
        pg_columns_str(&columns, 1, job->message.id);
        pg_columns_str(&columns, 2, job->outcome.status);
        pg_columns_str(&columns, 3, job->outcome.reason);
        pg_columns_str(&columns, 4, job->outcome.parser);
        pg_columns_str(&columns, 5, job->outcome.class);
        pg_columns_int(&columns, 6, job->outcome.confidence);
        pg_columns_str(&columns, 7, fields);
    }
    return run(tx, "reading_attempts", &columns, NULL, err);
}

bool reading_store_save(struct pg_tx *tx, struct reading_jobs *jobs, struct err *err)
{
    return add_messages(tx, jobs, err) && set_outcomes(tx, jobs, err) &&
           add_attempts(tx, jobs, err);
}

bool reading_store_expenses(struct pg_tx *tx, const struct reading_expense links[], size_t count,
                            struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    pg_columns_init(&columns, 3);
    for (size_t i = 0; i < count; i++) {
        pg_columns_str(&columns, 0, links[i].user_id);
        pg_columns_str(&columns, 1, links[i].message_id);
        pg_columns_str(&columns, 2, links[i].expense_id);
    }
    return run(tx, "reading_expenses", &columns, NULL, err);
}
