#include "people/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "events/events.h"
#include "events/outbox.h"

enum {
    PAGE_ROWS = 250,         /* of a ledger, about what a part holds: few are read twice */
    PART_BYTES = 240 * 1024, /* of rows in an event, unless one row is larger */
    OUTBOX_PARTS_MAX = 16,   /* waiting to be sent: 4 MB of this service's disk and memory */
    OUTBOX_LOOK = 1000,      /* so many events waiting mean that the broker is behind */
    STATEMENT_NAME_SIZE = 48,
};

static const struct pg_statement rows[] = {
    {"export_job_add", "INSERT INTO export_job (user_id, export_id) VALUES ($1, $2)"
                       " ON CONFLICT DO NOTHING"},
    {"export_job_next",
     "SELECT user_id, export_id, table_name, last_key, parts FROM export_job"
     " WHERE touched_at <= now() ORDER BY touched_at LIMIT 1 FOR UPDATE SKIP LOCKED"},
    {"export_job_save", "UPDATE export_job SET table_name = $3, last_key = $4, parts = $5,"
                        " touched_at = clock_timestamp() WHERE user_id = $1 AND export_id = $2"},
    {"export_job_end", "DELETE FROM export_job WHERE user_id = $1 AND export_id = $2"},
    /* Who asked has given up after a week, too. */
    {"export_job_postpone",
     "WITH old AS (DELETE FROM export_job WHERE created_at < now() - interval '7 days')"
     " UPDATE export_job SET touched_at = now() + interval '10 seconds'"
     " WHERE user_id = $1 AND export_id = $2 AND created_at >= now() - interval '7 days'"},
    {"export_outbox", "SELECT count(*), count(*) FILTER (WHERE topic = '" TOPIC_EXPORT_PART "')"
                      " FROM (SELECT topic FROM outbox LIMIT $1::int) AS waiting"},
    {"export_forget", "DELETE FROM export_job WHERE user_id = $1"},
};
const struct pg_statements export_statements = {TABLE(rows)};

/* A job in hand: its row is locked in tx. */
struct job {
    const struct export_source *source;
    struct pg_tx *tx;
    const struct export_tables *tables;
    char user_id[UUID_SIZE], export_id[UUID_SIZE];
    size_t table;   /* being told */
    char *last_key; /* owned */
    int64_t parts;
    size_t bytes; /* told in this transaction */
};

static void job_fini(struct job *job)
{
    pg_tx_drop(&job->tx);
    free(job->last_key);
}

static void statement_name(const char *table, char out[static STATEMENT_NAME_SIZE])
{
    if (snprintf(out, STATEMENT_NAME_SIZE, "export_of_%s", table) >= STATEMENT_NAME_SIZE)
        panic("name of table %s is too long", table);
}

struct pg_statement *export_table_statements(const struct export_tables *tables)
{
    /* The names lie behind the rows, so that one free() ends both. */
    size_t size = tables->count * (sizeof(struct pg_statement) + STATEMENT_NAME_SIZE);
    struct pg_statement *statements = xcalloc(1, size + 1);
    char *names = (char *)(statements + tables->count);
    for (size_t i = 0; i < tables->count; i++) {
        char *name = names + i * STATEMENT_NAME_SIZE;
        statement_name(tables->rows[i].name, name);
        statements[i] = (struct pg_statement){name, tables->rows[i].sql};
    }
    return statements;
}

bool export_on_requested(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                         size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        const char *id = json_string_value(json_object_get(evs[i]->data, "export_id"));
        if (id == NULL || !uuid_valid(id))
            return err_set(err, ERR_INVALID, "export.requested: export_id is no UUID");
        if (!pg_exec(tx, "export_job_add", PARAMS(P_STR(evs[i]->user_id), P_STR(id)), NULL, err))
            return false;
    }
    return true;
}

bool export_forget(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "export_forget", PARAMS(P_STR(user_id)), NULL, err);
}

static bool send(const struct job *job, const char *topic, const char *type, json_t *data,
                 struct err *err)
{
    json_object_set_new(data, "export_id", json_string(job->export_id));
    struct outbox_event ev = {.topic = topic,
                              .type = type,
                              .user_id = job->user_id,
                              .subject = job->export_id,
                              .data = data};
    return outbox_add(job->tx, &ev, err);
}

static bool add_row(const struct job *job, json_t *list, const char *text, struct err *err)
{
    const struct export_source *source = job->source;
    json_t *row;
    if (!json_parse(text, strlen(text), &row, err))
        return err_wrap(err, "row to export: ");
    json_array_append_new(list, row);
    return source->mend == NULL ||
           source->mend(source->svc, job->tables->rows[job->table].name, job->user_id, row, err);
}

