#include <malloc.h>

#include "accounts/account_store.h"
#include "auth.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "keys/keyring.h"
#include "mail/mail_store.h"
#include "mail/mailer.h"
#include "sessions/session_store.h"
#include "throttle/throttle_store.h"

/* Batches a minute, so that a long backlog is worked off without holding the database up. */
enum { PURGE_BATCHES = 20 };
/* Fixed, since malloc otherwise raises it to the size of a hash's memory once freed and from then
 * on keeps that memory: 12 MiB a hashing thread, for ever. */
enum { MMAP_THRESHOLD_BYTES = 1 << 20 };

void *auth_conf_of(struct svc *svc)
{
    return &svc->conf;
}

struct password_cost auth_password_cost(const struct svc *svc)
{
    return (struct password_cost){.memory_kib = (unsigned)svc->conf.hash_memory_kib,
                                  .passes = (unsigned)svc->conf.hash_passes,
                                  .lanes = (unsigned)svc->conf.hash_lanes};
}

int auth_lane_threads(const struct svc *svc)
{
    return svc->conf.hash_threads;
}

/* Without a verifier this is an operator's command, whose threads are none. */
static bool start_mailer(struct svc *svc, struct err *err)
{
    struct mailer_conf conf = {.db = svc->base.db,
                               .public_url = svc->conf.public_url,
                               .smtp = {.url = svc->conf.smtp_url,
                                        .user = svc->conf.smtp_user,
                                        .password = svc->conf.smtp_password,
                                        .from = svc->conf.mail_from}};
    if (svc->base.verifier == NULL)
        return true;
    if (svc->conf.smtp_url[0] == '\0') {
        log_warn("mail_off", L_STR("advice", "set AUTH_SMTP_URL, or nobody can reset a password"));
        return true;
    }
    if (!smtp_check(&conf.smtp, err))
        return false;
    svc->mailer = mailer_start(&conf);
    return true;
}

bool auth_prepare(struct svc *svc, struct err *err)
{
    char nobody[UUID_SIZE];
    struct password_cost cost = auth_password_cost(svc);
    struct keyring_conf conf = {.alg = svc->conf.signing_alg,
                                .encryption_key = svc->conf.key_encryption_key,
                                .file = svc->conf.signing_key_file};
    mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
    uuid_new(nobody);
    return password_hash(nobody, &cost, svc->dummy_hash, err) &&
           keyring_open(&conf, svc->base.db, &svc->keys, err) &&
           keyring_reload(svc->keys, svc->base.db, svc->base.verifier, err) &&
           start_mailer(svc, err);
}

void auth_close(struct svc *svc)
{
    mailer_stop(svc->mailer);
    svc->mailer = NULL;
    keyring_close(svc->keys);
    svc->keys = NULL;
}

void auth_every_minute(struct svc *svc)
{
    static bool (*const purges[])(struct pg_pool *, size_t *, struct err *) = {
        session_store_purge, account_store_purge, throttle_store_purge, mail_store_purge};
    struct err err;
    if (!keyring_reload(svc->keys, svc->base.db, svc->base.verifier, &err))
        log_warn("key_reload_failed", L_STR("reason", err.text));
    for (size_t i = 0; i < LENGTH(purges); i++) {
        size_t dropped = 1;
        for (int batch = 0; batch < PURGE_BATCHES && dropped > 0; batch++) {
            if (!purges[i](svc->base.db, &dropped, &err)) {
                log_warn("purge_failed", L_STR("reason", err.text));
                break;
            }
        }
    }
}
