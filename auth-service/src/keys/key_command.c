#include "keys/key_command.h"

#include <stdio.h>
#include <string.h>

#include "auth.h"
#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "keys/keyring.h"
#include "operator/operator.h"
#include "operator/output.h"

static int status_of(bool ok)
{
    return ok ? OPERATOR_GOOD : OPERATOR_FAILED;
}

static const char *home_of(const struct key_row *row)
{
    return row->private == NULL ? "file" : row->sealed ? "sealed" : "in clear";
}

static json_t *row_json(const struct key_row *row)
{
    return json_pack("{s:s, s:O, s:s, s:o, s:s}", "kid", row->kid, "alg",
                     json_object_get(row->jwk, "alg"), "state", key_state_names[row->state],
                     "since", json_time(row->since_us), "private", home_of(row));
}

static int list(struct svc *svc, bool json, struct err *err)
{
    static const struct output_column columns[] = {{"kid", "kid", false},
                                                   {"alg", "alg", false},
                                                   {"state", "state", false},
                                                   {"since", "since", false},
                                                   {"private key", "private", false}};
    struct key_rows rows = {.count = 0};
    if (!keyset_list(svc->base.db, &rows, err))
        return OPERATOR_FAILED;
    scoped(json_drop) json_t *shown = json_array();
    for (size_t i = 0; i < rows.count; i++)
        json_array_append_new(shown, row_json(&rows.rows[i]));
    key_rows_fini(&rows);
    if (json)
        output_json(stdout, shown);
    else
        output_table(stdout, columns, LENGTH(columns), shown);
    return OPERATOR_GOOD;
}

static int rotate(struct svc *svc, const struct keyset_conf *conf, struct err *err)
{
    struct key_row row;
    bool made;
    char when[TIMEFMT_SIZE];
    if (!conf->rules.makes_keys) {
        err_set(err, ERR_INVALID, "keys are files here: publish the next one, then hand it out");
        return OPERATOR_FAILED;
    }
    if (!keyset_rotate(conf, svc->base.db, &row, &made, err))
        return OPERATOR_FAILED;
    timefmt_format(row.since_us + conf->rules.lead_us, when);
    printf("%s %s: signs within a minute after %s\n", made ? "made and published" : "already next",
           row.kid, when);
    key_row_fini(&row);
    return OPERATOR_GOOD;
}

static int revoke(struct svc *svc, const struct keyset_conf *conf, const char *kid, struct err *err)
{
    if (!keyset_revoke(conf, svc->base.db, kid, err))
        return OPERATOR_FAILED;
    printf("retired %s: no token of it is accepted any more; sessions go on by refreshing\n", kid);
    return OPERATOR_GOOD;
}

static int publish(struct svc *svc, const char *path, struct err *err)
{
    struct signing_key key = {.pem = NULL};
    bool ok = signing_key_from_file(path, &key, err) && keyset_publish(svc->base.db, &key, err);
    if (ok)
        printf("published %s: give the file to the instances after %d s or more\n", key.kid,
               svc->conf.key_lead_s);
    signing_key_fini(&key);
    return status_of(ok);
}

static int run(struct svc *svc, int argc, char *const argv[], struct err *err)
{
    const char *verb = argc > 0 ? argv[0] : "";
    struct vault vault;
    struct keyset_conf conf;
    struct keyring_conf given = auth_keyring_conf(svc);
    int status = OPERATOR_USAGE;
    if (!keyring_keyset_conf(&given, &vault, &conf, err))
        return OPERATOR_FAILED;
    if (strcmp(verb, "list") == 0 && (argc == 1 || (argc == 2 && strcmp(argv[1], "--json") == 0)))
        status = list(svc, argc == 2, err);
    else if (strcmp(verb, "rotate") == 0 && argc == 1)
        status = rotate(svc, &conf, err);
    else if (strcmp(verb, "revoke") == 0 && argc == 2)
        status = revoke(svc, &conf, argv[1], err);
    else if (strcmp(verb, "publish") == 0 && argc == 2)
        status = publish(svc, argv[1], err);
    vault_close(&vault);
    return status;
}

const struct service_command keys_command = {
    .word = "keys",
    .usage = "list [--json] | rotate | revoke KID | publish FILE",
    .help = "the keys that sign access tokens: list, rotate, revoke, publish one of a file",
    .notes =
        "list     keys in use: next is published and will sign, verifying has signed\n"
        "rotate   make the next key now; it signs AUTH_KEY_LEAD_S later, without a failed request\n"
        "revoke   retire a key at once, for one that leaked: its tokens end within about a "
        "second,\n"
        "         clients go on with their refresh tokens\n"
        "publish  announce the key in FILE (PEM) before it becomes AUTH_SIGNING_KEY_FILE\n"
        "exit: 0 done   1 failed   2 wrong usage\n",
    .run = run,
};
