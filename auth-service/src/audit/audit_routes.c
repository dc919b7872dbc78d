#include "audit/audit_routes.h"

#include <stdlib.h>

#include "audit/audit_store.h"
#include "auth.h"
#include "base/mem.h"
#include "http/page.h"

bool audit_page(struct svc *svc, const struct req *req, struct resp *resp, const char *user_id,
                json_t *(*to_json)(const struct req *req, const void *entry), struct err *err)
{
    scoped(page_fini) struct page page = {.limit = 0};
    size_t count = 0;
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    size_t limit = (size_t)page.limit;
    struct audit_entry *rows = xcalloc(limit + 1, sizeof *rows);
    bool ok = audit_store_list(svc->base.db, user_id, page.keys[0] ? page.keys[0] : "", limit + 1,
                               rows, &count, err) &&
              page_answer_rows(req, &page,
                               &(struct page_rows){.rows = rows,
                                                   .count = count,
                                                   .size = sizeof *rows,
                                                   .key_at = offsetof(struct audit_entry, audit_id),
                                                   .to_json = to_json},
                               resp);
    free(rows);
    return ok;
}

static json_t *own_entry_json(const struct req *req, const void *entry)
{
    (void)req;
    return audit_entry_json(entry);
}

bool list_audit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    req_query_known(req, (const char *const[]){"cursor", "limit", NULL}, &resp->fields);
    return audit_page(svc, req, resp, req->identity->user_id, own_entry_json, err);
}
