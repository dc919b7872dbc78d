#include "pg/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"

/* Beyond the server's own statement_timeout: after it the server or the network is gone. */
enum { GRACE_MS = 2000, IDLE_IN_TRANSACTION_MS = 5000 };

static void on_notice(void *arg, const PGresult *res)
{
    (void)arg;
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    if (severity != NULL && strcmp(severity, "WARNING") == 0)
        log_warn("pg_notice", L_STR("text", text));
    else
        log_debug("pg_notice", L_STR("text", text));
}

/* libpq waits by itself without a limit; this is the same with one. A command that passed the limit
 * leaves the connection in an unknown state. */
static bool await_result(struct conn *conn, int64_t deadline_us)
{
    for (;;) {
        int unsent = PQflush(conn->pg);
        if (unsent < 0)
            return false;
        if (unsent == 0 && !PQisBusy(conn->pg))
            return true;
        int wait_ms = -1;
        if (deadline_us != 0) {
            int64_t left_us = deadline_us - time_mono_us();
            if (left_us <= 0)
                return false;
            wait_ms = (int)(left_us / 1000) + 1;
        }
        struct pollfd fd = {.fd = PQsocket(conn->pg),
                            .events = (short)(POLLIN | (unsent ? POLLOUT : 0))};
        int ready = poll(&fd, 1, wait_ms);
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready > 0 && (fd.revents & ~POLLOUT) != 0 && !PQconsumeInput(conn->pg))
            return false;
    }
}

static int64_t deadline(const struct conn *conn)
{
    return conn->limit_ms > 0 ? time_mono_us() + conn->limit_ms * INT64_C(1000) : 0;
}

static bool failed(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

/* Keeps the first failure, or else the last result. */
static bool collect(struct conn *conn, bool pipelined, PGresult **out)
{
    int64_t deadline_us = deadline(conn);
    PGresult *kept = NULL;
    for (;;) {
        if (!await_result(conn, deadline_us)) {
            /* What the server said before it hung up, if anything, is the better reason. */
            *out = kept;
            return false;
        }
        PGresult *res = PQgetResult(conn->pg);
        if (res == NULL) {
            if (!pipelined || PQstatus(conn->pg) == CONNECTION_BAD)
                break;
            continue;
        }
        if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            PQclear(res);
            break;
        }
        if (kept != NULL && failed(kept)) {
            PQclear(res);
        } else {
            PQclear(kept);
            kept = res;
        }
    }
    *out = kept;
    return PQstatus(conn->pg) == CONNECTION_OK;
}

static bool send_command(struct conn *conn, const struct command *command)
{
    PGconn *pg = conn->pg;
    if (command->script)
        return PQsendQuery(pg, command->sql);
    struct params params;
    params_fill(&params, command->params, command->count);
    int count = (int)command->count;
    if (command->begin &&
        (!PQenterPipelineMode(pg) || !PQsendQueryParams(pg, "BEGIN", 0, NULL, NULL, NULL, NULL, 0)))
        return false;
    bool sent = command->name != NULL
                    ? PQsendQueryPrepared(pg, command->name, count, params.values, params.lengths,
                                          params.formats, command->binary)
                    : PQsendQueryParams(pg, command->sql, count, NULL, params.values,
                                        params.lengths, params.formats, command->binary);
    return sent && (!command->begin || PQpipelineSync(pg));
}

bool conn_run(struct conn *conn, const struct command *command, PGresult **res, struct err *err)
{
    const char *what = command->name != NULL ? command->name : "statement";
    PGresult *got = NULL;
    bool lives = send_command(conn, command) && collect(conn, command->begin, &got) &&
                 (!command->begin || PQexitPipelineMode(conn->pg));
    if (!lives)
        conn->dead = true;
    if (lives && got != NULL && !failed(got)) {
        *res = got;
        return true;
    }
    if (got != NULL && failed(got))
        sqlstate_err(got, what, err);
    else
        connection_err(conn->pg, what, err);
    if (!lives)
        err->code = ERR_UNAVAILABLE; /* whatever it said, the same call may succeed elsewhere */
    PQclear(got);
    return false;
}

