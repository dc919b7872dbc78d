/* csv - cells of a comma-separated file as RFC 4180 has them, safe to open in a spreadsheet: a text
 * that one would run as a formula gets an apostrophe in front, and so does a text that already
 * begins with apostrophes before such a sign, so that who takes one off again has what was there.
 */
#pragma once
#include "base/mem.h"

/* Of outside text; quoted when it has to be. Adds no comma. */
void csv_add_text(struct buf *out, const char *text);
/* Of JSON, a number, a name: quoted when it has to be, never marked. */
void csv_add(struct buf *out, const char *text);
