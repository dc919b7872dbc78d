/* preview_routes - POST /parse/preview: what would become of a text. Nothing is stored. */
#pragma once
#include "http/http.h"
#include "pg/pg.h"

bool preview_post(struct svc *svc, const struct req *req, struct resp *resp, struct err *err);
extern const struct pg_statements preview_statements;
