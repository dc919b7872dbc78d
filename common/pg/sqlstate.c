#include <stdio.h>
#include <string.h>

#include "pg/conn.h"

/* From SQLSTATE (PostgreSQL manual, appendix A) to our codes; the first row whose text begins the
 * state wins. show: the server's first line may be repeated. Elsewhere it may quote a user's data,
 * and only the state, the statement and the constraint are told. */
static const struct {
    const char *state;
    enum err_code code;
    bool show;
} states[] = {
    {"23505", ERR_CONFLICT, false},   /* unique_violation */
    {"23", ERR_INVALID, false},       /* integrity constraints */
    {"22", ERR_INVALID, false},       /* a value its type cannot hold: the same at every retry */
    {"40", ERR_UNAVAILABLE, true},    /* serialisation failure, deadlock */
    {"55P03", ERR_UNAVAILABLE, true}, /* lock_not_available */
    {"57", ERR_UNAVAILABLE, true},    /* cancelled by a timeout, shutting down, starting up */
    {"08", ERR_UNAVAILABLE, true},    /* connection */
    {"53", ERR_UNAVAILABLE, true},    /* out of disk, memory, connections */
    {"58", ERR_UNAVAILABLE, true},    /* input or output failed */
    {"25P03", ERR_UNAVAILABLE, true}, /* idle in transaction for too long */
    {"25006", ERR_UNAVAILABLE, true}, /* read-only: a standby, until the failover is over */
    {"26", ERR_INTERNAL, true},       /* no such prepared statement */
    {"28", ERR_UNAVAILABLE, true},    /* this role may not enter */
    {"3D", ERR_UNAVAILABLE, true},    /* no such database */
    {"42", ERR_INTERNAL, true},       /* syntax, unknown table: our statement is wrong */
    {"", ERR_INTERNAL, false},
};

static void cut_line(const char *from, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int)strcspn(from, "\n"), from);
}

bool sqlstate_err(const PGresult *res, const char *what, struct err *err)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    if (state == NULL) { /* made by libpq itself: the connection went away */
        char line[120];
        cut_line(PQresultErrorMessage(res), line, sizeof line);
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", what, line);
    }
    size_t row = 0;
    while (strncmp(state, states[row].state, strlen(states[row].state)) != 0)
        row++;
    const char *detail = constraint != NULL ? constraint : "";
    if (states[row].show && text != NULL)
        detail = text;
    err_set(err, states[row].code, "%s: SQLSTATE %s %.120s", what, state, detail);
    if (constraint != NULL)
        snprintf(err->name, sizeof err->name, "%s", constraint);
    err->constraint = strncmp(state, "23", 2) == 0;
    return false;
}

bool connection_err(PGconn *pg, const char *what, struct err *err)
{
    char line[150];
    cut_line(PQerrorMessage(pg), line, sizeof line);
    return err_set(err, ERR_UNAVAILABLE, "%s: %s", what,
                   line[0] != '\0' ? line : "the database did not answer in time");
}
