/* replay_page - reads some texts again and writes what became of them, in a transaction. */
#pragma once
#include "replay/replay_store.h"

struct svc;
/* rows: texts in the columns of enum replay_column, locked. dry: nothing is written but what is
 * noted. note: id of the replay that keeps the differences, or NULL. differences (may be NULL):
 * gets those of all texts, [{field, before, after}]. */
struct replay_run {
    bool dry;
    const char *note;
    json_t *differences;
    struct replay_progress progress; /* out */
};
must_check bool replay_page(struct svc *svc, struct pg_tx *tx, const struct pg_result *rows,
                            struct replay_run *run, struct err *err);
/* Tells that a text is booked no more: the expense it made is to go. */
must_check bool replay_withdraw(struct pg_tx *tx, const char *user_id, const char *message_id,
                                int64_t revision, const char *reason, struct err *err);
