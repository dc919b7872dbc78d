/* deserialize - what the parts of deserialize-service share. */
#pragma once
#include "secrets/vault.h"
#include "service/service.h"
#include "texts/text_keys.h"

struct deserialize_conf {
    const char *key_encryption_key, *key_encryption_key_file, *key_encryption_key_previous;
};
extern const struct conf_key deserialize_keys[];
extern const size_t deserialize_key_count;

struct svc {
    struct svc_base base;
    struct deserialize_conf conf;
    struct vault vault; /* of the people's secrets in text_key */
    struct text_keys *texts;
};

/* deserialize_hooks.c: the hooks of struct service. */
void *deserialize_conf_of(struct svc *svc);
bool deserialize_open(struct svc *svc, struct err *err);
bool deserialize_prepare(struct svc *svc, struct err *err);
void deserialize_close(struct svc *svc);
void deserialize_housekeeping(struct svc *svc);
extern enum step (*const deserialize_background[])(struct svc *svc);
