/* precondition - entity tags made of row versions, and the conditions requests put on them
 * (RFC 9110, 8.8.3 and 13.1). A version is the row's own counter, raised by each change. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "http/http.h"

enum { ETAG_SIZE = 24 };
/* "\"<version>\"" */
void etag_text(int64_t version, char out[static ETAG_SIZE]);
/* The same as resp->etag. */
void etag_set(struct resp *resp, int64_t version);
/* Whether a list ("\"1\", W/\"2\"" or "*") holds etag. weak: W/ is ignored (If-None-Match);
 * else a weak tag matches nothing (If-Match). */
bool etag_listed(const char *list, const char *etag, bool weak);

/* Before the row is read: ERR_PRECONDITION_REQUIRED without If-Match, ERR_MALFORMED when it is no
 * list of entity tags. */
must_check bool precondition_present(const struct req *req, struct err *err);
/* With the row's version, inside the transaction that changes it: ERR_PRECONDITION on a mismatch,
 * and resp tells the ETag that there is now. "*" holds for any row that exists: the client chose to
 * overwrite. Includes the check above. */
must_check bool precondition_check(const struct req *req, int64_t version, struct resp *resp,
                                   struct err *err);
