#include "pg/session.h"

#include <stdlib.h>

#include "base/mem.h"
#include "pg/conn.h"

struct pg_session {
    struct conn *conn;
};

bool pg_session_open(const struct pg_conf *conf, int idle_timeout_ms, struct pg_session **out,
                     struct err *err)
{
    struct conn *conn;
    struct conn_kind kind = {.prepare = true, .idle_timeout_ms = idle_timeout_ms};
    if (!conn_open(conf, kind, &conn, err))
        return false;
    *out = xcalloc(1, sizeof **out);
    (*out)->conn = conn;
    return true;
}

void pg_session_free(struct pg_session *session)
{
    if (session == NULL)
        return;
    conn_close(session->conn);
    free(session);
}

bool pg_session_ok(const struct pg_session *session)
{
    return !session->conn->dead;
}

bool pg_session_exec(struct pg_session *session, const char *statement,
                     const struct pg_param *params, size_t count, struct pg_result **result,
                     struct err *err)
{
    PGresult *res = NULL;
    struct command command = {.name = statement, .params = params, .count = count, .binary = true};
    if (!conn_run(session->conn, &command, &res, err))
        return false;
    if (result != NULL)
        *result = result_new(res);
    else
        PQclear(res);
    return true;
}
