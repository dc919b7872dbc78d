/* pg - PostgreSQL: a pool of connections with named prepared statements, scoped transactions.
 * The only part that includes libpq. Statements are given as tables at boot and prepared on each
 * connection, so a broken one fails the boot and not a request. Parameters are text unless said.
 * Fails: ERR_UNAVAILABLE when the database cannot be reached, a deadline passed or the transaction
 * must be tried again (serialisation, deadlock); ERR_CONFLICT for a unique violation, with the
 * constraint's name in err->name; ERR_INVALID for other integrity violations and for values that
 * their type cannot hold; else ERR_INTERNAL. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"

struct pg_pool;
struct pg_tx;
struct pg_result;

struct pg_statement {
    const char *name, *sql;
};
struct pg_statements {
    const struct pg_statement *rows;
    size_t count;
};

struct pg_conf {
    const char *dsn;
    const char *schema;   /* becomes search_path */
    const char *app_name; /* shown in pg_stat_activity */
    int connections;
    int statement_timeout_ms;
    int wait_ms; /* longest wait for a free connection */
    const struct pg_statements *statements;
    size_t statement_count;
    void (*on_commit)(void *arg); /* after a commit that wrote an event; may be NULL */
    void *on_commit_arg;
};

/* Opens no connection yet: the pool connects at first use and again after a loss, with growing
 * pauses, so the database may come later than the service. */
struct pg_pool *pg_pool_new(const struct pg_conf *conf);
void pg_pool_free(struct pg_pool *pool);
/* One round trip with a deadline. */
must_check bool pg_ping(struct pg_pool *pool, struct err *err);
/* Connects once and prepares every statement. */
must_check bool pg_pool_check(struct pg_pool *pool, struct err *err);
struct pg_stats {
    int size, busy;
    uint64_t waits, timeouts, reconnects;
};
void pg_pool_stats(struct pg_pool *pool, struct pg_stats *stats);

/* A transaction on a connection of its own (READ COMMITTED). scoped(pg_tx_drop) rolls back what was
 * not committed and returns the connection. */
must_check bool pg_begin(struct pg_pool *pool, struct pg_tx **tx, struct err *err);
/* *tx is NULL afterwards, whatever came of it. ERR_UNAVAILABLE when the connection was lost while
 * committing: the transaction may have happened or not, so what is tried again must be recognised
 * as a repeat (a natural key, an idempotency key, an offset moved by compare-and-set). */
must_check bool pg_commit(struct pg_tx **tx, struct err *err);
void pg_tx_drop(struct pg_tx **tx);
/* The commit of this transaction will call on_commit. */
void pg_tx_wake(struct pg_tx *tx);

/* Parameters: NULL text is SQL NULL. Build with the macros, at most 40 a statement. */
struct pg_param {
    const char *text;
    int64_t num;
    const void *bytes;
    size_t len;
    enum { PG_P_TEXT, PG_P_INT, PG_P_BYTES, PG_P_BOOL, PG_P_TIME } kind;
};
#define P_STR(v) ((struct pg_param){.kind = PG_P_TEXT, .text = (v)})
#define P_INT(v) ((struct pg_param){.kind = PG_P_INT, .num = (int64_t)(v)})
#define P_BOOL(v) ((struct pg_param){.kind = PG_P_BOOL, .num = (v)})
#define P_TIME(us) ((struct pg_param){.kind = PG_P_TIME, .num = (us)}) /* timestamptz */
/* bytea; NULL bytes is SQL NULL, an empty value needs a pointer all the same. */
#define P_BYTES(p, n) ((struct pg_param){.kind = PG_P_BYTES, .bytes = (p), .len = (n)})
#define P_NULL ((struct pg_param){.kind = PG_P_TEXT})

#define PARAMS(...)                                                                                \
    (const struct pg_param[]){__VA_ARGS__},                                                        \
        sizeof((const struct pg_param[]){__VA_ARGS__}) / sizeof(struct pg_param)

/* Runs a prepared statement; *result (may be NULL when rows do not matter) is owned by the caller:
 * scoped(pg_result_drop). After an error the transaction can only be dropped. */
must_check bool pg_exec(struct pg_tx *tx, const char *statement, const struct pg_param *params,
                        size_t count, struct pg_result **result, struct err *err);
/* Runs it and tells whether it changed a row, or locked one. */
must_check bool pg_exec_change(struct pg_tx *tx, const char *statement,
                               const struct pg_param *params, size_t count, bool *changed,
                               struct err *err);
/* Runs it and gives its one column of uuids; *ids is the caller's, with room for one at least. */
must_check bool pg_exec_ids(struct pg_tx *tx, const char *statement, const struct pg_param *params,
                            size_t count, char (**ids)[UUID_SIZE], size_t *found, struct err *err);
/* Like pg_exec outside a transaction block: one statement, autocommitted, for single reads: it is
 * run again on another connection when the first one turns out to be lost. */
must_check bool pg_query(struct pg_pool *pool, const char *statement, const struct pg_param *params,
                         size_t count, struct pg_result **result, struct err *err);
/* SQL of our own making that is not prepared (migrations, dynamic filters with $n parameters). */
must_check bool pg_exec_sql(struct pg_tx *tx, const char *sql, const struct pg_param *params,
                            size_t count, struct pg_result **result, struct err *err);

/* The same with result columns in binary form, for many rows: pg_int, pg_bool, pg_str of text,
 * pg_raw of 16-byte uuids, and a timestamptz by pg_int as PG_BINARY_US says. */
must_check bool pg_exec_sql_binary(struct pg_tx *tx, const char *sql, const struct pg_param *params,
                                   size_t count, struct pg_result **result, struct err *err);
/* Microseconds since 1970 of what a binary timestamptz counts from 2000 on. */
#define PG_BINARY_US(value) ((value) + INT64_C(946684800000000))

/* Another owner of the same rows; each drops its own. */
struct pg_result *pg_result_share(struct pg_result *result);
void pg_result_drop(struct pg_result **result);
size_t pg_rows(const struct pg_result *result);
/* Rows changed by INSERT, UPDATE, DELETE. */
size_t pg_affected(const struct pg_result *result);
/* Borrowed until the result is dropped; NULL for SQL NULL. Columns by number from 0. */
const char *pg_str(const struct pg_result *result, size_t row, int col);
/* The same copied into out and cut to its size; NULL becomes empty. */
void pg_copy(const struct pg_result *result, size_t row, int col, char *out, size_t size);
int64_t pg_int(const struct pg_result *result, size_t row, int col); /* NULL: 0 */
bool pg_bool(const struct pg_result *result, size_t row, int col);
bool pg_is_null(const struct pg_result *result, size_t row, int col);
/* timestamptz read as microseconds: the statement must select it as
 * (extract(epoch from t) * 1000000)::bigint, written PG_US(t). */
#define PG_US(column) "(extract(epoch from " column ") * 1000000)::bigint"
/* bytea of a text-format result, decoded into a buffer the caller frees. */
void *pg_bytes(const struct pg_result *result, size_t row, int col, size_t *len);
/* The column's bytes as they came, borrowed; of a bytea only in a binary result (pg/session.h). */
const void *pg_raw(const struct pg_result *result, size_t row, int col, size_t *len);
/* A PostgreSQL array literal ({"a","b"}) for $n::text[] or $n::uuid[]; NULL items become NULL.
 * The caller frees. */
char *pg_array(const char *const items[], size_t count);
/* The same of a column of a result. */
char *pg_array_column(const struct pg_result *result, int col);
/* {1,2} for $n::bigint[]. The caller frees. */
char *pg_array_int(const int64_t items[], size_t count);
