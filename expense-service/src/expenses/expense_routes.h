/* expense_routes - GET,POST /expenses and GET,PATCH,DELETE /expenses/{id}. */
#pragma once
#include "expenses/expense_store.h"
#include "http/http.h"

handler_fn expense_list, expense_create, expense_edit, expense_delete;
extern const struct fast expense_show;

/* What every route of one expense shares: its id, ERR_NOT_FOUND when the path has none, and the
 * answer with its ETag. */
must_check bool expense_path_id(const struct req *req, const char **id, struct err *err);
/* What every change of one with If-Match begins with. */
must_check bool expense_lock(struct svc *svc, const struct req *req, struct pg_tx **tx,
                             struct expense_row *row, struct resp *resp, struct err *err);
bool expense_answer(struct resp *resp, unsigned status, const struct expense *expense);
