/* pool - lends connections, opens them at first use, replaces lost ones. Internal to pg/. */
#pragma once
#include <stdbool.h>

#include "pg/conn.h"

const struct pg_conf *pool_conf(const struct pg_pool *pool);
/* A live connection for the caller alone, until pool_return. ERR_UNAVAILABLE when none became free
 * within wait_ms or the database cannot be reached. */
must_check bool pool_borrow(struct pg_pool *pool, struct conn **out, struct err *err);
/* The same, but only one that lies ready; NULL when there is none. */
struct conn *pool_borrow_idle(struct pg_pool *pool);
/* Closes it when it is dead or not idle. */
void pool_return(struct pg_pool *pool, struct conn *conn);
/* After one connection was lost the others are probably lost as well. */
void pool_drop_idle(struct pg_pool *pool);
