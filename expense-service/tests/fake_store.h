/* One expense in memory in place of the database, and what was published. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "identity/identity.h"
#include "live/feed.h"
#include "live/ticket.h"
#include "pg/pg.h"

#define USER "01a20b38-7d30-7a8b-8ed3-d4da7364439d"
#define EXPENSE_ID "01a20b38-8006-765a-8c60-378c1cf13c60"
#define CATEGORY_ID "01a20b38-7a2d-7ab0-8205-c5be690573d9"

struct fake {
    bool there, in_trash, in_review, owner_deleted, replay;
    int64_t version;
    const char *category_id;
    int added, saved, deleted, committed, published;
    char last_type[40];
    json_t *last_data;
    int remembered, purges, leaving, ended;
    char last_change[80];
    int parsed; /* rows given to parsed_store_add */
    struct identity caller;
    bool revoked, tickets_full;
    int woken;
    int64_t newest; /* number of the person's last event */
    struct ticket ticket;
    struct feed *feed;
};
extern struct fake fake;
void fake_reset(void);
struct call;
bool fake_run_alone(struct call *call);

/* A result as the database would give it. */
struct pg_result {
    size_t rows;
    int cols;
    const char *const *cells;
};
