/* preview_routes - POST /parse/preview: what would become of a text. Nothing is stored. */
#pragma once
#include "http/http.h"
#include "pg/pg.h"

extern const struct fast preview_post;
extern const struct pg_statements preview_statements;
