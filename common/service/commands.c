#include "service/commands.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/mem.h"
#include "operator/args.h"
#include "pg/migrate.h"
#include "service/health.h"
#include "service/service_conf.h"
#include "service/version.h"

void service_tables_init(struct service_tables *tables, const struct service *service,
                         struct svc *svc, struct service_conf *conf)
{
    void *own = service->conf_of != NULL && svc != NULL ? service->conf_of(svc) : NULL;
    tables->rows[0] =
        (struct conf_table){.keys = service->keys, .count = service->key_count, .target = own};
    tables->rows[1] =
        (struct conf_table){.keys = service_keys, .count = service_key_count, .target = conf};
}

static void print_help(const struct service *service, const struct service_tables *tables)
{
    printf("usage: %s [command]\n\n"
           "  (none)             run the service in the foreground until SIGTERM\n"
           "  migrate            bring schema %s up to date\n"
           "  health             exit 0 when the instance at HTTP_ADDRESS:HTTP_PORT is ready\n"
           "  --help             this text; after a command's first word, more about that\n"
           "  --version          the version\n"
           "  --print-config     the configuration in force, secrets masked\n"
           "  --print-config-md  the configuration keys as a Markdown table\n"
           "  --print-routes     METHOD, path and who may call\n"
           "  --print-topics     Kafka topics consumed and produced\n\n"
           "for the operator, beside a running service or without one:\n",
           service->name, service->schema);
    operator_help(stdout, service->name, NULL);
    for (size_t i = 0; i < service->command_count; i++)
        printf("  %-18s %s\n", service->commands[i].word, service->commands[i].help);
    printf("\nenvironment (default):\n");
    conf_print_help(tables->rows, LENGTH(tables->rows), stdout);
}

static void print_routes(const struct service *service)
{
    static const char *const levels[] = {[ROUTE_PUBLIC] = "public", [ROUTE_USER] = "user"};
    for (size_t i = 0; i < service->route_count; i++)
        printf("%s %s %s\n", service->routes[i].method, service->routes[i].path,
               levels[service->routes[i].auth]);
    printf("GET %s public\n", service->openapi_path);
    for (size_t i = 0; i < health_route_count; i++)
        printf("%s %s internal\n", health_routes[i].method, health_routes[i].path);
}

static void print_topics(const struct service *service)
{
    for (size_t i = 0; i < service->topic_count; i++)
        printf("consumes %s %s\n", service->topics[i].topic, service->topics[i].type);
    for (const char *const *topic = service->produces; topic != NULL && *topic != NULL; topic++)
        printf("produces %s\n", *topic);
}

bool command_flag(const char *flag, const struct service *service,
                  const struct service_tables *tables)
{
    if (strcmp(flag, "--help") == 0)
        print_help(service, tables);
    else if (strcmp(flag, "--version") == 0)
        printf("%s %s\n", service->name, suite_version());
    else if (strcmp(flag, "--print-routes") == 0)
        print_routes(service);
    else if (strcmp(flag, "--print-topics") == 0)
        print_topics(service);
    else if (strcmp(flag, "--print-config-md") == 0)
        conf_print_md(tables->rows, LENGTH(tables->rows), stdout);
    else
        return false;
    return true;
}

int command_migrate(const struct service *service, const struct service_conf *conf)
{
    struct err err;
    size_t applied = 0;
    struct pg_pool *pool = pg_pool_new(&(struct pg_conf){.dsn = conf->database_url,
                                                         .schema = service->schema,
                                                         .app_name = service->name,
                                                         .connections = 1,
                                                         .statement_timeout_ms = 0,
                                                         .wait_ms = 10000});
    bool ok = migrate_run(pool, service_migrations, service_migration_count, &applied, &err);
    pg_pool_free(pool);
    if (!ok) {
        fprintf(stderr, "%s: migrate: %s\n", service->name, err.text);
        return 1;
    }
    printf("%s: schema %s is up to date, %zu of %zu migrations were new\n", service->name,
           service->schema, applied, service_migration_count);
    return 0;
}

static int connect_to(const char *address, int port)
{
    /* "Any address" is no destination. */
    bool any4 = strcmp(address, "0.0.0.0") == 0, any6 = strcmp(address, "::") == 0;
    const char *host = any4 ? "127.0.0.1" : any6 ? "::1" : address;
    char service[12];
    snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(host, service, &hints, &found) != 0)
        return -1;
    int fd = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = 3};
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        if (connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

int command_health(const struct service_conf *conf)
{
    static const char request[] = "GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n";
    char answer[1024];
    size_t len = 0;
    int fd = connect_to(conf->http_address, conf->http_port);
    if (fd < 0 || send(fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1) {
        fprintf(stderr, "no answer at %s port %d\n", conf->http_address, conf->http_port);
        if (fd >= 0)
            close(fd);
        return 1;
    }
    for (ssize_t got; len < sizeof answer - 1; len += (size_t)got)
        if ((got = recv(fd, answer + len, sizeof answer - 1 - len, 0)) <= 0)
            break;
    close(fd);
    answer[len] = '\0';
    const char *body = strstr(answer, "\r\n\r\n");
    printf("%s\n", body != NULL ? body + 4 : answer);
    return len > 12 && strncmp(answer + 9, "200", 3) == 0 ? 0 : 1;
}
