#include "events/relay_shards.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"

enum { LOOK_MS = 1000 };

/* pg_locks shows an advisory lock of one 64-bit key in two halves, objsubid 1. A part's lock has
 * two keys, so the two kinds never meet. */
#define SCHEMA_KEY "hashtextextended('relay:' || current_schema(), 0)"
#define SHARD_KEY "hashtext('relay shard:' || current_schema())"

static const struct pg_statement rows[] = {
    {"relay_join", "SELECT pg_try_advisory_lock_shared(" SCHEMA_KEY ")"},
    {"relay_members",
     "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
     " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
     " AND (classid::bigint << 32 | objid::bigint) = " SCHEMA_KEY},
    /* CASE, because a part that is held must not be locked once more: it would have to be unlocked
     * twice. */
    {"relay_take",
     "SELECT s FROM generate_series(0, $1::int - 1) AS s WHERE"
     " CASE WHEN s = ANY ($2::int[]) THEN false ELSE pg_try_advisory_lock(" SHARD_KEY ", s) END"
     " LIMIT $3"},
    {"relay_give", "SELECT pg_advisory_unlock(" SHARD_KEY ", $1::int)"},
};
const struct pg_statements relay_shard_statements = {TABLE(rows)};

void relay_shards_forget(struct relay_shards *shards)
{
    *shards = (struct relay_shards){0};
}

static bool join(struct relay_shards *shards, struct pg_session *session, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (shards->member)
        return true;
    if (!pg_session_exec(session, "relay_join", NULL, 0, &result, err))
        return false;
    shards->member = pg_bool(result, 0, 0);
    return true;
}

static bool fair_share(struct pg_session *session, size_t *share, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_session_exec(session, "relay_members", NULL, 0, &result, err))
        return false;
    size_t members = (size_t)pg_int(result, 0, 0);
    if (members < 1)
        members = 1;
    *share = (OUTBOX_SHARDS + members - 1) / members;
    return true;
}

static bool give_one(struct relay_shards *shards, struct pg_session *session, struct err *err)
{
    return pg_session_exec(session, "relay_give", PARAMS(P_INT(shards->held[shards->count - 1])),
                           NULL, err) &&
           shards->count-- > 0;
}

static bool take_some(struct relay_shards *shards, struct pg_session *session, size_t most,
                      struct err *err)
{
    scoped(str_drop) char *held = pg_array_int(shards->held, shards->count);
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_session_exec(session, "relay_take",
                         PARAMS(P_INT(OUTBOX_SHARDS), P_STR(held), P_INT(most)), &result, err))
        return false;
    for (size_t i = 0; i < pg_rows(result); i++)
        shards->held[shards->count++] = pg_int(result, i, 0);
    return true;
}

bool relay_shards_balance(struct relay_shards *shards, struct pg_session *session, struct err *err)
{
    size_t share, before = shards->count;
    int64_t now_us = time_mono_us();
    if (now_us < shards->look_us)
        return true;
    shards->look_us = now_us + LOOK_MS * INT64_C(1000);
    if (!join(shards, session, err))
        return false;
    if (!shards->member)
        return true;
    if (!fair_share(session, &share, err))
        return false;
    while (shards->count > share)
        if (!give_one(shards, session, err))
            return false;
    if (shards->count < share && !take_some(shards, session, share - shards->count, err))
        return false;
    if (shards->count != before)
        log_info("relay_parts", L_INT("held", shards->count), L_INT("all", OUTBOX_SHARDS));
    return true;
}
