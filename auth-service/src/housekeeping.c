#include <malloc.h>

#include "accounts/deletion.h"
#include "auth.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "base/uuid.h"
#include "keys/keyring.h"
#include "mail/mailer.h"
#include "purge_store.h"
#include "totp/factor.h"

/* Batches a round, so that a long backlog is worked off without holding the database up. */
enum { PURGE_BATCHES = 20, ERASE_A_MINUTE = 500 };
/* The memory of a hash stays with the process for the next one: to be given 12 MiB in pages of 4
 * KiB takes a fifth of the time of hashing. A round of housekeeping gives it back, so an idle
 * service is small. The most that malloc takes for its threshold; a costlier hash is mapped each
 * time. */
enum { KEPT_BYTES_MAX = 32 << 20, TRIM_BYTES = 64 << 20 };

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

/* After another key began to sign, an instance may sign with the one before until its next round;
 * then that token lives, and clocks differ. */
enum { SIGNING_TAIL_S = 300, DAY_S = 86400 };

struct keyring_conf auth_keyring_conf(const struct svc *svc)
{
    const struct auth_conf *conf = &svc->conf;
    return (struct keyring_conf){.alg = conf->signing_alg,
                                 .file = conf->signing_key_file,
                                 .vault = {.name = "AUTH_KEY_ENCRYPTION_KEY",
                                           .key = conf->key_encryption_key,
                                           .previous = conf->key_encryption_key_previous,
                                           .file = conf->key_encryption_key_file},
                                 .rotate_us = conf->key_rotate_days * (DAY_S * US_PER_S),
                                 .lead_us = conf->key_lead_s * US_PER_S,
                                 .verify_us = (conf->access_ttl_s + SIGNING_TAIL_S) * US_PER_S};
}

/* So many handlers have not come to their hash yet, or have it: no processor waits for the
 * database. */
enum { AT_THE_DATABASE = 4 };

int auth_lane_threads(const struct svc *svc)
{
    return svc->conf.hash_threads + AT_THE_DATABASE;
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
    struct keyring_conf conf = auth_keyring_conf(svc);
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES_MAX);
    mallopt(M_TRIM_THRESHOLD, TRIM_BYTES);
    if (conf.file[0] == '\0' && conf.vault.key[0] == '\0' && conf.vault.file[0] == '\0')
        log_warn("signing_key_unsealed",
                 L_STR("advice", "set AUTH_KEY_ENCRYPTION_KEY in production"));
    uuid_new(nobody);
    if (svc->base.verifier != NULL) /* else this is an operator's command */
        password_start(svc->conf.hash_threads, auth_lane_threads(svc));
    return vault_open(&conf.vault, &svc->vault, err) &&
           password_hash(nobody, &cost, svc->dummy_hash, err) &&
           keyring_open(&conf, svc->base.db, svc->base.verifier, &svc->keys, err) &&
           start_mailer(svc, err);
}

void auth_close(struct svc *svc)
{
    password_stop();
    mailer_stop(svc->mailer);
    svc->mailer = NULL;
    vault_close(&svc->vault);
    keyring_close(svc->keys);
    svc->keys = NULL;
}

static bool tend_keys(struct svc *svc)
{
    struct err err;
    if (keyring_tend(svc->keys, svc->base.db, svc->base.verifier, &err))
        return true;
    log_warn("keys_not_tended", L_STR("reason", err.text));
    return false;
}

enum step auth_background(struct svc *svc)
{
    if (!keyring_is_stale(svc->keys, svc->base.verifier))
        return STEP_IDLE;
    return tend_keys(svc) ? STEP_IDLE : STEP_FAILED;
}

static void delete_accounts(struct svc *svc)
{
    struct err err;
    bool found = true;
    for (int i = 0; found && i < ERASE_A_MINUTE; i++) {
        if (!deletion_step(svc, &found, &err)) {
            log_warn("deletion_failed", L_STR("reason", err.text));
            return;
        }
    }
}

/* Each drops a batch at most of what the statement's own table has no more use for. */
static const char *const purges[] = {"session_purge",        "signup_key_purge", "throttle_purge",
                                     "throttle_purge_known", "mail_code_purge",  "challenge_purge",
                                     "api_token_purge"};

static void purge(struct svc *svc, const char *statement)
{
    struct err err;
    size_t dropped = 1;
    for (int batch = 0; batch < PURGE_BATCHES && dropped > 0; batch++) {
        if (!purge_store_drop(svc->base.db, statement, &dropped, &err)) {
            log_warn("purge_failed", L_STR("reason", err.text));
            return;
        }
    }
}

void auth_housekeeping(struct svc *svc)
{
    (void)tend_keys(svc);
    delete_accounts(svc);
    factors_seal_anew(svc);
    for (size_t i = 0; i < LENGTH(purges); i++)
        purge(svc, purges[i]);
    malloc_trim(0);
}