bool conn_alive(struct conn *conn)
{
    char byte;
    if (conn->dead || PQstatus(conn->pg) != CONNECTION_OK)
        return false;
    ssize_t got = recv(PQsocket(conn->pg), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (got == 0)
        return false;
    /* A word out of turn: a changed parameter, or the farewell of a server shutting down, behind
     * which the end of the stream shows at the second reading. */
    return PQconsumeInput(conn->pg) && !PQisBusy(conn->pg) && PQconsumeInput(conn->pg) &&
           PQstatus(conn->pg) == CONNECTION_OK;
}

static const char settings_sql[] =
    "SELECT set_config('search_path', coalesce($1, current_setting('search_path')), false),"
    " set_config('statement_timeout', $2, false), set_config('TimeZone', 'UTC', false),"
    " set_config('idle_in_transaction_session_timeout', $3, false),"
    /* A frozen or unreachable client that reads no more: the server must not wait for it with locks
     * held. The idle timeouts do not see that, since the session is not idle. */
    " set_config('tcp_user_timeout', '10000', false),"
    /* Every statement of ours has its index. A prepared plan made while a table was small would
     * read all of it, and go on doing so until the table is next analysed. Compiling plans never
     * pays for such statements. */
    " set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false),"
    " CASE WHEN $4 <> '0' THEN set_config('idle_session_timeout', $4, false) END";

static bool send_settings(PGconn *pg, const struct pg_conf *conf, struct conn_kind kind)
{
    /* An identifier and not a list: a schema's name is quoted. */
    char *path = conf->schema != NULL && conf->schema[0] != '\0'
                     ? PQescapeIdentifier(pg, conf->schema, strlen(conf->schema))
                     : NULL;
    struct params params;
    params_fill(&params,
                (const struct pg_param[]){P_STR(path), P_INT(conf->statement_timeout_ms),
                                          P_INT(IDLE_IN_TRANSACTION_MS),
                                          P_INT(kind.idle_timeout_ms)},
                4);
    bool sent = PQsendQueryParams(pg, settings_sql, 4, NULL, params.values, params.lengths,
                                  params.formats, 0);
    PQfreemem(path);
    return sent;
}

static bool send_prepares(PGconn *pg, const struct pg_conf *conf)
{
    for (size_t i = 0; i < conf->statement_count; i++) {
        const struct pg_statements *table = &conf->statements[i];
        for (size_t j = 0; j < table->count; j++)
            if (!PQsendPrepare(pg, table->rows[j].name, table->rows[j].sql, 0, NULL))
                return false;
    }
    return true;
}

static const char *statement_at(const struct pg_conf *conf, size_t at)
{
    for (size_t i = 0; i < conf->statement_count; at -= conf->statements[i++].count)
        if (at < conf->statements[i].count)
            return conf->statements[i].rows[at].name;
    return "statement";
}

/* The first failure of settings (0) and statements (1 and on) names the culprit; what follows it
 * was skipped by the server. */
static bool read_settled(struct conn *conn, const struct pg_conf *conf, struct err *err)
{
    int64_t deadline_us = deadline(conn);
    for (size_t i = 0;; i++) {
        if (!await_result(conn, deadline_us))
            return connection_err(conn->pg, "connecting", err);
        PGresult *res = PQgetResult(conn->pg);
        if (res == NULL)
            return connection_err(conn->pg, "connecting", err);
        bool done = PQresultStatus(res) == PGRES_PIPELINE_SYNC;
        bool bad = !done && failed(res);
        if (bad)
            sqlstate_err(res, i == 0 ? "settings" : statement_at(conf, i - 1), err);
        PQclear(res);
        if (done || bad)
            return done;
        if (!await_result(conn, deadline_us))
            return connection_err(conn->pg, "connecting", err);
        PQclear(PQgetResult(conn->pg)); /* NULL, which ends each command's results */
    }
}

/* One round trip for everything, so that a boot with a hundred statements stays short. */
static bool settle(struct conn *conn, const struct pg_conf *conf, struct conn_kind kind,
                   struct err *err)
{
    PGconn *pg = conn->pg;
    if (PQsetnonblocking(pg, 1) != 0 || !PQenterPipelineMode(pg) ||
        !send_settings(pg, conf, kind) || (kind.prepare && !send_prepares(pg, conf)) ||
        !PQpipelineSync(pg))
        return connection_err(pg, "connecting", err);
    if (!read_settled(conn, conf, err))
        return false;
    return PQexitPipelineMode(pg) || connection_err(pg, "connecting", err);
}

bool conn_open(const struct pg_conf *conf, struct conn_kind kind, struct conn **out,
               struct err *err)
{
    /* What stands before dbname are defaults that the DSN may change; what stands after is fixed.
     * GSSAPI encryption is off by default because merely asking for it loads Kerberos. */
    const char *const names[] = {"connect_timeout",     "keepalives_idle",
                                 "keepalives_interval", "keepalives_count",
                                 "tcp_user_timeout",    "gssencmode",
                                 "application_name",    "dbname",
                                 "client_encoding",     NULL};
    const char *const values[] = {"2",       "10",           "3",       "3",    "10000",
                                  "disable", conf->app_name, conf->dsn, "UTF8", NULL};
    PGconn *pg = PQconnectdbParams(names, values, 1);
    if (PQstatus(pg) != CONNECTION_OK) {
        connection_err(pg, "connecting", err);
        PQfinish(pg);
        return false;
    }
    PQsetNoticeReceiver(pg, on_notice, NULL);
    struct conn *conn = xcalloc(1, sizeof *conn);
    conn->pg = pg;
    conn->limit_ms = conf->statement_timeout_ms > 0 ? conf->statement_timeout_ms + GRACE_MS : 0;
    if (!settle(conn, conf, kind, err)) {
        conn_close(conn);
        return false;
    }
    *out = conn;
    return true;
}

void conn_close(struct conn *conn)
{
    if (conn == NULL)
        return;
    PQfinish(conn->pg);
    free(conn);
}
