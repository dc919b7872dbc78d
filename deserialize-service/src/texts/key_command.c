#include "texts/key_command.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "deserialize.h"
#include "operator/operator.h"
#include "operator/output.h"

enum { AT_ONCE = 500 };

static int status(struct svc *svc, bool json, struct err *err)
{
    static const struct output_column columns[] = {{"sealed under", "kek_id", false},
                                                   {"people", "people", true}};
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!text_key_store_count(svc->base.db, &rows, err))
        return OPERATOR_FAILED;
    scoped(json_drop) json_t *shown = json_array();
    for (size_t i = 0; i < pg_rows(rows); i++)
        json_array_append_new(shown, json_pack("{s:s?, s:I}", "kek_id", pg_str(rows, i, 0),
                                               "people", (json_int_t)pg_int(rows, i, 1)));
    if (json)
        output_json(stdout, shown);
    else
        output_table(stdout, columns, LENGTH(columns), shown);
    return OPERATOR_GOOD;
}

/* Some people a transaction, so that a text never waits long for its key; given again after a
 * crash, it goes on with what is left. */
static int rewrap(struct svc *svc, struct err *err)
{
    char after[UUID_SIZE] = "00000000-0000-0000-0000-000000000000";
    size_t found = AT_ONCE, done = 0;
    if (!svc->vault.has_key) {
        err_set(err, ERR_INVALID, "set %s", svc->vault.name);
        return OPERATOR_FAILED;
    }
    while (found == AT_ONCE) {
        scoped(pg_tx_drop) struct pg_tx *tx = NULL;
        if (!pg_begin(svc->base.db, &tx, err) ||
            !text_keys_rewrap(svc->texts, tx, after, AT_ONCE, &found, err) || !pg_commit(&tx, err))
            return OPERATOR_FAILED;
        done += found;
    }
    printf("sealed anew the keys of %zu people\n", done);
    return OPERATOR_GOOD;
}

static int run(struct svc *svc, int argc, char *const argv[], struct err *err)
{
    const char *verb = argc > 0 ? argv[0] : "";
    if (strcmp(verb, "status") == 0 && (argc == 1 || (argc == 2 && strcmp(argv[1], "--json") == 0)))
        return status(svc, argc == 2, err);
    if (strcmp(verb, "rewrap") == 0 && argc == 1)
        return rewrap(svc, err);
    return OPERATOR_USAGE;
}

const struct service_command keys_command = {
    .word = "keys",
    .usage = "status [--json] | rewrap",
    .help = "the keys of people's texts: under which key they are sealed, seal them anew",
    .notes =
        "status   how many people's keys are sealed under which key-encryption key; none: in "
        "clear\n"
        "rewrap   seal all under the key that is set now. To change it: set the new one, the old "
        "one\n"
        "         as _PREVIOUS, restart all instances, rewrap, take _PREVIOUS away. Texts stay "
        "as they are.\n"
        "exit: 0 done   1 failed   2 wrong usage\n",
    .run = run,
};
