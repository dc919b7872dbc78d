/* taught_json - templates as the API shows them. The caller owns what these return. */
#pragma once
#include <jansson.h>

#include "pg/pg.h"
#include "templates/taught.h"

/* A row in the columns of enum taught_column. */
json_t *taught_to_json(const struct pg_result *rows, size_t row);
/* One of the program's own, or a compiled one: name, and what it says. */
void template_meaning_to_json(const struct template_meaning *means, json_t *json);
/* What was made of a request, with what the sample reads as. */
json_t *lesson_to_json(const struct lesson *lesson);
