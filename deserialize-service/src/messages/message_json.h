/* message_json - a stored message as the API shows it. The caller owns what these return. */
#pragma once
#include <jansson.h>

#include "pg/pg.h"
#include "templates/taught_set.h"
#include "texts/text_keys.h"

/* Both fail with ERR_INTERNAL when the text cannot be opened. A text whose time is over is null. */
/* A row of a list, in the columns of enum message_column. */
must_check bool message_to_json(struct text_keys *keys, const char *user_id,
                                const struct pg_result *rows, size_t row, json_t **out,
                                struct err *err);
/* The rows of "message_get", at least one. Without what the person taught (NULL), why the text is
 * read so is left out: it would be told of another reading. */
must_check bool message_with_attempts_to_json(struct text_keys *keys, const char *user_id,
                                              const struct pg_result *rows,
                                              const struct taught_sets *taught, json_t **out,
                                              struct err *err);
