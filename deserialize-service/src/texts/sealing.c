#include "texts/sealing.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "deserialize.h"
#include "pg/columns.h"

enum { AT_ONCE = 200 };
enum column { USER_ID, ID, BODY };

static const struct pg_statement rows[] = {
    /* Those of deleted people are about to be erased, and get no key. */
    {"sealing_next", "SELECT m.user_id, m.id, m.body FROM message m WHERE m.body IS NOT NULL"
                     "  AND NOT EXISTS (SELECT FROM person p WHERE p.user_id = m.user_id"
                     "   AND p.deleted)"
                     " ORDER BY m.user_id, m.id LIMIT $1 FOR UPDATE OF m SKIP LOCKED"},
    {"sealing_set", "UPDATE message AS m SET sealed = i.sealed, fingerprint = i.fingerprint,"
                    "  body = NULL"
                    " FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[])"
                    "  AS i (user_id, id, sealed, fingerprint)"
                    " WHERE m.user_id = i.user_id AND m.id = i.id"},
};
const struct pg_statements sealing_statements = {TABLE(rows)};

static bool store(struct pg_tx *tx, const struct pg_result *texts, const struct text_key keys[],
                  const bool known[], struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[4];
    pg_columns_init(&columns, LENGTH(params));
    for (size_t i = 0; i < pg_rows(texts); i++) {
        unsigned char fingerprint[FINGERPRINT_SIZE];
        const char *body = pg_str(texts, i, BODY), *id = pg_str(texts, i, ID);
        size_t len = strlen(body);
        if (!known[i]) /* deleted at this moment */
            continue;
        unsigned char *sealed = text_seal(&keys[i], id, body, len);
        text_fingerprint(&keys[i], body, fingerprint);
        pg_columns_str(&columns, 0, pg_str(texts, i, USER_ID));
        pg_columns_str(&columns, 1, id);
        pg_columns_bytes(&columns, 2, sealed, len + SEAL_OVERHEAD);
        pg_columns_bytes(&columns, 3, fingerprint, sizeof fingerprint);
        free(sealed);
    }
    pg_columns_params(&columns, params);
    return pg_exec(tx, "sealing_set", params, LENGTH(params), NULL, err);
}

static bool seal_some(struct svc *svc, size_t *count, struct err *err)
{
    const char *user_ids[AT_ONCE];
    bool known[AT_ONCE];
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *texts = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !pg_exec(tx, "sealing_next", PARAMS(P_INT(AT_ONCE)), &texts, err))
        return false;
    *count = pg_rows(texts);
    if (*count == 0)
        return true;
    for (size_t i = 0; i < *count; i++)
        user_ids[i] = pg_str(texts, i, USER_ID);
    struct text_key *keys = xcalloc(*count, sizeof *keys);
    bool ok = text_keys_get_many(svc->texts, tx, user_ids, *count, keys, known, err) &&
              store(tx, texts, keys, known, err);
    explicit_bzero(keys, *count * sizeof *keys);
    free(keys);
    return ok && pg_commit(&tx, err);
}

enum step texts_seal_rest(struct svc *svc)
{
    struct err err;
    size_t count = 0;
    if (!seal_some(svc, &count, &err)) {
        log_warn("sealing_postponed", L_STR("reason", err.text));
        return STEP_FAILED;
    }
    if (count > 0)
        log_info("texts_sealed", L_INT("count", count));
    return count > 0 ? STEP_MORE : STEP_IDLE;
}
