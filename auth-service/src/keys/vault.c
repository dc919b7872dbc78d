#include "keys/vault.h"

#include <string.h>

#include "base/mem.h"
#include "keys/secret_file.h"

enum { TEXT_MAX = 128 };

static bool take_key(const struct vault_conf *conf, struct vault *vault, struct err *err)
{
    char text[TEXT_MAX] = "";
    if (conf->key[0] != '\0' && conf->file[0] != '\0')
        return err_set(err, ERR_INVALID, "set AUTH_KEY_ENCRYPTION_KEY or its _FILE, not both");
    if (conf->file[0] != '\0' &&
        !secret_file_read(conf->file, "AUTH_KEY_ENCRYPTION_KEY_FILE: cannot open it", text,
                          sizeof text, err))
        return false;
    text[strcspn(text, " \t\r\n")] = '\0';
    const char *given = conf->file[0] != '\0' ? text : conf->key;
    vault->has_key = given[0] != '\0' || conf->file[0] != '\0';
    bool ok = !vault->has_key || seal_key_parse(given, vault->key, err);
    explicit_bzero(text, sizeof text);
    return ok;
}

bool vault_open(const struct vault_conf *conf, struct vault *vault, struct err *err)
{
    *vault = (struct vault){.has_key = false};
    if (!take_key(conf, vault, err))
        return false;
    vault->has_previous = conf->previous[0] != '\0';
    if (vault->has_previous && !vault->has_key)
        return err_set(err, ERR_INVALID,
                       "AUTH_KEY_ENCRYPTION_KEY_PREVIOUS needs AUTH_KEY_ENCRYPTION_KEY beside it");
    return !vault->has_previous || seal_key_parse(conf->previous, vault->previous, err);
}

void vault_close(struct vault *vault)
{
    explicit_bzero(vault, sizeof *vault);
}

bool vault_unseal(const struct vault *vault, const char *bound_to, const unsigned char *sealed,
                  size_t len, char **out, bool *with_previous, struct err *err)
{
    struct err first;
    *with_previous = false;
    if (!vault->has_key)
        return err_set(err, ERR_INVALID,
                       "a secret in the database is sealed: set AUTH_KEY_ENCRYPTION_KEY");
    if (unseal(vault->key, bound_to, sealed, len, out, &first))
        return true;
    if (vault->has_previous && unseal(vault->previous, bound_to, sealed, len, out, err)) {
        *with_previous = true;
        return true;
    }
    *err = first;
    return false;
}
