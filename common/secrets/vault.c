#include "secrets/vault.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "secrets/secret_file.h"

enum { TEXT_MAX = 128, NAME_MAX_SIZE = 128 };

static bool take_key(const struct vault_conf *conf, struct vault *vault, struct err *err)
{
    char text[TEXT_MAX] = "";
    if (conf->key[0] != '\0' && conf->file[0] != '\0')
        return err_set(err, ERR_INVALID, "set %s or its _FILE, not both", conf->name);
    if (conf->file[0] != '\0') {
        char what[NAME_MAX_SIZE];
        snprintf(what, sizeof what, "%s_FILE: cannot open it", conf->name);
        if (!secret_file_read(conf->file, what, text, sizeof text, err))
            return false;
    }
    text[strcspn(text, " \t\r\n")] = '\0';
    const char *given = conf->file[0] != '\0' ? text : conf->key;
    vault->has_key = given[0] != '\0' || conf->file[0] != '\0';
    bool ok = !vault->has_key || seal_key_parse(conf->name, given, vault->key, err);
    explicit_bzero(text, sizeof text);
    return ok;
}

bool vault_open(const struct vault_conf *conf, struct vault *vault, struct err *err)
{
    *vault = (struct vault){.name = conf->name};
    if (!take_key(conf, vault, err))
        return false;
    vault->has_previous = conf->previous[0] != '\0';
    if (vault->has_previous && !vault->has_key)
        return err_set(err, ERR_INVALID, "%s_PREVIOUS needs %s beside it", conf->name, conf->name);
    return !vault->has_previous || seal_key_parse(conf->name, conf->previous, vault->previous, err);
}

void vault_close(struct vault *vault)
{
    explicit_bzero(vault, sizeof *vault);
}

bool vault_unseal(const struct vault *vault, const char *bound_to, const unsigned char *sealed,
                  size_t len, char **out, bool *with_previous, struct err *err)
{
    struct err unopened;
    *with_previous = false;
    if (!vault->has_key)
        return err_set(err, ERR_INVALID, "a secret in the database is sealed: set %s", vault->name);
    if (unseal(vault->key, bound_to, sealed, len, out, &unopened))
        return true;
    if (vault->has_previous && unseal(vault->previous, bound_to, sealed, len, out, &unopened)) {
        *with_previous = true;
        return true;
    }
    return err_set(err, ERR_INVALID, "a secret in the database was sealed under another %s",
                   vault->name);
}

static void key_id(const unsigned char key[SEAL_KEY_SIZE], const char *label,
                   unsigned char out[static VAULT_KEY_ID_SIZE])
{
    unsigned char digest[SHA256_SIZE];
    sha256_two(label, strlen(label), key, SEAL_KEY_SIZE, digest);
    memcpy(out, digest, VAULT_KEY_ID_SIZE);
}

void vault_key_id(const struct vault *vault, const char *label,
                  unsigned char out[static VAULT_KEY_ID_SIZE])
{
    key_id(vault->key, label, out);
}

void vault_previous_id(const struct vault *vault, const char *label,
                       unsigned char out[static VAULT_KEY_ID_SIZE])
{
    key_id(vault->previous, label, out);
}