/* Takes rows of the page up to a part's size; what does not fit is read again for the next one. */
static bool send_page(struct job *job, const struct pg_result *page, struct err *err)
{
    scoped(json_drop) json_t *data = json_object();
    json_t *list = json_array();
    size_t bytes = 0, taken = 0;
    json_object_set_new(data, "rows", list);
    for (; taken < pg_rows(page); taken++) {
        const char *text = pg_str(page, taken, 1);
        size_t len = strlen(text);
        if (taken > 0 && bytes + len > PART_BYTES)
            break;
        if (!add_row(job, list, text, err))
            return false;
        bytes += len;
    }
    job->bytes += bytes;
    job->parts++;
    free(job->last_key);
    job->last_key = xstrdup(pg_str(page, taken - 1, 0));
    json_object_set_new(data, "table", json_string(job->tables->rows[job->table].name));
    json_object_set_new(data, "number", json_integer(job->parts));
    metric_add("export_rows_total", NO_LABELS, taken);
    return send(job, TOPIC_EXPORT_PART, EVENT_EXPORT_PART, data, err);
}

static bool tell_page(struct job *job, struct err *err)
{
    const struct export_table *table = &job->tables->rows[job->table];
    char name[STATEMENT_NAME_SIZE];
    scoped(pg_result_drop) struct pg_result *page = NULL;
    statement_name(table->name, name);
    if (!pg_exec(job->tx, name, PARAMS(P_STR(job->user_id), P_STR(job->last_key), P_INT(PAGE_ROWS)),
                 &page, err))
        return false;
    if (pg_rows(page) > 0)
        return send_page(job, page, err);
    job->table++;
    free(job->last_key);
    job->last_key =
        job->table < job->tables->count ? xstrdup(job->tables->rows[job->table].first) : NULL;
    return true;
}

static bool complete(struct job *job, struct err *err)
{
    scoped(json_drop) json_t *data = json_pack("{s:I}", "parts", (json_int_t)job->parts);
    json_t *names = json_array();
    for (size_t i = 0; i < job->tables->count; i++)
        json_array_append_new(names, json_string(job->tables->rows[i].name));
    json_object_set_new(data, "tables", names);
    return send(job, TOPIC_EXPORT_PART, EVENT_EXPORT_COMPLETED, data, err) &&
           pg_exec(job->tx, "export_job_end", PARAMS(P_STR(job->user_id), P_STR(job->export_id)),
                   NULL, err);
}

/* Small tables go together: the pages of a person with little data are one transaction. */
static bool tell(struct job *job, struct err *err)
{
    while (job->table < job->tables->count && job->bytes < PART_BYTES / 2)
        if (!tell_page(job, err))
            return false;
    if (job->table == job->tables->count)
        return complete(job, err);
    return pg_exec(job->tx, "export_job_save",
                   PARAMS(P_STR(job->user_id), P_STR(job->export_id),
                          P_STR(job->tables->rows[job->table].name), P_STR(job->last_key),
                          P_INT(job->parts)),
                   NULL, err);
}

/* Where the job stands. A table that a newer release has dropped: from the next one that is known,
 * which is the first, since nothing better can be said. */
static void take_job(const struct pg_result *result, struct job *job)
{
    const char *table = pg_str(result, 0, 2), *key = pg_str(result, 0, 3);
    pg_copy(result, 0, 0, job->user_id, sizeof job->user_id);
    pg_copy(result, 0, 1, job->export_id, sizeof job->export_id);
    job->parts = pg_int(result, 0, 4);
    for (size_t i = 0; i < job->tables->count; i++) {
        if (strcmp(job->tables->rows[i].name, table) != 0)
            continue;
        job->table = i;
        job->last_key = xstrdup(key);
        return;
    }
    job->last_key = xstrdup(job->tables->rows[0].first);
}

static bool has_room(struct pg_tx *tx, bool *room, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "export_outbox", PARAMS(P_INT(OUTBOX_LOOK)), &result, err))
        return false;
    *room = pg_int(result, 0, 0) < OUTBOX_LOOK && pg_int(result, 0, 1) < OUTBOX_PARTS_MAX;
    return true;
}

static bool step(struct pg_pool *db, struct job *job, enum step *what, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    bool room;
    *what = STEP_IDLE;
    if (!pg_begin(db, &job->tx, err) || !pg_exec(job->tx, "export_job_next", NULL, 0, &result, err))
        return false;
    if (pg_rows(result) == 0)
        return true;
    take_job(result, job);
    *what = STEP_WAIT;
    if (!has_room(job->tx, &room, err))
        return false;
    if (!room)
        return true;
    *what = STEP_MORE;
    return tell(job, err) && pg_commit(&job->tx, err);
}

/* What fails for a reason of its own must not hold up the others. */
static void postpone(struct pg_pool *db, const struct job *job)
{
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(db, &tx, &err) ||
        !pg_exec(tx, "export_job_postpone", PARAMS(P_STR(job->user_id), P_STR(job->export_id)),
                 NULL, &err) ||
        !pg_commit(&tx, &err))
        log_warn("export_postponed", L_STR("reason", err.text));
}

enum step export_step(struct pg_pool *db, const struct export_source *source)
{
    struct err err;
    enum step what;
    scoped(job_fini) struct job job = {.source = source, .tables = source->tables};
    if (step(db, &job, &what, &err))
        return what;
    pg_tx_drop(&job.tx);
    log_write(err.code == ERR_UNAVAILABLE ? LOG_WARN : LOG_ERROR, "export_failed",
              LOG_FIELDS(L_STR("export_id", job.export_id), L_STR("reason", err.text)));
    if (err.code != ERR_UNAVAILABLE && job.export_id[0] != '\0')
        postpone(db, &job);
    return STEP_FAILED;
}
