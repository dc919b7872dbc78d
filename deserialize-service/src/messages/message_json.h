/* message_json - a stored message as the API shows it. */
#pragma once
#include <jansson.h>

#include "pg/pg.h"

/* Row of enum message_column; attempts (enum attempt_column) may be NULL. The caller owns it. */
json_t *message_to_json(const struct pg_result *rows, size_t row, const struct pg_result *attempts);
