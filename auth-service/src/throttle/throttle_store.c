#include "throttle/throttle_store.h"

#include "base/mem.h"

static const struct pg_statement statements[] = {
    {"throttle_known", "SELECT EXISTS (SELECT FROM known_address WHERE user_id = $1::uuid"
                       " AND address_hash = $2)"},
    /* No row comes back while the key must wait. Told by the clock and not by now(), the begin of
     * this transaction: the one that held the row until a moment ago may have begun later. */
    {"throttle_charge",
     "INSERT INTO login_throttle AS t (kind, key, failures, last_at, blocked_until)"
     " VALUES ($1, $2, 1, now(), now() + throttle_delay(1, $3::integer, $4::integer))"
     " ON CONFLICT (kind, key) DO UPDATE SET failures = throttle_next(t.failures, t.last_at),"
     " last_at = now(), blocked_until = now()"
     " + throttle_delay(throttle_next(t.failures, t.last_at), $3::integer, $4::integer)"
     " WHERE t.blocked_until <= clock_timestamp() RETURNING failures"},
    {"throttle_wait", "SELECT ceil(extract(epoch from blocked_until - now()))::bigint"
                      " FROM login_throttle WHERE kind = $1 AND key = $2"},
    {"throttle_forget", "DELETE FROM login_throttle WHERE kind = $1 AND key = $2"},
    {"throttle_give_back", "UPDATE login_throttle SET failures = greatest(failures - 1, 0),"
                           " blocked_until = now() WHERE kind = $1 AND key = $2"},
    {"throttle_remember", "INSERT INTO known_address (user_id, address_hash, seen_at)"
                          " VALUES ($1::uuid, $2, now()) ON CONFLICT (user_id, address_hash)"
                          " DO UPDATE SET seen_at = now()"},
    {"throttle_purge",
     "DELETE FROM login_throttle WHERE (kind, key) IN (SELECT kind, key FROM login_throttle"
     " WHERE last_at < now() - interval '1 day' LIMIT 500 FOR UPDATE SKIP LOCKED)"},
    {"throttle_purge_known",
     "DELETE FROM known_address WHERE (user_id, address_hash) IN (SELECT user_id, address_hash"
     " FROM known_address WHERE seen_at < now() - interval '90 days' LIMIT 500"
     " FOR UPDATE SKIP LOCKED)"},
};
const struct pg_statements throttle_statements = {statements, LENGTH(statements)};

static bool is_known(struct pg_tx *tx, const struct attempt *attempt, bool *known, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "throttle_known",
                 PARAMS(P_STR(attempt->user_id),
                        P_BYTES(attempt->keys[THROTTLE_ADDRESS], THROTTLE_KEY_SIZE)),
                 &result, err))
        return false;
    *known = pg_bool(result, 0, 0);
    return true;
}

static bool refuse(struct pg_tx *tx, const struct throttle_rule *rule, const unsigned char *key,
                   struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "throttle_wait", PARAMS(P_STR(rule->kind), P_BYTES(key, THROTTLE_KEY_SIZE)),
                 &result, err))
        return false;
    int64_t wait_s = pg_rows(result) == 1 ? pg_int(result, 0, 0) : 1;
    err_set_name(err, ERR_TOO_MANY, "too_many_attempts", "too many failed attempts; try later");
    err->retry_after_s = wait_s > 1 ? (unsigned)wait_s : 1;
    return false;
}

static bool charge(struct pg_tx *tx, const struct throttle_rule *rule, const unsigned char *key,
                   struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "throttle_charge",
                 PARAMS(P_STR(rule->kind), P_BYTES(key, THROTTLE_KEY_SIZE), P_INT(rule->free),
                        P_INT(rule->longest_s)),
                 &result, err))
        return false;
    return pg_rows(result) == 1 || refuse(tx, rule, key, err);
}

/* The rows are taken in the same order by everyone, so no two attempts can wait for each other. */
bool throttle_store_charge(struct pg_pool *db, struct attempt *attempt, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    bool known = false;
    if (!pg_begin(db, &tx, err) || !is_known(tx, attempt, &known, err))
        return false;
    for (size_t i = 0; i < THROTTLE_KINDS; i++) {
        attempt->charged[i] = !(i == THROTTLE_ACCOUNT && known);
        if (attempt->charged[i] && !charge(tx, &attempt->rules[i], attempt->keys[i], err))
            return false;
    }
    return pg_commit(&tx, err);
}

static bool give_back(struct pg_tx *tx, const struct attempt *attempt, const char *of_pair,
                      struct err *err)
{
    for (size_t i = 0; i < THROTTLE_KINDS; i++)
        if (attempt->charged[i] && !pg_exec(tx, i == THROTTLE_PAIR ? of_pair : "throttle_give_back",
                                            PARAMS(P_STR(attempt->rules[i].kind),
                                                   P_BYTES(attempt->keys[i], THROTTLE_KEY_SIZE)),
                                            NULL, err))
            return false;
    return true;
}

bool throttle_store_give_back(struct pg_pool *db, const struct attempt *attempt, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(db, &tx, err) && give_back(tx, attempt, "throttle_give_back", err) &&
           pg_commit(&tx, err);
}

bool throttle_store_refund(struct pg_pool *db, const struct attempt *attempt, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(db, &tx, err) && give_back(tx, attempt, "throttle_forget", err) &&
           pg_commit(&tx, err);
}

bool throttle_store_remember(struct pg_tx *tx, const char *user_id, const char *address,
                             struct err *err)
{
    unsigned char key[THROTTLE_KEY_SIZE];
    throttle_address_key(address, key);
    return pg_exec(tx, "throttle_remember", PARAMS(P_STR(user_id), P_BYTES(key, THROTTLE_KEY_SIZE)),
                   NULL, err);
}
