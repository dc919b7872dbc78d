#include "live/ticket_store.h"

#include <string.h>

#include "base/mem.h"
#include "events/events.h"

static const struct pg_statement rows[] = {
    {"ticket_expire", "DELETE FROM live_ticket WHERE user_id = $1 AND expires_at <= now()"},
    {"ticket_add", "INSERT INTO live_ticket (user_id, hash, session_id, issued_at, expires_at)"
                   " SELECT $1::uuid, $2::bytea, $3::text, $4::bigint,"
                   "  now() + make_interval(secs => $5::int)"
                   " WHERE (SELECT count(*) FROM live_ticket WHERE user_id = $1::uuid) < $6::int"},
    {"ticket_use", "SELECT t.session_id, t.issued_at, coalesce(s.sequence, 0)"
                   " FROM live_ticket t LEFT JOIN event_sequence s"
                   "  ON s.user_id = $1::uuid::text AND s.topic = '" TOPIC_EXPENSE "'"
                   " WHERE t.user_id = $1::uuid AND t.hash = $2::bytea AND t.expires_at > now()"},
};
const struct pg_statements ticket_statements = {TABLE(rows)};

bool ticket_store_add(struct pg_tx *tx, const struct ticket *ticket,
                      const struct identity *identity, bool *added, struct err *err)
{
    return pg_exec(tx, "ticket_expire", PARAMS(P_STR(ticket->user_id)), NULL, err) &&
           pg_exec_change(tx, "ticket_add",
                          PARAMS(P_STR(ticket->user_id), P_BYTES(ticket->hash, SHA256_SIZE),
                                 P_STR(identity->session_id), P_INT(identity->issued_at),
                                 P_INT(TICKET_LIFE_S), P_INT(TICKETS_PER_USER)),
                          added, err);
}

bool ticket_store_used(const struct pg_result *result, const char *user_id,
                       struct feed_session *session, int64_t *newest, struct err *err)
{
    if (pg_rows(result) == 0)
        return err_set_name(err, ERR_UNAUTHORIZED, "ticket_invalid",
                            "the ticket is unknown or has expired; ask for a new one");
    memcpy(session->user_id, user_id, UUID_SIZE);
    pg_copy(result, 0, 0, session->session_id, sizeof session->session_id);
    session->issued_at = pg_int(result, 0, 1);
    *newest = pg_int(result, 0, 2);
    return true;
}
