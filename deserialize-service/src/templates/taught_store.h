/* taught_store - rows of template and shared_template. Statements on people's own name the user;
 * those on offers are for admins and tell nothing of whose they are. */
#pragma once
#include "pg/pg.h"
#include "templates/taught.h"

extern const struct pg_statements taught_statements;

enum taught_column {
    TAUGHT_USER_ID, /* empty: shared, or not told */
    TAUGHT_ID,
    TAUGHT_NAME,
    TAUGHT_PATTERN,
    TAUGHT_SAYS,
    TAUGHT_MERCHANT,
    TAUGHT_OFFERED,
    TAUGHT_CREATED_AT,
};
/* Borrows from the result. */
void taught_store_row(const struct pg_result *result, size_t row, struct taught *out);

/* Of these people and the shared ones: in the order of user_id, shared first. */
must_check bool taught_store_load(struct pg_tx *tx, const char *const user_ids[], size_t count,
                                  struct pg_result **rows, struct err *err);
must_check bool taught_store_list(struct pg_pool *db, const char *user_id, struct pg_result **rows,
                                  struct err *err);
must_check bool taught_store_shared(struct pg_pool *db, struct pg_result **rows, struct err *err);
must_check bool taught_store_get(struct pg_pool *db, const char *user_id, const char *id,
                                 struct pg_result **rows, struct err *err);
/* *added is false for a deleted user, and when there are TAUGHT_MAX already. */
must_check bool taught_store_add(struct pg_tx *tx, const char *user_id, const struct taught *taught,
                                 bool *added, struct err *err);
must_check bool taught_store_remove(struct pg_tx *tx, const char *user_id, const char *id,
                                    bool *removed, struct err *err);
/* *found: there is such a template. */
must_check bool taught_store_offer(struct pg_tx *tx, const char *user_id, const char *id,
                                   bool offered, bool *found, struct err *err);

/* For admins. */
must_check bool taught_store_offers(struct pg_pool *db, const char *after_id, int64_t limit,
                                    struct pg_result **rows, struct err *err);
must_check bool taught_store_offered(struct pg_tx *tx, const char *id, struct pg_result **row,
                                     struct err *err);
must_check bool taught_store_decline(struct pg_tx *tx, const char *id, bool *found,
                                     struct err *err);
/* *added is false when there are TAUGHT_SHARED_MAX already. */
must_check bool taught_store_share(struct pg_tx *tx, const struct taught *taught, bool *added,
                                   struct err *err);
must_check bool taught_store_unshare(struct pg_tx *tx, const char *id, bool *found,
                                     struct err *err);

/* How often each template, built in or taught, read one of the person's last PARSERS_LOOK texts:
 * name or id, count. And what became of each sender's texts among them: sender, all, parsed,
 * needs_review, rejected, unrecognised, duplicate; those with most texts first. */
enum { PARSERS_LOOK = 10000, PARSERS_SENDERS_MAX = 200 };
must_check bool taught_store_matched(struct pg_pool *db, const char *user_id,
                                     struct pg_result **rows, struct err *err);
must_check bool taught_store_senders(struct pg_pool *db, const char *user_id,
                                     struct pg_result **rows, struct err *err);
