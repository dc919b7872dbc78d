/* auth - what the parts of auth-service share. */
#pragma once
#include "accounts/password.h"
#include "secrets/vault.h"
#include "service/service.h"

struct keyring;
struct keyring_conf;
struct mailer;

struct auth_conf {
    int delete_grace_s;
    int access_ttl_s, refresh_ttl_s, refresh_grace_s;
    int hash_lanes, hash_memory_kib, hash_passes, hash_threads;
    const char *key_encryption_key, *key_encryption_key_file, *key_encryption_key_previous;
    const char *signing_alg, *signing_key_file;
    int key_rotate_days, key_lead_s;
    const char *mail_from, *public_url, *smtp_password, *smtp_url, *smtp_user;
    int throttle_account, throttle_address, throttle_pair;
};
extern const struct conf_key auth_keys[];
extern const size_t auth_key_count;

#define AUTH_API "/api/v1/auth"
extern const struct route auth_routes[];
extern const size_t auth_route_count;

struct svc {
    struct svc_base base;
    struct auth_conf conf;
    struct keyring *keys;
    struct mailer *mailer;               /* NULL: no mail is sent here */
    struct vault vault;                  /* of secrets in the database that are no signing keys */
    bool factors_sealed;                 /* all are under the vault's key; of the minute's thread */
    char dummy_hash[PASSWORD_HASH_SIZE]; /* verified against when there is no such account */
};

struct keyring_conf auth_keyring_conf(const struct svc *svc);
struct password_cost auth_password_cost(const struct svc *svc);

/* housekeeping.c: the hooks of struct service. */
void *auth_conf_of(struct svc *svc);
bool auth_prepare(struct svc *svc, struct err *err);
void auth_close(struct svc *svc);
void auth_housekeeping(struct svc *svc);
enum step auth_background(struct svc *svc);
int auth_lane_threads(const struct svc *svc);
