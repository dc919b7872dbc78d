/* media - Content-Type and Accept headers against one media type (RFC 9110, 8.3 and 12.5.1). */
#pragma once
#include <stdbool.h>

/* Whether the Content-Type header means type; a charset other than UTF-8 means it does not. */
bool media_is(const char *content_type, const char *type);
/* Whether an Accept header lets type through. Absent or malformed: yes. */
bool media_accepts(const char *accept, const char *type);
