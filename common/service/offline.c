#include "service/offline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "events/outbox.h"
#include "operator/operator.h"
#include "pg/migrate.h"
#include "service/daemon.h"

/* The service's own functions may be called: they get what before_listen prepares for them, and a
 * database; no verifier, and no thread of the service runs. */
static int run_applying(struct daemon *daemon, const struct operator_env *env,
                        const struct operator_args *args, struct err *err)
{
    const struct service *service = daemon->service;
    if (service->before_listen != NULL && !service->before_listen(daemon->svc, err)) {
        fprintf(stderr, "%s: %s\n", service->name, err->text);
        return OPERATOR_FAILED;
    }
    int status = operator_run(env, args);
    if (service->after_drain != NULL)
        service->after_drain(daemon->svc);
    return status;
}

/* A database and all that stands on it, for the duration of one command. */
static bool open_database(struct daemon *daemon, bool migrated, struct err *err)
{
    outbox_init(daemon->service->name);
    daemon_gather_statements(daemon);
    daemon->base->conf = &daemon->conf;
    daemon->base->service = daemon->service;
    daemon->base->db = daemon_pool(daemon, 1);
    if (migrated &&
        !migrate_check(daemon->base->db, service_migrations, service_migration_count, err))
        return false;
    daemon->opened =
        daemon->service->after_conf == NULL || daemon->service->after_conf(daemon->svc, err);
    return daemon->opened;
}

static void close_database(struct daemon *daemon)
{
    if (daemon->opened && daemon->service->at_end != NULL)
        daemon->service->at_end(daemon->svc);
    pg_pool_free(daemon->base->db);
    free(daemon->statements);
    free(daemon->exports);
}

static int run_operator(struct daemon *daemon, const struct operator_args *args)
{
    struct err err;
    const struct service *service = daemon->service;
    int status = OPERATOR_FAILED;
    bool ok = kafka_conf_check(&daemon->kafka, &err) &&
              open_database(daemon, args->command != COMMAND_TOPICS_CHECK, &err);
    struct inbox inbox = {.rows = service->topics,
                          .row_count = service->topic_count,
                          .svc = daemon->svc,
                          .db = daemon->base->db,
                          .consumer = service->name};
    const struct operator_env env = {.inbox = &inbox, .kafka = &daemon->kafka};
    if (!ok)
        fprintf(stderr, "%s: %s\n", service->name, err.text);
    else if (operator_applies(args))
        status = run_applying(daemon, &env, args, &err);
    else
        status = operator_run(&env, args);
    close_database(daemon);
    return status;
}

/* Wrong usage is told before the environment is asked for anything. */
static int main_operator(struct daemon *daemon, int argc, char **argv)
{
    struct err err;
    struct operator_args args;
    const char *name = daemon->service->name;
    if (!operator_parse(argc - 1, argv + 1, &args, &err)) {
        fprintf(stderr, "%s: %s\n", name, err.text);
        return OPERATOR_USAGE;
    }
    if (args.help) {
        operator_help(stdout, name, argv[1]);
        return OPERATOR_GOOD;
    }
    daemon_load_conf(daemon);
    if (strcmp(daemon->conf.log_level, "debug") != 0)
        log_init(name, LOG_ERROR); /* what happened is printed */
    return run_operator(daemon, &args);
}

static const struct service_command *own_command(const struct daemon *daemon, const char *word)
{
    const struct service *service = daemon->service;
    for (size_t i = 0; i < service->command_count; i++)
        if (strcmp(service->commands[i].word, word) == 0)
            return &service->commands[i];
    return NULL;
}

static int main_own(struct daemon *daemon, const struct service_command *command, int argc,
                    char **argv)
{
    struct err err = {.text = ""};
    const char *name = daemon->service->name;
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        printf("usage: %s %s %s\n\n%s", name, command->word, command->usage, command->notes);
        return OPERATOR_GOOD;
    }
    daemon_load_conf(daemon);
    if (strcmp(daemon->conf.log_level, "debug") != 0)
        log_init(name, LOG_ERROR); /* what happened is printed */
    int status = OPERATOR_FAILED;
    if (open_database(daemon, true, &err))
        status = command->run(daemon->svc, argc - 1, argv + 1, &err);
    if (status == OPERATOR_USAGE)
        fprintf(stderr, "usage: %s %s %s\n", name, command->word, command->usage);
    else if (status != OPERATOR_GOOD && err.text[0] != '\0')
        fprintf(stderr, "%s: %s\n", name, err.text);
    close_database(daemon);
    return status;
}

bool offline_knows(const struct daemon *daemon, const char *word)
{
    return operator_knows(word) || own_command(daemon, word) != NULL;
}

int offline_main(struct daemon *daemon, int argc, char **argv)
{
    const struct service_command *own = own_command(daemon, argv[1]);
    return own != NULL ? main_own(daemon, own, argc - 1, argv + 1)
                       : main_operator(daemon, argc, argv);
}
