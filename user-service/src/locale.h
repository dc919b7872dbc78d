/* locale - language tags by the grammar of BCP 47 (RFC 5646, 2.1): syntax only, no registry. */
#pragma once
#include <stdbool.h>

enum { LOCALE_SIZE = 36 };

/* Whether text is a well-formed tag of at most 35 characters; out gets it in the usual case
 * (en-IN, zh-Hans-CN). Grandfathered tags are refused. */
bool locale_parse(const char *text, char out[static LOCALE_SIZE]);
