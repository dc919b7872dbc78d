/* explain_json - why a text is read as it is, for the person whose text it is. No I/O. */
#pragma once
#include <jansson.h>

#include "reader/reader.h"

/* Reads the text: *reading is what reader_read would say. The caller owns the JSON: class,
 * confidence, and for each field that was found or sought its words, how sure it is, and what it
 * was chosen from. Places are counted in characters; `underlined` has a caret below each word that
 * counts. */
json_t *explain_text(const struct reader_input *in, struct reading *reading);
