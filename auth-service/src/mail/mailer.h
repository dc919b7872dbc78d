/* mailer - sends the mails that wait in the table mail, on a thread of its own, out of every
 * request's way. Replicas share them: each takes one, for as long as sending may last, then lets
 * go. At least once: who dies between the server's answer and the row's end sends it again, with a
 * new code. What cannot be sent is tried again after 2, 4, 8, … seconds, at most an hour, for a
 * day; then it is dropped and logged as an error. */
#pragma once
#include "mail/smtp.h"
#include "pg/pg.h"

enum { MAIL_GIVE_UP_S = 24 * 3600 };

struct mailer;
struct mailer_conf {
    struct pg_pool *db;
    struct smtp_conf smtp;
    const char *public_url;
};
struct mailer *mailer_start(const struct mailer_conf *conf);
/* After a commit that added a mail; NULL: nothing is sent here. */
void mailer_wake(struct mailer *mailer);
/* The mail under way is broken off, and sent by another replica or at the next start. */
void mailer_stop(struct mailer *mailer);
