/* recurring_routes - GET /recurring. */
#pragma once
#include "http/http.h"
#include "pg/pg.h"

extern const struct pg_statements recurring_statements;
handler_fn recurring_list;
