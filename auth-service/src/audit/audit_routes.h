/* audit_routes - the log of one's own account. */
#pragma once
#include "audit/audit.h"

handler_fn list_audit;

/* A page of user_id's entries (NULL: of everyone), each made by to_json. */
must_check bool audit_page(struct svc *svc, const struct req *req, struct resp *resp,
                           const char *user_id,
                           json_t *(*to_json)(const struct req *req, const void *entry),
                           struct err *err);
