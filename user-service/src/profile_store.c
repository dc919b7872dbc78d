#include "profile_store.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/timefmt.h"

#define COLUMNS                                                                                    \
    "user_id, email, name, base_currency, time_zone, locale, month_start, retention_days, "        \
    "chosen, version, " PG_US("created_at") ", " PG_US(                                            \
        "updated_at") ", deleted_at IS NOT NULL, account_sequence, coalesce(week_start, 1), "      \
                      "notifications"

static const struct pg_statement rows[] = {
    {"profile_find", "SELECT " COLUMNS " FROM profile WHERE user_id = $1"},
    {"profile_lock", "SELECT " COLUMNS " FROM profile WHERE user_id = $1 FOR UPDATE"},
    {"profile_add", "INSERT INTO profile (user_id, email, name, base_currency, time_zone, locale,"
                    "                     month_start, retention_days, chosen, created_at,"
                    "                     updated_at, account_sequence, week_start, notifications)"
                    " VALUES ($1, nullif($2, ''), nullif($3, ''), $4, $5, $6, $7, $8, $9, $10, $11,"
                    "         $12, $13, $14)"
                    " ON CONFLICT (user_id) DO NOTHING"},
    {"profile_save", "UPDATE profile SET email = nullif($2, ''), name = nullif($3, ''),"
                     "       base_currency = $4, time_zone = $5, locale = $6, month_start = $7,"
                     "       retention_days = $8, chosen = $9, created_at = $10,"
                     "       updated_at = $11, account_sequence = $12, week_start = $13,"
                     "       notifications = $14, version = version + 1"
                     " WHERE user_id = $1 AND deleted_at IS NULL RETURNING version"},
    {"profile_erase",
     "INSERT INTO profile (user_id, created_at, deleted_at)"
     " VALUES ($1, now(), now())"
     " ON CONFLICT (user_id) DO UPDATE SET email = NULL, name = NULL,"
     "       base_currency = NULL, time_zone = NULL, locale = NULL,"
     "       month_start = NULL, retention_days = NULL, week_start = NULL,"
     "       notifications = NULL, chosen = '',"
     "       version = profile.version + 1, updated_at = now(), deleted_at = now(),"
     "       erased = false"
     " WHERE profile.deleted_at IS NULL"},
    /* As long as its exports are there, something is. */
    {"profile_next_erased",
     "UPDATE profile SET erased = true WHERE user_id IN (SELECT user_id FROM profile AS p"
     "  WHERE deleted_at IS NOT NULL AND NOT erased"
     "   AND NOT EXISTS (SELECT FROM export AS e WHERE e.user_id = p.user_id)"
     "  LIMIT 1 FOR UPDATE SKIP LOCKED)"
     " RETURNING user_id"},
    /* A topic keeps an event for 7 days, a dead letter 30. */
    {"profile_forget",
     "WITH gone AS (DELETE FROM profile WHERE user_id IN (SELECT user_id FROM profile"
     "   WHERE deleted_at < now() - interval '40 days' AND erased LIMIT 500 FOR UPDATE SKIP LOCKED)"
     "  RETURNING user_id),"
     " sent AS (DELETE FROM event_sequence USING gone"
     "  WHERE event_sequence.user_id = gone.user_id::text)"
     " DELETE FROM inbox_sequence USING gone WHERE inbox_sequence.user_id = gone.user_id"},
    {"profile_note_account", "UPDATE profile SET account_sequence = $2"
                             " WHERE user_id = $1 AND deleted_at IS NULL"},
};
const struct pg_statements profile_statements = {TABLE(rows)};

