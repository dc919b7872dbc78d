#include "mail/mailer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/deadline.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "code.h"
#include "mail/mail_store.h"

/* The lease outlasts the longest sending. Mails of other replicas that died, and those to be tried
 * again, are looked for at each poll. */
enum { LEASE_S = 2 * SMTP_TIMEOUT_S, POLL_S = 2, PAUSE_MAX_S = 3600, DOUBLINGS_MAX = 11 };

struct mailer {
    struct mailer_conf conf;
    pthread_t thread;
    pthread_mutex_t lock; /* guards woken and stopping */
    pthread_cond_t changed;
    bool woken, stopping;
};

static int pause_after(int attempts)
{
    int doublings = attempts < DOUBLINGS_MAX ? attempts : DOUBLINGS_MAX;
    int pause_s = 1 << doublings;
    return pause_s < PAUSE_MAX_S ? pause_s : PAUSE_MAX_S;
}

static void count(const char *outcome)
{
    metric_add("mails_total", LABEL("outcome", outcome), 1);
}

/* Takes the next mail and commits the hash of its code before the code leaves. *code is empty when
 * the kind has none. */
static bool take(struct mailer *mailer, struct mail_row *row, enum letter_kind *kind,
                 char code[static CODE_SIZE], bool *found, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    code[0] = '\0';
    if (!pg_begin(mailer->conf.db, &tx, err) || !mail_store_take(tx, LEASE_S, row, found, err))
        return false;
    if (*found && letter_kind_find(row->kind, kind) && row->user_id[0] != '\0' &&
        letter_code_life_s(*kind) > 0) {
        struct mail_code sent = {.purpose = *kind};
        memcpy(sent.user_id, row->user_id, sizeof sent.user_id);
        memcpy(sent.email_key, row->email_key, sizeof sent.email_key);
        code_make(code, sent.hash);
        if (!mail_code_add(tx, &sent, err))
            return false;
    }
    return pg_commit(&tx, err);
}

static bool deliver(struct mailer *mailer, const struct mail_row *row, enum letter_kind kind,
                    const char *code, struct err *err)
{
    struct letter letter = {.kind = kind,
                            .from = mailer->conf.smtp.from,
                            .to = row->email,
                            .mail_id = row->mail_id,
                            .public_url = mailer->conf.public_url,
                            .code = code[0] != '\0' ? code : NULL,
                            .now_us = time_now_us()};
    scoped(secret_drop) char *text = letter_text(&letter);
    return smtp_send(&mailer->conf.smtp, row->email, text, err);
}

static bool put_off(struct mailer *mailer, const struct mail_row *row, const char *reason,
                    struct err *err)
{
    int pause_s = pause_after(row->attempts);
    if (row->age_s >= MAIL_GIVE_UP_S) {
        log_error("mail_given_up", L_STR("mail_id", row->mail_id), L_STR("kind", row->kind),
                  L_INT("attempts", row->attempts), L_STR("reason", reason));
        count("given_up");
        return mail_store_drop(mailer->conf.db, row, err);
    }
    log_warn("mail_failed", L_STR("mail_id", row->mail_id), L_STR("kind", row->kind),
             L_INT("attempts", row->attempts), L_STR("reason", reason), L_INT("retry_s", pause_s));
    count("failed");
    return mail_store_later(mailer->conf.db, row, pause_s, err);
}

/* One mail; *found is false when none is due. */
static bool step(struct mailer *mailer, bool *found, struct err *err)
{
    struct mail_row row = {.age_s = 0};
    enum letter_kind kind = LETTER_VERIFY_EMAIL;
    char code[CODE_SIZE];
    struct err failed;
    if (!take(mailer, &row, &kind, code, found, err))
        return false;
    if (!*found)
        return true;
    bool known = letter_kind_find(row.kind, &kind);
    bool sent = known && row.user_id[0] != '\0' && deliver(mailer, &row, kind, code, &failed);
    explicit_bzero(code, sizeof code);
    if (!known) /* a kind of the next release, whose replicas are starting */
        return put_off(mailer, &row, "unknown kind", err);
    if (row.user_id[0] == '\0') {
        count("no_account");
        return mail_store_drop(mailer->conf.db, &row, err);
    }
    if (!sent)
        return put_off(mailer, &row, failed.text, err);
    log_info("mail_sent", L_STR("mail_id", row.mail_id), L_STR("kind", row.kind),
             L_STR("user_id", row.user_id), L_INT("attempts", row.attempts));
    count("sent");
    return mail_store_drop(mailer->conf.db, &row, err);
}

static bool stopping(void *arg)
{
    struct mailer *mailer = arg;
    pthread_mutex_lock(&mailer->lock);
    bool stop = mailer->stopping;
    pthread_mutex_unlock(&mailer->lock);
    return stop;
}

static void await(struct mailer *mailer)
{
    struct timespec until = deadline_in_ms(POLL_S * 1000);
    pthread_mutex_lock(&mailer->lock);
    while (!mailer->woken && !mailer->stopping &&
           pthread_cond_timedwait(&mailer->changed, &mailer->lock, &until) == 0)
        continue;
    mailer->woken = false;
    pthread_mutex_unlock(&mailer->lock);
}

static void *run(void *arg)
{
    struct mailer *mailer = arg;
    log_thread("mailer");
    while (!stopping(mailer)) {
        struct err err = {.code = ERR_NONE};
        bool found = false;
        if (!step(mailer, &found, &err)) {
            log_warn("mailer_waits", L_STR("reason", err.text));
            found = false;
        }
        if (!found)
            await(mailer);
    }
    return NULL;
}

struct mailer *mailer_start(const struct mailer_conf *conf)
{
    struct mailer *mailer = xcalloc(1, sizeof *mailer);
    mailer->conf = *conf;
    mailer->conf.smtp.cancelled = stopping;
    mailer->conf.smtp.arg = mailer;
    pthread_mutex_init(&mailer->lock, NULL);
    deadline_cond_init(&mailer->changed);
    if (pthread_create(&mailer->thread, NULL, run, mailer) != 0)
        panic("thread");
    return mailer;
}

void mailer_wake(struct mailer *mailer)
{
    if (mailer == NULL)
        return;
    pthread_mutex_lock(&mailer->lock);
    mailer->woken = true;
    pthread_cond_signal(&mailer->changed);
    pthread_mutex_unlock(&mailer->lock);
}

void mailer_stop(struct mailer *mailer)
{
    if (mailer == NULL)
        return;
    pthread_mutex_lock(&mailer->lock);
    mailer->stopping = true;
    pthread_cond_signal(&mailer->changed);
    pthread_mutex_unlock(&mailer->lock);
    pthread_join(mailer->thread, NULL);
    pthread_mutex_destroy(&mailer->lock);
    pthread_cond_destroy(&mailer->changed);
    free(mailer);
}
