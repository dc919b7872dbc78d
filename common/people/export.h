/* export - this service's answer when a person asks for everything that is held of them.
 * A service lists its tables of personal data, a row each; export.requested makes a job, and a
 * thread of the service tells the rows as export.part events, a page a transaction, the job's place
 * in the same transaction, and at the end export.completed with the number of parts. A crash goes
 * on where the last commit stood; parts are numbered, so that what comes twice is seen. Bounded:
 * one page in memory, and no page while the outbox is filled by earlier ones. Rows that change
 * while the export runs are told as they are when their page is read. Owns: rows of
 * <schema>.export_job.   Threads: export_step on one of the service's own. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/step.h"
#include "events/inbox.h"
#include "pg/pg.h"

/* Personal data only, never a secret: no hash of a password or a token, no key. */
struct export_table {
    const char *name;  /* [a-z_]; on the wire and in the archive: never changed */
    const char *first; /* a key below every other one */
    /* $1 user, $2 the key after which to go on, $3 how many rows; by a key of the index, in its
     * order. Columns: the key as text, the row as JSON. */
    const char *sql;
};
/* The usual form of sql. columns, source ("expense"), the condition on user and key with $1 and $2,
 * the order of that key, the key of a row r as text. */
#define EXPORT_ROWS(columns, source, condition, order, key)                                        \
    "SELECT " key ", to_json(r) FROM (SELECT " columns " FROM " source " WHERE " condition         \
    " ORDER BY " order " LIMIT $3::int) AS r"
/* For a table whose key is (user_id, id) with id of UUIDs. */
#define EXPORT_FIRST_UUID "00000000-0000-0000-0000-000000000000"
#define EXPORT_BY_ID(columns, source)                                                              \
    EXPORT_ROWS("id, " columns, source, "user_id = $1::uuid AND id > $2::uuid", "id", "r.id::text")
/* For the one row that a table has of a person: first is "". */
#define EXPORT_ONE(columns, source)                                                                \
    EXPORT_ROWS(columns, source, "user_id = $1::uuid AND $2::text = ''", "user_id", "'told'")

struct export_tables {
    const struct export_table *rows;
    size_t count;
};

/* Makes of a row what the person is told, where the database cannot. */
typedef bool export_mend_fn(struct svc *svc, const char *table, const char *user_id, json_t *row,
                            struct err *err);
struct export_source {
    const struct export_tables *tables;
    export_mend_fn *mend; /* NULL: rows are told as they are */
    struct svc *svc;      /* for mend */
};

extern const struct pg_statements export_statements;
/* The tables' statements, to be prepared by the service; the caller frees with free(). */
struct pg_statement *export_table_statements(const struct export_tables *tables);

/* For the row of export.requested in the service's table of topics. */
topic_apply_fn export_on_requested;

/* Tells some rows of a job, if there is one. */
enum step export_step(struct pg_pool *db, const struct export_source *source);
/* When the person is deleted. */
must_check bool export_forget(struct pg_tx *tx, const char *user_id, struct err *err);
