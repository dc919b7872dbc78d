/* session - one connection kept by one thread for what lives as long as a connection: session
 * advisory locks. It never reconnects by itself, since the lock would be lost unseen: after a
 * failure with session_ok() false, free it and open another.
 * The server ends the session after idle_timeout_ms without a command, so that a frozen process
 * (SIGSTOP, a paused machine) loses its locks; statements are autocommitted. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pg/pg.h"

struct pg_session;
/* Reads dsn, schema, app_name, statement_timeout_ms and statements of conf. */
must_check bool pg_session_open(const struct pg_conf *conf, int idle_timeout_ms,
                                struct pg_session **out, struct err *err);
void pg_session_free(struct pg_session *session);
bool pg_session_ok(const struct pg_session *session);
/* Result columns are in binary form: pg_raw for bytea and text, pg_int, pg_bool. */
must_check bool pg_session_exec(struct pg_session *session, const char *statement,
                                const struct pg_param *params, size_t count,
                                struct pg_result **result, struct err *err);