static void take(const struct pg_result *result, struct profile *out, bool *found)
{
    *out = (struct profile){0};
    *found = pg_rows(result) > 0;
    if (!*found)
        return;
    pg_copy(result, 0, 0, out->user_id, sizeof out->user_id);
    pg_copy(result, 0, 1, out->email, sizeof out->email);
    pg_copy(result, 0, 2, out->name, sizeof out->name);
    pg_copy(result, 0, 3, out->prefs.base_currency, sizeof out->prefs.base_currency);
    pg_copy(result, 0, 4, out->prefs.time_zone, sizeof out->prefs.time_zone);
    pg_copy(result, 0, 5, out->prefs.locale, sizeof out->prefs.locale);
    out->prefs.month_start = (int)pg_int(result, 0, 6);
    out->prefs.retention_days = (int)pg_int(result, 0, 7);
    out->chosen = chosen_parse(pg_str(result, 0, 8));
    out->version = pg_int(result, 0, 9);
    out->created_us = pg_int(result, 0, 10);
    out->updated_us = pg_int(result, 0, 11);
    out->deleted = pg_bool(result, 0, 12);
    out->account_sequence = pg_int(result, 0, 13);
    out->prefs.week_start = (int)pg_int(result, 0, 14);
    out->prefs.notifications = notifications_parse(pg_str(result, 0, 15));
}

bool profile_store_find(struct pg_pool *db, const char *user_id, struct profile *out, bool *found,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "profile_find", PARAMS(P_STR(user_id)), &result, err))
        return false;
    take(result, out, found);
    return true;
}

bool profile_store_lock(struct pg_tx *tx, const char *user_id, struct profile *out, bool *found,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "profile_lock", PARAMS(P_STR(user_id)), &result, err))
        return false;
    take(result, out, found);
    return true;
}

static bool write_row(struct pg_tx *tx, const char *statement, const struct profile *profile,
                      struct pg_result **result, struct err *err)
{
    char chosen[CHOSEN_TEXT_SIZE], notifications[NOTIFY_TEXT_SIZE];
    chosen_format(profile->chosen, chosen);
    notifications_format(profile->prefs.notifications, notifications);
    return pg_exec(tx, statement,
                   PARAMS(P_STR(profile->user_id), P_STR(profile->email), P_STR(profile->name),
                          P_STR(profile->prefs.base_currency), P_STR(profile->prefs.time_zone),
                          P_STR(profile->prefs.locale), P_INT(profile->prefs.month_start),
                          P_INT(profile->prefs.retention_days), P_STR(chosen),
                          P_TIME(profile->created_us), P_TIME(profile->updated_us),
                          P_INT(profile->account_sequence), P_INT(profile->prefs.week_start),
                          P_STR(notifications)),
                   result, err);
}

bool profile_store_add(struct pg_tx *tx, const struct profile *profile, bool *added,
                       struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!write_row(tx, "profile_add", profile, &result, err))
        return false;
    *added = pg_affected(result) > 0;
    return true;
}

bool profile_store_save(struct pg_tx *tx, struct profile *profile, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    profile->updated_us = time_now_us();
    if (!write_row(tx, "profile_save", profile, &result, err))
        return false;
    if (pg_rows(result) != 1)
        return err_set(err, ERR_INTERNAL, "profile to save is not there");
    profile->version = pg_int(result, 0, 0);
    return true;
}

bool profile_store_note_account(struct pg_tx *tx, const struct profile *profile, struct err *err)
{
    return pg_exec(tx, "profile_note_account",
                   PARAMS(P_STR(profile->user_id), P_INT(profile->account_sequence)), NULL, err);
}

bool profile_store_erase(struct pg_tx *tx, const char *user_id, bool *changed, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "profile_erase", PARAMS(P_STR(user_id)), &result, err))
        return false;
    *changed = pg_affected(result) > 0;
    return true;
}

bool profile_store_next_erased(struct pg_tx *tx, char user_id[static UUID_SIZE], bool *found,
                               struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "profile_next_erased", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (*found)
        snprintf(user_id, UUID_SIZE, "%s", pg_str(result, 0, 0));
    return true;
}

bool profile_store_forget(struct pg_pool *db, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_query(db, "profile_forget", NULL, 0, &result, err);
}
