#include "receipts/receipt.h"

#include <string.h>

#include "base/mem.h"
#include "exports/export.h"
#include "receipts/receipt_store.h"
#include "user.h"

/* May come before this service has heard of the deletion itself. */
bool receipt_on_erased(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                       size_t count, struct err *err)
{
    (void)svc;
    for (size_t i = 0; i < count; i++) {
        if (!export_service_known(evs[i]->source))
            return err_set(err, ERR_INVALID, "user.erased: its source holds nothing of people");
        if (!receipt_store_add(tx, evs[i]->user_id, err) ||
            !receipt_store_note(tx, evs[i]->user_id, evs[i]->source, evs[i]->time_us, err))
            return false;
    }
    return true;
}

static int64_t erased_us(const struct receipt *receipt, const char *service)
{
    for (size_t i = 0; i < receipt->count; i++)
        if (strcmp(receipt->services[i].service, service) == 0)
            return receipt->services[i].erased_us;
    return 0;
}

static json_t *to_json(const struct receipt *receipt)
{
    json_t *services = json_array();
    bool complete = true;
    for (size_t i = 0; export_services[i] != NULL; i++) {
        int64_t at = erased_us(receipt, export_services[i]);
        json_array_append_new(services,
                              json_pack("{s:s, s:s, s:o}", "service", export_services[i], "status",
                                        at != 0 ? "erased" : "waiting", "erased_at",
                                        at != 0 ? json_time(at) : json_null()));
        complete = complete && at != 0;
    }
    return json_pack("{s:o, s:b, s:o}", "deleted_at", json_time(receipt->deleted_us), "complete",
                     complete, "services", services);
}

bool receipt_show(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct receipt receipt;
    bool found;
    if (!req_no_query(req, resp, err) ||
        !receipt_store_find(svc->base.db, req_param(req, "id"), &receipt, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "nobody with this id was deleted");
    return resp_json(resp, 200, to_json(&receipt));
}
