#include "events/dead_letter.h"

#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"

/* The intervals are DEAD_LETTER_DAYS. */
static const struct pg_statement statements[] = {
    {"dead_letter_claim", "INSERT INTO dead_letter_handled"
                          " (topic, partition, record_offset, first_failure, attempts, outcome)"
                          " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"},
    {"dead_letter_find", "SELECT outcome, " PG_US("handled_at") " FROM dead_letter_handled"
                                                                " WHERE topic = $1 AND partition = "
                                                                "$2 AND record_offset = $3"
                                                                " AND first_failure = $4 AND "
                                                                "attempts = $5"},
    {"dead_letter_purge",
     "DELETE FROM dead_letter_handled WHERE ctid = ANY (ARRAY(SELECT ctid FROM dead_letter_handled"
     " WHERE handled_at <= now() - interval '90 days' ORDER BY handled_at LIMIT $1::int"
     " FOR UPDATE SKIP LOCKED))"},
    {"dead_letter_purge_refused",
     "DELETE FROM outbox_refused WHERE id = ANY (ARRAY(SELECT id FROM outbox_refused"
     " WHERE refused_at <= now() - interval '90 days' ORDER BY refused_at LIMIT $1::int"
     " FOR UPDATE SKIP LOCKED))"},
};
const struct pg_statements dead_letter_statements = {TABLE(statements)};

static const char *const state_names[] = {
    [DEAD_OPEN] = "open",       [DEAD_REPLAYED] = "replayed",
    [DEAD_SKIPPED] = "skipped", [DEAD_FAILED_AGAIN] = "failed_again",
    [DEAD_DROPPED] = "dropped", [DEAD_EXPIRED] = "expired",
};

const char *dead_state_name(enum dead_state state)
{
    return state_names[state];
}

/* An error text may be cut in the middle of a character, which JSON would refuse. */
static void copy_ascii(char *out, const char *text, size_t size)
{
    size_t i = 0;
    for (; text[i] != '\0' && i + 1 < size; i++)
        out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    out[i] = '\0';
}

static json_t *headers_of(const struct dead_letter *letter, const char *consumer,
                          const struct err *why)
{
    char attempts[16], partition[16], offset[24], first[TIMEFMT_SIZE], text[sizeof why->text];
    copy_ascii(text, why->text, sizeof text);
    snprintf(attempts, sizeof attempts, "%u", letter->attempts);
    snprintf(partition, sizeof partition, "%d", (int)letter->partition);
    snprintf(offset, sizeof offset, "%lld", (long long)letter->offset);
    timefmt_format(letter->first_failure_us, first);
    json_t *headers = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", DLQ_ERROR_CODE,
                                err_name(why), DLQ_ERROR_TEXT, text, DLQ_ATTEMPTS, attempts,
                                DLQ_TOPIC, letter->topic, DLQ_PARTITION, partition, DLQ_OFFSET,
                                offset, DLQ_FIRST_FAILURE, first, DLQ_CONSUMER, consumer);
    if (headers == NULL)
        panic("dead letter headers");
    return headers;
}

bool dead_letter_add(struct pg_tx *tx, const struct dead_letter *letter, const char *consumer,
                     const struct err *why, struct err *err)
{
    scoped(json_drop) json_t *headers = headers_of(letter, consumer, why);
    scoped(str_drop) char *topic = xasprintf("%s" DLQ_SUFFIX, letter->topic);
    struct outbox_raw raw = {.topic = topic,
                             .key = letter->key,
                             .key_len = letter->key_len,
                             .value = letter->value,
                             .value_len = letter->value_len,
                             .headers = headers};
    return outbox_add_raw(tx, &raw, err);
}

bool dead_letter_claim(struct pg_tx *tx, const struct dead_letter *letter, enum dead_state state,
                       bool *claimed, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "dead_letter_claim",
                 PARAMS(P_STR(letter->topic), P_INT(letter->partition), P_INT(letter->offset),
                        P_TIME(letter->first_failure_us), P_INT(letter->attempts),
                        P_STR(dead_state_name(state))),
                 &result, err))
        return err_wrap(err, "noting a dead letter: ");
    *claimed = pg_affected(result) == 1;
    return true;
}

bool dead_letter_find(struct pg_pool *db, const struct dead_letter *letter, enum dead_state *state,
                      int64_t *handled_us, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    *state = DEAD_OPEN;
    *handled_us = 0;
    if (!pg_query(db, "dead_letter_find",
                  PARAMS(P_STR(letter->topic), P_INT(letter->partition), P_INT(letter->offset),
                         P_TIME(letter->first_failure_us), P_INT(letter->attempts)),
                  &found, err))
        return false;
    if (pg_rows(found) == 0)
        return true;
    for (size_t i = 0; i < LENGTH(state_names); i++)
        if (strcmp(state_names[i], pg_str(found, 0, 0)) == 0)
            *state = (enum dead_state)i;
    *handled_us = pg_int(found, 0, 1);
    return true;
}

static bool purge(struct pg_tx *tx, const char *statement, int limit, size_t *purged,
                  struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, statement, PARAMS(P_INT(limit)), &result, err))
        return false;
    *purged = pg_affected(result);
    return true;
}

bool dead_letter_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err)
{
    return purge(tx, "dead_letter_purge", limit, purged, err);
}

bool dead_letter_purge_refused(struct pg_tx *tx, int limit, size_t *purged, struct err *err)
{
    return purge(tx, "dead_letter_purge_refused", limit, purged, err);
}
