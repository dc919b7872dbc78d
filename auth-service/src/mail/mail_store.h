/* mail_store - rows of mail and mail_code. */
#pragma once
#include "accounts/account.h"
#include "code.h"
#include "mail/letter.h"
#include "pg/pg.h"

extern const struct pg_statements mail_statements;

/* One of a kind waits for an address; another is not added. */
must_check bool mail_store_add(struct pg_tx *tx, enum letter_kind kind, const char *email_key,
                               struct err *err);

struct mail_row {
    char mail_id[UUID_SIZE], email_key[EMAIL_SIZE], kind[40];
    int attempts; /* this one included */
    int age_s;
    char user_id[UUID_SIZE]; /* empty: the address has no account */
    char email[EMAIL_SIZE];
};
/* Takes the next one that is due, for lease_s: until then no other replica takes it. */
must_check bool mail_store_take(struct pg_tx *tx, int lease_s, struct mail_row *row, bool *found,
                                struct err *err);
must_check bool mail_store_drop(struct pg_pool *db, const struct mail_row *row, struct err *err);
must_check bool mail_store_later(struct pg_pool *db, const struct mail_row *row, int pause_s,
                                 struct err *err);

struct mail_code {
    enum letter_kind purpose;
    unsigned char hash[CODE_HASH_SIZE];
    char user_id[UUID_SIZE], email_key[EMAIL_SIZE];
};
must_check bool mail_code_add(struct pg_tx *tx, const struct mail_code *code, struct err *err);
/* By purpose and hash; fills the rest. */
must_check bool mail_code_find(struct pg_pool *db, struct mail_code *code, bool *found,
                               struct err *err);
/* The same, and the code is used up with all others of the user for the purpose. */
must_check bool mail_code_use(struct pg_tx *tx, struct mail_code *code, bool *found,
                              struct err *err);
