#include "replay/replay_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "deserialize.h"
#include "operator/operator.h"
#include "operator/output.h"
#include "replay/replay_store.h"

/* What begin takes; a value follows all but --outdated and --dry-run. */
static bool read_option(int argc, char *const argv[], int *at, struct replay_ask *ask)
{
    const char *option = argv[*at], *value = *at + 1 < argc ? argv[*at + 1] : NULL;
    char *end;
    if (strcmp(option, "--outdated") == 0)
        return ask->outdated = true;
    if (strcmp(option, "--dry-run") == 0)
        return ask->dry_run = true;
    if (value == NULL)
        return false;
    ++*at;
    if (strcmp(option, "--user") == 0)
        return uuid_valid(ask->user_id = value);
    if (strcmp(option, "--sender") == 0)
        return *(ask->sender = value) != '\0';
    if (strcmp(option, "--from") == 0)
        return timefmt_parse(value, &ask->from_us);
    if (strcmp(option, "--to") == 0)
        return timefmt_parse(value, &ask->to_us);
    if (strcmp(option, "--rate") == 0) {
        long rate = strtol(value, &end, 10);
        ask->rate = (int)rate;
        return *end == '\0' && rate >= 1 && rate <= REPLAY_RATE_MAX;
    }
    for (int i = 0; strcmp(option, "--status") == 0 && replay_statuses[i] != NULL; i++)
        if (strcmp(value, replay_statuses[i]) == 0)
            return (ask->status = replay_statuses[i]) != NULL;
    return false;
}

static int begin(struct svc *svc, int argc, char *const argv[], struct err *err)
{
    char id[UUID_SIZE];
    bool added;
    struct replay_ask ask = {.rate = REPLAY_RATE};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    for (int i = 0; i < argc; i++)
        if (!read_option(argc, argv, &i, &ask))
            return OPERATOR_USAGE;
    uuid_new(id);
    if (!pg_begin(svc->base.db, &tx, err) || !replay_store_add(tx, id, &ask, &added, err) ||
        !pg_commit(&tx, err))
        return OPERATOR_FAILED;
    if (!added) {
        err_set(err, ERR_CONFLICT, "another one of the same people's texts is under way");
        return OPERATOR_FAILED;
    }
    printf("%s\n", id);
    return OPERATOR_GOOD;
}

static int status(struct svc *svc, const char *user_id, const char *id, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *job = NULL;
    if (!replay_store_find(svc->base.db, user_id, id, &job, err))
        return OPERATOR_FAILED;
    scoped(json_drop) json_t *shown = replay_job_json(job, 0);
    output_json(stdout, shown);
    return OPERATOR_GOOD;
}

static int cancel(struct svc *svc, const char *user_id, const char *id, struct err *err)
{
    bool found;
    if (!replay_store_cancel(svc->base.db, user_id, id, &found, err))
        return OPERATOR_FAILED;
    if (!found)
        err_set(err, ERR_NOT_FOUND, "no such replay is under way");
    return found ? OPERATOR_GOOD : OPERATOR_FAILED;
}

static int run(struct svc *svc, int argc, char *const argv[], struct err *err)
{
    const char *verb = argc > 0 ? argv[0] : "";
    if (strcmp(verb, "begin") == 0)
        return begin(svc, argc - 1, argv + 1, err);
    bool of_user = argc == 4 && strcmp(argv[2], "--user") == 0 && uuid_valid(argv[3]);
    if ((argc != 2 && !of_user) || !uuid_valid(argv[1]))
        return OPERATOR_USAGE;
    const char *user_id = of_user ? argv[3] : NULL;
    if (strcmp(verb, "status") == 0)
        return status(svc, user_id, argv[1], err);
    return strcmp(verb, "cancel") == 0 ? cancel(svc, user_id, argv[1], err) : OPERATOR_USAGE;
}

const struct service_command replay_command = {
    .word = "reparse",
    .usage = "begin [OPTION...] | status ID [--user ID] | cancel ID [--user ID]",
    .help = "read texts again with the reader of now",
    .notes =
        "begin    prints the id; running instances work it off, a page at a time:\n"
        "         --user ID  --sender NAME  --status parsed|needs_review|rejected|unrecognised\n"
        "         --from TIME  --to TIME (RFC 3339, of the text)  --outdated (read last by\n"
        "         another version)  --dry-run (only notes what would change)\n"
        "         --rate N texts a second at most (2000)\n"
        "status   how far it is   cancel   ends it where it is\n"
        "What people set, deleted or dismissed stays as it is.\n"
        "exit: 0 done   1 failed   2 wrong usage\n",
    .run = run,
};
