/* conn - one connection to PostgreSQL: opened with its settings and prepared statements in two
 * round trips, every wait bounded on this side too. Internal to pg/.
 * Threads: one at a time. */
#pragma once
#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pg/pg.h"

enum { PG_PARAMS_MAX = 40 };

struct conn {
    PGconn *pg;
    int limit_ms; /* longest wait for one command; 0: for ever */
    bool dead;    /* lost, or its state is unknown: only to be closed */
};

/* What differs between the connections of a pool, a session and migrate. */
struct conn_kind {
    bool prepare;        /* the statements of conf */
    int idle_timeout_ms; /* the server ends the session after such a silence; 0: never */
};

struct command {
    const char *name; /* of a prepared statement, or NULL and */
    const char *sql;
    const struct pg_param *params;
    size_t count;
    bool begin;  /* opens a transaction in the same round trip */
    bool script; /* sql may be several statements; no parameters */
    bool binary; /* result columns in binary form */
};

must_check bool conn_open(const struct pg_conf *conf, struct conn_kind kind, struct conn **out,
                          struct err *err);
void conn_close(struct conn *conn);
/* On success *res is owned by the caller. After a failure dead says whether the connection lives.
 */
must_check bool conn_run(struct conn *conn, const struct command *command, PGresult **res,
                         struct err *err);
/* Looks, without a round trip, whether the server has hung up. */
bool conn_alive(struct conn *conn);

/* Sets err from a failed result. what names the statement. */
bool sqlstate_err(const PGresult *res, const char *what, struct err *err);
/* The first line of a libpq message. */
bool connection_err(PGconn *pg, const char *what, struct err *err);

/* Parameters as libpq wants them; the text of numbers and times lives in here. */
struct params {
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX], formats[PG_PARAMS_MAX];
    char text[PG_PARAMS_MAX][32];
};
void params_fill(struct params *out, const struct pg_param *params, size_t count);

struct pg_result *result_new(PGresult *res); /* takes res */
