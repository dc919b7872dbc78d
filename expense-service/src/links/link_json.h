/* link_json - links and suggestions as the API tells them, each with its two expenses in short. */
#pragma once
#include <jansson.h>

#include "links/link_store.h"
#include "links/suggestion_store.h"

/* expenses: rows of EXPENSE_COLUMNS. One that is not among them (it was purged meanwhile) is told
 * by its id alone. */
json_t *link_to_json(const struct link_row *row, const struct pg_result *expenses);
json_t *suggestion_to_json(const struct suggestion *suggestion, const struct pg_result *expenses);
