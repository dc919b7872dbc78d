/* message_json - a stored message as the API shows it. The caller owns what these return. */
#pragma once
#include <jansson.h>

#include "pg/pg.h"

/* A row of a list, in the columns of enum message_column. */
json_t *message_to_json(const struct pg_result *rows, size_t row);
/* The rows of "message_get", at least one. */
json_t *message_with_attempts_to_json(const struct pg_result *rows);
