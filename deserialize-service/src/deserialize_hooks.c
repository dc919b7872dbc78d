#include "base/log.h"
#include "deserialize.h"
#include "replay/replay_step.h"
#include "texts/retention.h"
#include "texts/sealing.h"
#include "uploads/upload_step.h"
#include "users/person_topics.h"

void *deserialize_conf_of(struct svc *svc)
{
    return &svc->conf;
}

bool deserialize_open(struct svc *svc, struct err *err)
{
    const struct vault_conf conf = {.name = "DESERIALIZE_KEY_ENCRYPTION_KEY",
                                    .key = svc->conf.key_encryption_key,
                                    .previous = svc->conf.key_encryption_key_previous,
                                    .file = svc->conf.key_encryption_key_file};
    if (!vault_open(&conf, &svc->vault, err))
        return false;
    svc->texts = text_keys_new(&svc->vault);
    return true;
}

bool deserialize_prepare(struct svc *svc, struct err *err)
{
    if (!svc->vault.has_key)
        log_warn("text_keys_unsealed",
                 L_STR("why", "DESERIALIZE_KEY_ENCRYPTION_KEY is not set: who has a copy of the "
                              "database can read texts"));
    return text_keys_check(svc->texts, svc->base.db, err);
}

void deserialize_close(struct svc *svc)
{
    text_keys_free(svc->texts);
    svc->texts = NULL;
    vault_close(&svc->vault);
}

void deserialize_housekeeping(struct svc *svc)
{
    person_erase_stragglers(svc);
    uploads_purge(svc);
}

enum step (*const deserialize_background[])(struct svc *svc) = {
    person_erase_rest, texts_seal_rest, retention_purge, upload_step, replay_step, NULL};
