/* daemon - what service.c and offline.c share: the parts of a daemon and how they are made. Nobody
 * else includes it. */
#pragma once
#include <pthread.h>
#include <stdbool.h>

#include "http/http.h"
#include "kafka/kafka.h"
#include "pg/pg.h"
#include "service/commands.h"
#include "service/service.h"

enum { EXIT_CANNOT_START = 1, EXIT_USAGE = 2, EXIT_NOT_DRAINED = 3 };

/* The parts of a running daemon, in the order they start; they end in the opposite one. */
struct daemon {
    const struct service *service;
    struct service_conf conf;
    struct service_tables tables;
    struct svc *svc;
    struct svc_base *base; /* of svc */
    char client_id[128];
    struct kafka_conf kafka;
    struct pg_statements *statements; /* of the service and of common */
    struct pg_statement *exports;     /* of the service's tables to export */
    size_t statement_count;
    struct pg_pool *consumer_db;
    bool opened; /* offline: after_conf succeeded */
    struct route *routes;
    struct server *server;
    struct health *health;
    struct background *background;
    pthread_t kafka_thread;
    pthread_mutex_t lock; /* guards the four below */
    pthread_cond_t changed;
    bool stopping;
    struct relay *relay;
    struct tail *tail;
    struct consumer *consumer;
};

/* From the environment; what is wrong ends the process with one line on stderr. */
void daemon_load_conf(struct daemon *daemon);
/* The service's statements and common's, for daemon_pool. */
void daemon_gather_statements(struct daemon *daemon);
struct pg_pool *daemon_pool(struct daemon *daemon, int connections);
